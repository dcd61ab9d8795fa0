"""V26 to V29: the encrypted tally and the shuffles."""

from collections import Counter
from itertools import pairwise

from elections.verifier.board import Stage
from elections.verifier.case import Case
from elections.verifier.errors import Broken, NotReached
from elections.verifier.wording import counted

from .ballots import expected_tally, published_tally

NO_SHUFFLE = "not reached: there is no shuffle yet"


def encrypted_tally(case: Case) -> str:
    """V26: the tally holds the ciphertexts of the ballots that count, no others, and their number (4.18)."""
    expected, published = expected_tally(case), published_tally(case.tally)
    if len(published) != len(expected):
        raise Broken(f"The tally has {len(published)} lists of ciphertexts for {len(expected)} contests.")
    for number, (ours, theirs) in enumerate(zip(expected, published, strict=True), start=1):
        missing, extra = Counter(ours) - Counter(theirs), Counter(theirs) - Counter(ours)
        if missing or extra:
            raise Broken(
                f"The tally of contest {number} lacks {missing.total()} ciphertexts of ballots that count, "
                f"and has {extra.total()} of none."
            )
    count = len(expected[0])
    if (case.sized_tally.num_tallied, case.sized_tally.total_weight) != (count, count):
        sized = case.sized_tally
        raise Broken(f"{count} ballots count, but {sized.num_tallied} are claimed, of weight {sized.total_weight}.")
    return counted(count, "ballot")


def tally_order(case: Case) -> str:
    """V27: each contest's ciphertexts are sorted, so that their order tells nothing about the order of casting."""
    for number, contest in enumerate(case.tally, start=1):
        for former, latter in pairwise(each.sort_key for each in contest):
            if former > latter:
                raise Broken(f"The ciphertexts of contest {number} are not sorted.")
    return counted(len(case.tally), "contest")


def shuffles(case: Case) -> str:
    """V28: each shuffle is a re-encryption and permutation of the one before (specification 6, table 5)."""
    if not case.mixes:
        raise NotReached(NO_SHUFFLE)
    case.mixing.verify()
    return f"{counted(len(case.mixes), 'shuffle')} of {counted(sum(map(len, case.mixed)), 'ciphertext')}"


def agreed_mixers(case: Case) -> str:
    """V29: the agreed trustees mixed, once each: those of the manifest, in its order, or else all (SPEC 3.1)."""
    owners = [mix.owner for mix in case.mixes]
    if not owners:
        raise NotReached(NO_SHUFFLE)
    trustees = range(1, len(case.trustees.owners) + 1)
    agreed = list(case.manifest.mixers) if case.manifest else list(trustees)
    for owner in owners:
        if owner not in agreed:
            raise Broken(f"A shuffle is by {owner}, who is not an agreed mixer.")
        if owners.count(owner) > 1:
            raise Broken(f"Trustee {owner} mixed {owners.count(owner)} times.")
    missing = [owner for owner in agreed if owner not in owners]
    if missing and case.board.stage >= Stage.MIXED:
        raise Broken(f"These agreed trustees did not mix: {', '.join(map(str, missing))}.")
    if case.manifest and owners != agreed[: len(owners)]:
        raise Broken(f"The trustees mixed in the order {owners}, not in the agreed one, {agreed}.")
    return f"trustees {', '.join(map(str, owners))}" + (f"; still to mix: {missing}" if missing else "")
