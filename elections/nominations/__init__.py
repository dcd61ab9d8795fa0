"""Nominations: who stands, who endorses them, whether they are eligible, and what they are asked."""
