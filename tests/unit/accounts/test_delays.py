from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.accounts.delays import (
    FORGOTTEN_AFTER,
    LONGEST_WAIT,
    bucket_of_address,
    bucket_of_browser,
    wait_left,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, 0), (4, 0), (5, 30), (6, 60), (7, 120), (9, 480), (10, 900), (1_000_000, 900)]
)
def test_the_wait_begins_after_five_failures_and_doubles_to_a_quarter_of_an_hour(failures: int, seconds: int) -> None:
    assert wait_left(failures, NOON, NOON) == timedelta(seconds=seconds)


@given(st.integers(1, 10**9), st.integers(0, 10**6))
def test_nobody_ever_waits_longer_than_a_quarter_of_an_hour(failures: int, seconds: int) -> None:
    left = wait_left(failures, NOON, NOON + timedelta(seconds=seconds))
    assert timedelta(0) <= left <= LONGEST_WAIT
    assert left <= max(timedelta(0), LONGEST_WAIT - timedelta(seconds=seconds))


def test_failures_are_forgotten_after_a_day() -> None:
    assert wait_left(50, NOON, NOON + FORGOTTEN_AFTER) == timedelta(0)


def test_buckets_hide_what_was_typed_and_differ_by_kind() -> None:
    buckets = {bucket_of_address("ada@example.org"), bucket_of_browser("ada@example.org"), bucket_of_address("x\ud800")}
    assert len(buckets) == 3
    assert all(len(bucket) == 32 for bucket in buckets)
