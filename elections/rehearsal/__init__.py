"""Rehearsing: a file of real ballots goes through the services of a real vote, on a database of its own."""
