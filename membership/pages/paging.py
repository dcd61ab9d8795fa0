"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

PAGE = 25
LONGEST_QUERY = 100
LARGEST_PAGE = 1_000_000
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Place:
    """Which page of how many, and how many rows there are in all."""

    number: int
    pages: int
    total: int

    @property
    def offset(self) -> int:
        """How many rows come before this page."""
        return (self.number - 1) * PAGE


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a long list."""

    rows: Sequence[Row]
    place: Place


def place_of(total: int, page: int) -> Place:
    """Return the page that was asked for, or the last one."""
    pages = max(1, -(-total // PAGE))
    return Place(min(max(1, page), pages), pages, total)


def cut(session: Session, wanted: Any, page: int) -> Page[Any]:
    """Count the rows of a statement of single things and return one page of them."""
    total = session.execute(select(func.count()).select_from(wanted.order_by(None).subquery())).scalar_one()
    place = place_of(total, page)
    rows = session.execute(wanted.limit(PAGE).offset(place.offset)).scalars().unique().all()
    return Page(rows, place)
