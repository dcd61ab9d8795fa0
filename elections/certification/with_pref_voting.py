"""Counts a contest with pref_voting: JSON in, JSON out. A script of its own, because pref_voting wants its own Python.

In: {"method": …, "candidates": n, "rankings": [[rank, …], …]}, 0 = not ranked = tied last.
Out: {"version": …, "winners": [index, …]}.
"""

import json
import sys
from importlib.metadata import version
from typing import Any


def winners(task: dict[str, Any]) -> list[int]:
    """Return the winners by the task's method, as indices."""
    from pref_voting import voting_methods as methods
    from pref_voting.profiles_with_ties import ProfileWithTies

    candidates = list(range(task["candidates"]))
    rankings = [{i: rank for i, rank in enumerate(row) if rank} for row in task["rankings"]]
    profile = ProfileWithTies(rankings, candidates=candidates)
    profile.use_extended_strict_preference()
    voters = len(rankings) + 1

    def winning(one: int, other: int) -> int:
        # Of equal winning votes, the victory with fewer votes against it is the stronger, as in Schulze's paper.
        more = profile.support(one, other) * voters - profile.support(other, one)
        return int(more) if profile.margin(one, other) > 0 else 0

    def votes(one: int, other: int) -> int:
        return int(profile.support(one, other)) if profile.margin(one, other) > 0 else 0

    counts = {
        "schulze": lambda: methods.beat_path(profile, strength_function=winning),
        "schulze-margins": lambda: methods.beat_path(profile, strength_function=profile.margin),
        "minimax": lambda: methods.minimax(profile, strength_function=votes),
        "minimax-margins": lambda: methods.minimax(profile, strength_function=profile.margin),
        "copeland": lambda: methods.copeland(profile),
        "borda": lambda: methods.borda_for_profile_with_ties(profile),
    }
    return [int(winner) for winner in counts[task["method"]]()]


if __name__ == "__main__":
    found = winners(json.load(sys.stdin))
    json.dump({"version": version("pref_voting"), "winners": found}, sys.stdout)
