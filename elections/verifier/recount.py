"""Counting a contest of a raw result as its manifest says: seats, method, cap, withdrawals, a lot where it is needed.

The service that publishes an outcome and the verifier that recounts it both count by this rule (SPEC 8). It needs
`elections.counting`, hence numpy; whoever verifies without it never loads this module.
"""

import json
from collections.abc import Collection, Sequence
from typing import Any, TypeAlias

from elections.counting.caps import Cap
from elections.counting.errors import BadInput
from elections.counting.methods.registry import named
from elections.counting.profile import Profile, profile_of
from elections.counting.rankings import Rankings, rankings_of
from elections.counting.report import Options, report_of

from .contests import ManifestContest
from .plaintext import read_plaintexts

Facts: TypeAlias = dict[str, Any]
"""A report of the counting, as JSON."""


def recount(
    contest: ManifestContest,
    plaintexts: Sequence[Sequence[int]],
    withdrawn: Collection[str] = (),
    seed: bytes | None = None,
) -> Facts:
    """Return the counting's report on a contest without whom withdrew; raise ValueError (BadInput, TooLarge).

    The seed of the lot is used only where counting without it leaves a seat open (SPEC 8.2).
    """
    if [method.name for method in named(contest.method)] != [contest.method]:
        raise BadInput(f"{contest.method[:60]!r} is not the name of one method.")
    return count(contest, profile_of(standing(contest, plaintexts, withdrawn)), contest.method, seed)


def count(contest: ManifestContest, profile: Profile, method: str, seed: bytes | None) -> Facts:
    """Return the report of a method on a contest's profile, its own or another for comparison; raise as `recount`."""
    bare = _report(contest, profile, method, None)
    return _report(contest, profile, method, seed) if seed is not None and open_ties(bare) else bare


def standing(contest: ManifestContest, plaintexts: Sequence[Sequence[int]], withdrawn: Collection[str]) -> Rankings:
    """Return the rankings that a contest's plaintexts mean, as if nobody who withdrew had stood."""
    names = contest.names
    if strangers := sorted(set(withdrawn) - set(names)):
        raise BadInput(f"{strangers[0]!r} withdrew and is no candidate of {contest.title[:60]!r}.")
    return rankings_of(names, read_plaintexts(plaintexts)).without(names.index(name) for name in withdrawn)


def cap_of(contest: ManifestContest, remaining: Sequence[str]) -> Cap | None:
    """Return the cap of a contest for the candidates who remain."""
    if contest.cap is None:
        return None
    groups = {one.name: frozenset(one.groups) for one in contest.candidates if one.groups and one.name in remaining}
    return Cap(contest.cap, groups, {entry.group: entry.seats for entry in contest.sitting})


def open_ties(report: Facts) -> list[list[str]]:
    """Return the ties that leave a seat open for want of a lot: other ties decide nothing, and wait for nobody."""
    result = report["results"][0]
    if len(result["seats"]) >= report["options"]["seats"]:
        return []
    if named(result["method"])[0].proportional:
        return list(result["unresolved"])
    passed = set(result["seats"]) | {entry["name"] for entry in result["skipped_by_cap"]}
    left = ([name for name in place if name not in passed] for place in result["order"])
    # Seats are filled from the top: the first place with anybody left is where the filling stopped.
    stopped = next((place for place in left if place), [])
    return [stopped] if len(stopped) > 1 else []


def _report(contest: ManifestContest, profile: Profile, method: str, seed: bytes | None) -> Facts:
    names = profile.candidates
    # Where so many withdrew that fewer stand than there are seats, the other seats stay empty.
    seats = min(contest.seats, len(names))
    options = Options(seats, seed=seed, cap=cap_of(contest, names), hat=contest.names)
    facts: Facts = json.loads(json.dumps(report_of(profile, method, options).to_json()))
    return facts
