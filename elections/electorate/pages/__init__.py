"""What the pages of the electorate show: lists, words and facts."""
