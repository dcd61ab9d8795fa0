"""The forms of membership: shape only."""
