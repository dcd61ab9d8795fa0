"""What the pages of cycles show: the dates and elections of a cycle, the rules, the calendar and the feed."""
