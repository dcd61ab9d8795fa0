"""Filling seats from an order: best tier first, lots inside a tier, skipping whom the affiliation cap excludes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from elections.counting.caps import Cap
from elections.counting.lots import Lot
from elections.counting.methods.settings import Settings
from elections.counting.numerals import counted, listed
from elections.counting.outcome import Drawn, Outcome
from elections.counting.profile import Profile

NameTiers: TypeAlias = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class DrawnNames:
    """One tie that the lot decided."""

    tied: tuple[str, ...]
    order: tuple[str, ...]
    purpose: str


@dataclass(frozen=True)
class Seating:
    """Who is seated, in order; which ties a lot decided or nobody did; who was skipped, and why; what else to say."""

    seats: tuple[str, ...]
    unresolved: NameTiers = ()
    drawn: tuple[DrawnNames, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def from_count(cls, outcome: Outcome, profile: Profile, settings: Settings) -> "Seating":
        """Take over what a method that fills the seats itself has decided."""
        names = profile.candidates
        elected = tuple(names[index] for index in outcome.elected or ())
        drawn = tuple(_drawn(one, names) for one in outcome.drawn)
        ties = tuple(tuple(names[index] for index in tier) for tier in outcome.open_ties)
        skipped = tuple((names[index], reason) for index, reason in outcome.skipped)
        missing = settings.seats - len(elected)
        notes = (_empty(missing, bool(skipped)),) if missing and not ties else ()
        return cls(elected, ties, drawn, skipped, notes)

    def after(self, outcome: Outcome, profile: Profile) -> "Seating":
        """Return the seating with the lots that the count itself drew put first."""
        return replace(self, drawn=tuple(_drawn(one, profile.candidates) for one in outcome.drawn) + self.drawn)


def winners(order: NameTiers, seats: int) -> tuple[str, ...]:
    """Return the first tiers that together are at least `seats` candidates: the winners before lots and caps."""
    chosen: tuple[str, ...] = ()
    for tier in order:
        if len(chosen) >= seats:
            break
        chosen += tier
    return chosen


def fill(order: NameTiers, seats: int, lot: Lot | None = None, cap: Cap | None = None) -> Seating:
    """Fill seats from the top of `order`, a tier in the order of the lot or else of the candidates.

    Without a lot, a tie for the last seats, or for a control group's last seats, stays open and so do the seats after
    it; a tie that decides nothing (all of its candidates get seats) needs no lot.
    """
    seated: list[str] = []
    skipped: list[tuple[str, str]] = []
    drawn: list[DrawnNames] = []
    for tier in order:
        if len(seated) == seats:
            break
        hopefuls = _skip(tier, seated, cap, skipped)
        if lot is not None:
            hopefuls = lot.sort(hopefuls)
        elif _tie_matters(hopefuls, seats - len(seated), seated, cap):
            note = _open_tie(hopefuls, seats - len(seated))
            return Seating(tuple(seated), _ties(order), tuple(drawn), tuple(skipped), (note,))
        _seat(hopefuls, seats, seated, (cap, skipped))
    if lot is not None:
        drawn = [DrawnNames(tier, lot.sort(tier), "the order of candidates who are tied") for tier in _ties(order)]
    notes = () if len(seated) == seats else (_empty(seats - len(seated), bool(skipped)),)
    return Seating(tuple(seated), () if lot else _ties(order), tuple(drawn), tuple(skipped), notes)


def _skip(
    tier: Sequence[str], seated: Sequence[str], cap: Cap | None, skipped: list[tuple[str, str]]
) -> tuple[str, ...]:
    """Leave out of a tier those whom the cap already excludes, noting why."""
    if cap is None:
        return tuple(tier)
    skipped.extend((name, cap.reason(name, seated)) for name in tier if cap.full(name, seated))
    return tuple(name for name in tier if not cap.full(name, seated))


def _tie_matters(hopefuls: Sequence[str], free: int, seated: Sequence[str], cap: Cap | None) -> bool:
    if len(hopefuls) < 2:  # noqa: PLR2004
        return False
    return len(hopefuls) > free or (cap is not None and not cap.allows([*seated, *hopefuls]))


def _seat(
    hopefuls: Sequence[str], seats: int, seated: list[str], cap_and_skipped: tuple[Cap | None, list[tuple[str, str]]]
) -> None:
    cap, skipped = cap_and_skipped
    for name in hopefuls:
        if len(seated) == seats:
            return
        if cap is not None and cap.full(name, seated):
            skipped.append((name, cap.reason(name, seated)))
        else:
            seated.append(name)


def _drawn(drawn: Drawn, names: tuple[str, ...]) -> DrawnNames:
    return DrawnNames(
        tuple(names[index] for index in drawn.tied), tuple(names[index] for index in drawn.order), drawn.purpose
    )


def _ties(order: NameTiers) -> NameTiers:
    return tuple(tier for tier in order if len(tier) > 1)


def _open_tie(hopefuls: Sequence[str], free: int) -> str:
    seats = counted(free, "seat")
    return f"{listed([*hopefuls])} are tied for {seats}; without the seed of a lot the tie stays open."


def _empty(empty: int, by_cap: bool) -> str:
    seats, them = ("1 seat stays", "it") if empty == 1 else (f"{empty} seats stay", "them")
    return f"{seats} empty: {'the affiliation cap leaves' if by_cap else 'there is'} nobody else to fill {them}."
