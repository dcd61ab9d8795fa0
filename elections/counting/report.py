"""The report of a count: what the command line prints as JSON and what the pages show."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from elections.counting.approval import Approval, Dropped, dropped
from elections.counting.caps import Cap
from elections.counting.errors import BadInput, NeedsBallots, TooLarge
from elections.counting.explanation.facts import Facts
from elections.counting.lots import draw
from elections.counting.methods.registry import Method, named
from elections.counting.methods.settings import Settings
from elections.counting.numerals import listed
from elections.counting.outcome import Outcome
from elections.counting.profile import Profile, profile_of
from elections.counting.rankings import Rankings, Unranked, rankings_of
from elections.counting.result import Json, Result, result_of
from elections.counting.seats import NameTiers, Seating, fill, winners
from elections.counting.sets import condorcet_loser, condorcet_winner, schwartz_set, smith_set


@dataclass(frozen=True)
class Options:
    """How an election is to be counted; all of it is printed with the results.

    `hat` names everybody whom a lot draws, where some of them have withdrawn since and are left out of the count.
    """

    seats: int = 1
    unranked: Unranked = Unranked.LAST
    seed: bytes | None = None
    cap: Cap | None = None
    approval: Approval | None = None
    hat: tuple[str, ...] | None = None

    def to_json(self) -> Json:
        """Return the options as a JSON object."""
        cap = self.cap and {
            "limit": self.cap.limit,
            "affiliations": {name: sorted(groups) for name, groups in self.cap.groups.items()},
            "sitting": dict(self.cap.sitting),
        }
        approval = self.approval and {
            "default_option": self.approval.default,
            "quorum": str(self.approval.quorum),
            "majorities": {name: f"{r.numerator}:{r.denominator}" for name, r in self.approval.majorities.items()},
        }
        seed = None if self.seed is None else self.seed.hex()
        return {
            "seats": self.seats,
            "unranked": self.unranked.value,
            "equal_ranks": "allowed",
            "seed": seed,
            "cap": cap,
            "approval": approval,
        }


@dataclass(frozen=True, eq=False)
class Report:
    """The electorate's facts, the options of the count, and one result for each method."""

    profile: Profile
    options: Options
    dropped: tuple[Dropped, ...]
    results: tuple[Result, ...]

    def to_json(self) -> dict[str, Json]:
        """Return the object that `--json` prints."""
        pairwise, names = self.profile.pairwise, self.profile.candidates
        rankings, winner, loser = self.profile.rankings, condorcet_winner(pairwise), condorcet_loser(pairwise)
        return {
            "candidates": list(names),
            "ballots": None if rankings is None else rankings.ballots,
            "blank": None if rankings is None else rankings.blank,
            "pairwise": pairwise.tolist(),
            "condorcet_winner": None if winner is None else names[winner],
            "condorcet_loser": None if loser is None else names[loser],
            "smith": [names[index] for index in smith_set(pairwise)],
            "schwartz": [names[index] for index in schwartz_set(pairwise)],
            "options": self.options.to_json(),
            "dropped": [{"name": one.name, "rule": one.rule, "reason": one.sentence} for one in self.dropped],
            "results": [result.to_json() | self._counted(result) for result in self.results],
        }

    def _counted(self, result: Result) -> dict[str, Json]:
        """Return whom a method counted, which is whom its `strengths` are about, where some were left out before."""
        counted = self.profile.candidates if result.facts is None else result.facts.profile.candidates
        return {} if counted == self.profile.candidates else {"counted": list(counted)}


def report(
    candidates: Sequence[str],
    rankings: Rankings | Sequence[Sequence[int]],
    *,
    method: str = "schulze",
    seats: int = 1,
    unranked: Unranked | str = Unranked.LAST,
    seed: bytes | None = None,
    cap: Cap | None = None,
    approval: Approval | None = None,
) -> Report:
    """Count ballots (ranks as numbers, 0 = not ranked) by one or more methods, separated by commas, or `all`.

    Raises BadInput for impossible options or an unknown method, TooLarge where the one method asked for refuses.
    """
    given = rankings if isinstance(rankings, Rankings) else rankings_of(candidates, rankings)
    if given.candidates != tuple(candidates):
        raise BadInput("The rankings are about other candidates than those named.")
    options = Options(seats, Unranked(unranked), seed, cap, approval)
    return report_of(profile_of(given, options.unranked), method, options)


