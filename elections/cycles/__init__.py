"""Election cycles: the rules in force, the dates that elections share, and their course from announcement to vote."""
