"""A second count, for certification: the same ballots, the same method, another program.

Everything behind it (`definitions`) is written from the definitions in plain Python, obvious rather than fast, and
shares no code with the first count: not the pairwise table, no method, not the lot, not the filling of seats.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, TypeAlias

from elections.counting.definitions import (
    chains,
    exclusions,
    locking,
    meek,
    required,
    scores,
    scottish,
    winning_sets,
)
from elections.counting.definitions.election import Election, Tiers, ballots_of
from elections.counting.errors import BadInput

if TYPE_CHECKING:
    from elections.counting.approval import Approval
    from elections.counting.caps import Cap

Names: TypeAlias = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Semantics:
    """What not ranked means, tied `last` or `no-opinion`, and which required option everybody must beat, if any."""

    unranked: str = "last"
    approval: "Approval | None" = None


AS_USUAL = Semantics()


@dataclass(frozen=True)
class SecondCount:
    """The order, best tier first, and who has the seats, in order; fewer than the seats where a tie stays open."""

    order: Names
    seats: tuple[str, ...]


def _votes_if_won(election: Election) -> Callable[[int, int], int]:
    return lambda one, other: election.votes[one][other] if election.beats(one, other) else 0


def _votes(election: Election) -> Callable[[int, int], int]:
    return lambda one, other: election.votes[one][other]


ORDERS: dict[str, Callable[[Election], Tiers]] = {
    "schulze": lambda election: chains.schulze(election, chains.by_winning_votes),
    "schulze-margins": lambda election: chains.schulze(election, chains.by_margin),
    "ranked-pairs": lambda election: locking.ranked_pairs(election, _votes_if_won(election)),
    "ranked-pairs-margins": lambda election: locking.ranked_pairs(election, chains.by_margin(election)),
    "minimax": lambda election: scores.minimax(election, _votes_if_won(election)),
    "minimax-margins": lambda election: scores.minimax(election, chains.by_margin(election)),
    "minimax-opposition": lambda election: scores.minimax(election, _votes(election)),
    "copeland": scores.copeland,
    "kemeny-young": scores.kemeny_young,
    "split-cycle": chains.split_cycle,
    "nanson": exclusions.nanson,
    "baldwin": exclusions.baldwin,
    "black": scores.black,
    "irv": exclusions.instant_runoff,
    "borda": scores.borda,
}
"""Methods that give an order, from which seats are filled."""

ELECTIONS: dict[str, Callable[[Election], tuple[Tiers, tuple[int, ...]]]] = {
    "schulze-stv": winning_sets.schulze_stv,
    "cpo-stv": winning_sets.cpo_stv,
    "meek-stv": meek.meek_stv,
    "scottish-stv": scottish.scottish_stv,
}
"""Methods that fill the seats themselves."""


def second_count(
    candidates: Sequence[str],
    rankings: Sequence[Sequence[int]],
    *,
    method: str,
    seats: int,
    cap: "Cap | None" = None,
    seed: bytes | None = None,
    hat: Sequence[str] | None = None,
    semantics: Semantics = AS_USUAL,
) -> SecondCount:
    """Count ballots, each a rank for every candidate (lower is better, 0 = not ranked).

    `hat` names everybody whom the lot draws, where some have withdrawn since: they are drawn, and passed over.
    Raises BadInput for what cannot be counted, and TooLarge where the method cannot be counted exactly at this size.
    """
    names, approval = tuple(candidates), semantics.approval
    _check(names, seats, method, semantics)
    ballots = ballots_of(rankings, len(names))
    whole = Election(names, ballots, seats, cap, no_opinion=semantics.unranked == "no-opinion")
    gone = required.left_out(whole, approval) if approval else set()
    if method in ELECTIONS and approval:
        gone.add(
            names.index(approval.default)
        )  # It is nobody who could have a seat, and whoever is left has beaten it.
    election = _among(whole, gone, rankings)
    if seed is not None:
        election = replace(election, drawn=_drawn(election.names, seed, tuple(hat or names)))
    if method in ORDERS:
        order = ORDERS[method](election)
        seated = _fill(election, order, approval.default if approval else None)
    else:
        order, seated = ELECTIONS[method](election) if election.names else ((), ())
    return SecondCount(tuple(_named(election.names, tier) for tier in order), _named(election.names, seated))


def _check(names: tuple[str, ...], seats: int, method: str, semantics: Semantics) -> None:
    if method not in {*ORDERS, *ELECTIONS}:
        raise BadInput(f"There is no second count by {method!r}.")
    if len(set(names)) != len(names) or not 1 <= seats <= len(names):
        raise BadInput(
            "Candidates must have different names and be at least as many as the seats, of which there is one."
        )
    if semantics.unranked not in ("last", "no-opinion"):
        raise BadInput("Not ranked is either tied last or no opinion.")


def _among(whole: Election, gone: set[int], rankings: Sequence[Sequence[int]]) -> Election:
    """Return the election without some candidates: every ballot is kept, and ranks the others as before."""
    kept = [one for one in whole.everybody if one not in gone]
    rows = [[row[one] for one in kept] for row in rankings]
    return replace(whole, names=_named(whole.names, kept), ballots=ballots_of(rows, len(kept)))


def _fill(election: Election, order: Tiers, default: str | None) -> tuple[int, ...]:
    """Seat the tiers from the top (SPEC 8.2): a tie that decides who sits is for the lot, or ends it without one.

    Nobody is seated who does not stand above a required option.
    """
    seated: list[int] = []
    for tier in order:
        if default in _named(election.names, tier):
            break
        left = [one for one in tier if election.fits(one, seated)]
        everybody_fits = len(seated) + len(left) <= election.seats and election.fit_together([*seated, *left])
        if len(left) > 1 and election.drawn is None and not everybody_fits:
            break
        for one in sorted(left, key=election.drawn.index) if election.drawn else left:
            if len(seated) < election.seats and election.fits(one, seated):
                seated.append(one)
        if len(seated) == election.seats:
            break
    return tuple(seated)


def _drawn(names: tuple[str, ...], seed: bytes, hat: tuple[str, ...]) -> tuple[int, ...]:
    """Return the candidates who stand in the order in which they come out of the hat of all who stood."""
    order = [hat[number] for number in _lot(len(hat), seed)]
    return tuple(names.index(name) for name in order if name in names)


def _lot(count: int, seed: bytes) -> tuple[int, ...]:
    """Draw the candidates from a hat (SPEC 8.2)."""
    if not seed:
        raise BadInput("The seed of a lot is empty.")
    left, drawn = list(range(count)), []
    for turn in range(count):
        hashed = sha256()
        for part in (b"footing lot 1", seed, (turn + 1).to_bytes(4, "big")):
            hashed.update(len(part).to_bytes(8, "big") + part)
        drawn.append(left.pop(int(hashed.hexdigest(), 16) % len(left)))
    return tuple(drawn)


def _named(names: tuple[str, ...], indices: Sequence[int]) -> tuple[str, ...]:
    return tuple(names[index] for index in indices)
