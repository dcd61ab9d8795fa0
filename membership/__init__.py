"""People and organisations, and who is a member in good standing on a date."""
