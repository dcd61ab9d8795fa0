"""Which ranking a decrypted plaintext means (SPEC, "Reading a plaintext").

A plaintext is one number between 0 and 255 for each candidate, whatever its voter encrypted: nothing proves that the
numbers are sensible. One rule gives every plaintext a meaning, so that two counters never disagree.
"""

from collections.abc import Iterable, Sequence


def read_plaintext(numbers: Sequence[int]) -> tuple[int, ...]:
    """Return the ranks that a plaintext means: 1 is best, equal numbers tie, 0 is not ranked, and no rank is skipped.

    The distinct numbers other than 0, in ascending order, become 1, 2, 3, …; so 5, 0, 200, 5 means 1, 0, 2, 1.
    """
    dense = {number: rank for rank, number in enumerate(sorted({*numbers} - {0}), start=1)} | {0: 0}
    return tuple(dense[number] for number in numbers)


def read_plaintexts(contest: Iterable[Sequence[int]]) -> list[tuple[int, ...]]:
    """Return the rankings of one contest of a raw result."""
    return [read_plaintext(numbers) for numbers in contest]


def is_blank(ranks: Sequence[int]) -> bool:
    """Whether a ballot ranks nobody: it counts as cast, and says nothing about any pair of candidates."""
    return not any(ranks)
