"""Reading a large table of ranks without a Python loop for each ballot: `3,1,2⏎1,2,3⏎…` as bytes.

Every byte is looked at by a few vectorised steps, a cache-sized chunk at a time: at each place the digits before it
make a number, and those at the separators are taken. A table is taken only if the lengths of its numbers, the kinds of
its separators and their places account for every byte; for any other table `parse` raises Irregular, and the caller
reads line by line, which finds what is wrong and where.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from elections.counting.rankings import Ranks, rank_type

CHUNK = 1 << 19
THREADS = 2
ZERO, COMMA, NEWLINE = ord("0"), ord(","), ord("\n")
TEN, HUNDRED = 10, 100
THREE = 3
LARGEST = 999
"""Numbers of at most three digits are read here."""

Bytes: TypeAlias = NDArray[np.uint8]
Words: TypeAlias = NDArray[np.unsignedinteger[Any]]


class Irregular(ValueError):
    """The table is not one that can be read in the fast way."""


@dataclass(frozen=True)
class Allowed:
    """The shape of a table: its columns, and the smallest and largest rank it may have."""

    columns: int
    smallest: int
    largest: int


def parse(body: bytes | memoryview, allowed: Allowed) -> Ranks:
    """Return the ranks as (ballots, columns), a column's ranks beside each other; raises Irregular."""
    data = np.frombuffer(body, dtype=np.uint8)
    if allowed.largest > LARGEST or not len(data):
        raise Irregular
    most = len(data) // (2 * allowed.columns) + 1
    table = np.empty((allowed.columns, most), dtype=rank_type(allowed.largest))
    row = 0
    few = len(data) <= 2 * CHUNK
    for numbers in (_numbers(chunk, allowed) for chunk in _chunks(data)) if few else _in_order(_chunks(data), allowed):
        rows = len(numbers) // allowed.columns
        table[:, row : row + rows] = numbers.reshape(rows, allowed.columns).T
        row += rows
    return table[:, :row].T


def _in_order(chunks: Iterator[Bytes], allowed: Allowed) -> Iterator[Words]:
    """Yield the numbers of each chunk; two threads read a few chunks ahead, because numpy lets them work at once."""
    with ThreadPoolExecutor(THREADS) as readers:
        ahead = deque(readers.submit(_numbers, chunk, allowed) for chunk in islice(chunks, 2 * THREADS))
        while ahead:
            yield ahead.popleft().result()
            ahead.extend(readers.submit(_numbers, chunk, allowed) for chunk in islice(chunks, 1))


def _chunks(data: Bytes) -> Iterator[Bytes]:
    """Yield the bytes in pieces that end with a line; a last line without its end gets one."""
    start = 0
    while start < len(data):
        end = _line_end(data, start)
        yield data[start:end] if data[end - 1] == NEWLINE else np.append(data[start:end], np.uint8(NEWLINE))
        start = end


def _line_end(data: Bytes, start: int) -> int:
    """Return where the last whole line of a chunk ends; raises Irregular for a line longer than a chunk."""
    end = start + CHUNK
    if end >= len(data):
        return len(data)
    newlines = np.flatnonzero(data[end - min(CHUNK, 1 << 13) : end] == NEWLINE)
    if not len(newlines):
        raise Irregular
    return end - min(CHUNK, 1 << 13) + int(newlines[-1]) + 1


def _numbers(chunk: Bytes, allowed: Allowed) -> Words:
    """Return the numbers of whole lines in order, after checking that they account for every byte."""
    digits = chunk - np.uint8(ZERO)
    is_digit: NDArray[np.bool_] = digits < TEN
    if not is_digit[0] or not (is_digit[1:] | is_digit[:-1]).all():
        raise Irregular
    ends = np.flatnonzero(~is_digit)
    _check_separators(chunk, ends, allowed.columns)
    np.multiply(digits, is_digit.view(np.uint8), out=digits)
    numbers: Words = _last_two_digits(digits).take(ends)
    if allowed.largest >= HUNDRED:
        numbers = numbers.astype(np.uint16)
        longer = np.flatnonzero(ends[1:] - ends[:-1] > THREE) + 1
        longer = np.append(longer, 0) if ends[0] >= THREE else longer
        numbers[longer] += np.uint16(HUNDRED) * digits[ends[longer] - THREE]
    _account(chunk, numbers, allowed)
    return numbers


def _last_two_digits(digits: Bytes) -> Bytes:
    """Return at each place what the two places before it make as a number; what is no digit counts as 0."""
    values = np.empty_like(digits)
    values[0] = 0
    values[1] = digits[0]
    np.multiply(digits[:-2], np.uint8(TEN), out=values[2:])
    np.add(values[2:], digits[1:-1], out=values[2:])
    return values


def _check_separators(chunk: Bytes, ends: NDArray[np.intp], columns: int) -> None:
    """Check that every number ends with a comma, and the last one of each line with a line feed."""
    rows, left = divmod(len(ends), columns)
    if left or (chunk[ends[columns - 1 :: columns]] != NEWLINE).any():
        raise Irregular
    if np.count_nonzero(chunk == COMMA) != len(ends) - rows:
        raise Irregular


def _account(chunk: Bytes, numbers: Words, allowed: Allowed) -> None:
    """Check the range of the numbers, and that their digits and their separators make up the whole chunk.

    A number with a leading zero, or with more digits than were taken, is longer than its value says; none is shorter.
    """
    length = 2 * len(numbers) + np.count_nonzero(numbers >= TEN)
    if allowed.largest >= HUNDRED:
        length += np.count_nonzero(numbers >= HUNDRED)
    if length != len(chunk) or numbers.min() < allowed.smallest or numbers.max() > allowed.largest:
        raise Irregular