def report_of(profile: Profile, method: str, options: Options) -> Report:
    """Count a profile by one or more methods; among several, one that refuses says so in its result."""
    methods = named(method)
    default = options.approval.default if options.approval else None
    gone = dropped(profile.candidates, profile.pairwise, options.approval) if options.approval else ()
    _check(profile, options)
    remaining = profile.without({profile.candidates.index(one.name) for one in gone}) if gone else profile
    persons = remaining.without({remaining.candidates.index(default)}) if default else remaining
    lot = None if options.seed is None else draw(options.hat or profile.candidates, options.seed)
    settings = Settings(options.seats, lot, options.cap)
    champion = condorcet_winner(profile.pairwise)
    election = _Election(remaining, persons, default, None if champion is None else profile.candidates[champion])
    results = (_count(one, election, settings, several=len(methods) > 1) for one in methods)
    return Report(profile, options, gone, tuple(results))


def _check(profile: Profile, options: Options) -> None:
    if not profile.candidates:
        raise BadInput("There are no candidates.")
    if options.seats < 1:
        raise BadInput("There must be at least one seat.")
    standing = len(profile.candidates) - (1 if options.approval else 0)
    if options.seats > standing:
        raise BadInput(f"There are {options.seats} seats and only {standing} candidates.")
    for name in options.cap.groups if options.cap else ():
        if name not in profile.candidates:
            raise BadInput(f"{name!r} has an affiliation but is no candidate.")


@dataclass(frozen=True, eq=False)
class _Election:
    """Who is left after the required option, with it and without, its name, and who beats everybody, if anybody."""

    options: Profile
    persons: Profile
    default: str | None
    condorcet_winner: str | None


def _count(method: Method, election: _Election, settings: Settings, *, several: bool) -> Result:
    default, profile = election.default, election.persons if method.proportional else election.options
    try:
        outcome = _run(method, profile, settings)
    except (TooLarge, NeedsBallots) as refusal:
        if not several:
            raise
        return Result(method, refused=str(refusal))
    order = tuple(tuple(profile.candidates[index] for index in tier) for tier in outcome.order)
    if outcome.elected is not None:
        if default is not None:
            note = f"{default} takes no part in this count of seats: whoever is counted has beaten it."
            outcome = replace(outcome, notes=(*outcome.notes, note if profile.candidates else _nobody_above(default)))
        seating = Seating.from_count(outcome, profile, settings)
        bare = _run(method, profile, Settings(settings.seats)) if settings.lot or settings.cap else outcome
        chosen = _elected_or_tied(bare, profile)
    else:
        standing = _above(order, default)
        outcome = replace(outcome, notes=(*outcome.notes, *_below(order, standing, default, settings.seats)))
        seating = fill(standing, settings.seats, settings.lot, settings.cap).after(outcome, profile)
        chosen = winners(order, settings.seats)
    return result_of(Facts(method, profile, outcome, seating, election.condorcet_winner), chosen)


def _run(method: Method, profile: Profile, settings: Settings) -> Outcome:
    """Count, unless a required option has left nobody to be counted."""
    return method.run(profile, settings) if profile.candidates else Outcome(order=(), elected=())


def _elected_or_tied(outcome: Outcome, profile: Profile) -> tuple[str, ...]:
    tied = (index for tier in outcome.open_ties for index in tier)
    return tuple(profile.candidates[index] for index in (*(outcome.elected or ()), *tied))


def _nobody_above(default: str) -> str:
    return f"Nobody stands above {default}: it wins, and no seat is filled."


def _below(order: NameTiers, standing: NameTiers, default: str | None, seats: int) -> tuple[str, ...]:
    """Say what a required option keeps from having a seat, where a seat stays empty for it."""
    if default is None or sum(map(len, standing)) >= seats:
        return ()
    rest = [name for tier in order[len(standing) :] for name in tier if name != default]
    if not standing and default in order[0] and len(order[0]) == 1:
        return (_nobody_above(default),)
    return (f"{listed(rest)} cannot have a seat without standing above {default}.",) if rest else ()


def _above(order: NameTiers, default: str | None) -> NameTiers:
    """Return the part of an order that may be seated: all but the required option and whoever does not stand above
    it.
    """
    if default is None:
        return order
    above: list[tuple[str, ...]] = []
    for tier in order:
        if default in tier:
            break
        above.append(tier)
    return tuple(above)
