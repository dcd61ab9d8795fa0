"""Lots: what officials commit to before the vote and reveal after it, and the permutation that follows."""
