"""What the pages of an election show, gathered and put into words; none of it decides or records anything."""
