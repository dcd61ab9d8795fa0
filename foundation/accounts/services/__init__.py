"""The use cases of accounts; each takes `session` and `now`, flushes, and leaves the commit to its caller."""
