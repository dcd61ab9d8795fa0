"""Reading a large table of ranks without a Python loop for each ballot: `3,1,2⏎1,2,3⏎…` as bytes.

Every byte is looked at by a few vectorised steps, a cache-sized chunk at a time. At each separator the digits before it
make a number, whose highest bit says that the separator ends a line; all other bytes are deleted in one pass. A table
is taken only if the lengths of its numbers, the kinds of its separators and their places account for every byte; for
any other table `parse` raises Irregular, and the caller reads line by line, which finds what is wrong and where.
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
LARGEST_BYTE = 126
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
    np.bitwise_and(digits, np.negative(is_digit.view(np.uint8)), out=digits)
    ends_line: NDArray[np.bool_] = chunk == NEWLINE
    if allowed.largest <= LARGEST_BYTE:
        flagged = _bytes(digits, is_digit, ends_line, hundreds=allowed.largest >= HUNDRED)
    else:
        flagged = _three_digits(digits, is_digit, ends_line)
    highest = 1 << (8 * flagged.itemsize - 1)
    numbers, last = np.bitwise_and(flagged, flagged.dtype.type(highest - 1)), flagged >= highest
    _account(chunk, numbers, allowed)
    if len(numbers) % allowed.columns or np.count_nonzero(last) * allowed.columns != len(numbers):
        raise Irregular
    if not last[allowed.columns - 1 :: allowed.columns].all():
        raise Irregular
    return numbers


def _bytes(digits: Bytes, is_digit: NDArray[np.bool_], ends_line: NDArray[np.bool_], *, hundreds: bool) -> Words:
    """Return one byte for each number, its highest bit set at the end of a line; 255 marks what is not a number's
    end.
    """
    values = np.empty_like(digits)
    values[0] = 0
    values[1] = digits[0]
    np.multiply(digits[:-2], np.uint8(TEN), out=values[2:])
    np.add(values[2:], digits[1:-1], out=values[2:])
    if hundreds:
        _add_hundreds(values, digits, is_digit)
    np.bitwise_or(values, ends_line.view(np.uint8) * np.uint8(128), out=values)
    np.bitwise_or(values, np.negative(is_digit.view(np.uint8)), out=values)
    return np.frombuffer(values.tobytes().translate(None, b"\xff"), dtype=np.uint8)


def _add_hundreds(values: Bytes, digits: Bytes, is_digit: NDArray[np.bool_]) -> None:
    """Add the third digit from the end where a number has one; raises Irregular for a number that no byte can hold."""
    third = digits[:-3] * is_digit[1:-2]
    ends = ~is_digit[3:]
    if ((third > 1) & ends).any():
        raise Irregular
    values[3:] += third * np.uint8(HUNDRED)
    if ((values[3:] > LARGEST_BYTE) & ends).any():
        raise Irregular


def _three_digits(digits: Bytes, is_digit: NDArray[np.bool_], ends_line: NDArray[np.bool_]) -> Words:
    """Return one 16-bit word for each number, its highest bit set at the end of a line.

    `back[k]` is the digit k + 1 bytes before each place; the one three before counts if the one two before is a digit.
    """
    length = len(digits)
    wide = np.concatenate((np.zeros(3, dtype=np.uint16), digits.astype(np.uint16)))
    back: list[NDArray[np.uint16]] = [wide[3 - distance : 3 - distance + length] for distance in (1, 2, 3)]
    continued = np.concatenate((np.zeros(2, dtype=np.bool_), is_digit))[:length]
    values = back[0] + np.uint16(TEN) * back[1] + np.uint16(HUNDRED) * back[2] * continued
    flagged: Words = np.bitwise_or(values, ends_line.astype(np.uint16) << np.uint16(15))[~is_digit]
    return flagged


def _account(chunk: Bytes, numbers: Words, allowed: Allowed) -> None:
    """Check the range of the numbers, and that their digits and their separators make up the whole chunk.

    A number with a leading zero, or with more digits than were taken, is longer than its value says.
    """
    separators = np.count_nonzero(chunk == COMMA) + np.count_nonzero(chunk == NEWLINE)
    length = 2 * len(numbers) + np.count_nonzero(numbers >= TEN) + np.count_nonzero(numbers >= HUNDRED)
    if separators != len(numbers) or length != len(chunk):
        raise Irregular
    if numbers.min() < allowed.smallest or numbers.max() > allowed.largest:
        raise Irregular
