"""Verifiable elections: the protocol, its verifier, the counting, and the services and pages around them."""
