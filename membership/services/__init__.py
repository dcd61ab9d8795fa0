"""Use cases of membership, each named with a verb of the bylaws; they flush and never commit."""
