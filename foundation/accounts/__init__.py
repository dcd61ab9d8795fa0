"""Accounts: sign-up with a confirmed address, sign-in, sessions, and offices held by appointment."""
