"""Runs in the peers' environment: counts profiles with pref_voting, JSON in and JSON out.

In: [{"rows": [[rank, …], …], "weights": [n, …]}, …], 0 = not ranked. Out: for each profile the winners of each method.
"""

import json
import sys
from collections import Counter
from math import factorial, prod

from pref_voting import voting_methods as methods
from pref_voting.profiles_with_ties import ProfileWithTies

MOST_ORDERS = 24


def winning(profile):
    return lambda a, b: profile.support(a, b) if profile.margin(a, b) > 0 else 0


def exact_winning(profile):
    """Schulze's winning votes: of equal ones, the link with fewer votes against it is stronger."""
    return lambda a, b: profile.support(a, b) * 1000 - profile.support(b, a) if profile.margin(a, b) > 0 else 0


def margin(profile):
    return profile.margin


def opposition(profile):
    return profile.support


COUNTS = {
    "schulze": lambda p: methods.beat_path(p, strength_function=exact_winning(p)),
    "schulze-margins": lambda p: methods.beat_path(p, strength_function=margin(p)),
    "ranked-pairs": lambda p: methods.ranked_pairs(p, strength_function=winning(p)),
    "ranked-pairs-margins": lambda p: methods.ranked_pairs(p, strength_function=margin(p)),
    "minimax": lambda p: methods.minimax(p, strength_function=winning(p)),
    "minimax-margins": lambda p: methods.minimax(p, strength_function=margin(p)),
    "copeland": methods.copeland,
    "split-cycle": methods.split_cycle,
    "smith": methods.smith_set,
    "schwartz": methods.schwartz_set,
    "borda": methods.borda_for_profile_with_ties,
}


def profile_of(case):
    rankings = [{i: rank for i, rank in enumerate(row) if rank} for row in case["rows"]]
    profile = ProfileWithTies(rankings, case["weights"], candidates=list(range(len(case["rows"][0]))))
    profile.use_extended_strict_preference()
    return profile


def linear(case):
    from pref_voting.profiles import Profile

    orders = [sorted(range(len(row)), key=row.__getitem__) for row in case["rows"]]
    return Profile(orders, case["weights"])


LINEAR = {
    "kemeny-young": methods.kemeny_young,
    "nanson": methods.strict_nanson,
    "baldwin": methods.baldwin_put,
    "black": methods.blacks,
    "irv": methods.instant_runoff_put,
}


def few_ties(profile, strength):
    """Its ranked pairs tries every order of equal pairs, won or not, so that many ties would take for ever."""
    pairs = [(a, b) for a in profile.candidates for b in profile.candidates if a != b and profile.margin(a, b) >= 0]
    sizes = Counter(strength(a, b) for a, b in pairs).values()
    return prod(map(factorial, sizes)) <= MOST_ORDERS


def winners(case):
    profile = profile_of(case)
    counts = dict(COUNTS)
    for name, strength in (("ranked-pairs", winning(profile)), ("ranked-pairs-margins", margin(profile))):
        if not few_ties(profile, strength):
            del counts[name]
    found = {name: sorted(map(int, count(profile))) for name, count in counts.items()}
    if case["linear"]:
        whole = linear(case)
        found |= {name: sorted(map(int, count(whole))) for name, count in LINEAR.items()}
    return found


json.dump([winners(case) for case in json.load(sys.stdin)], sys.stdout)
