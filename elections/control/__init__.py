"""Running elections by program: the JSON interface with tokens."""
