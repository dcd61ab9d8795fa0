"""What the pages of membership show: lists, evidence, tasks, words."""
