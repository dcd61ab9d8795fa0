"""What a sponsorship may become, what is owed, and when a benefit is due: pure questions."""
