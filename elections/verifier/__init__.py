"""Check an election archive without trusting whoever ran it."""
