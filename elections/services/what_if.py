"""What if: the same ballots counted by every other method, so that nobody has to wonder what the choice decided."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from elections.counting.errors import BadInput, NeedsBallots, TooLarge
from elections.counting.methods.registry import METHODS, Method
from elections.counting.profile import Profile, profile_of
from elections.verifier.contests import ManifestContest
from elections.verifier.recount import count, open_ties, standing


def compare(
    contest: ManifestContest, plaintexts: Sequence[Sequence[int]], gone: Collection[str], seed: bytes | None
) -> list[dict[str, Any]]:
    """Return, for each method, whom it seats and in which order, or why it refuses; the contest's own comes first."""
    profile = profile_of(standing(contest, plaintexts, gone))
    methods = sorted(METHODS, key=lambda method: method.name != contest.method)
    return [_one(contest, profile, method, seed) for method in methods]


def _one(contest: ManifestContest, profile: Profile, method: Method, seed: bytes | None) -> dict[str, Any]:
    about = {"method": method.name, "title": method.title, "comparison_only": method.comparison_only}
    try:
        report = count(contest, profile, method.name, seed)
    except (BadInput, NeedsBallots, TooLarge) as refusal:
        return {**about, "refused": str(refusal), "seats": [], "order": [], "open": [], "by_lot": False}
    result = report["results"][0]
    return {
        **about,
        "refused": None,
        "seats": result["seats"],
        "order": result["order"],
        "open": open_ties(report),
        "by_lot": report["options"]["seed"] is not None,
    }
