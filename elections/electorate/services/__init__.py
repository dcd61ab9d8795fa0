"""Services of the electorate: building the roll, appeals, freezing it, and saying why somebody is on it."""
