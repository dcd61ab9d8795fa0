"""The use cases of sponsoring: each takes the session, who acts and when, flushes and never commits."""
