"""Counts ranked ballots: reading, the pairwise table, the methods of the bylaws, and the reasons for an outcome
(pure).
"""
