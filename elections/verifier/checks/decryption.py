"""V30 to V34: the partial decryptions and the result."""

from elections.crypto.archive import EventType
from elections.crypto.result import Result
from elections.verifier.board import Stage
from elections.verifier.case import Case
from elections.verifier.errors import Broken, NotReached, Remark
from elections.verifier.wording import counted

from .setup import NO_THRESHOLD


def decryption_proofs(case: Case) -> str:
    """V30: each trustee's factors belong to its key, ciphertext by ciphertext (specification 4.20)."""
    bad = case.decrypting.bad_shares()
    if bad:
        raise Broken(" ".join(f"The share of trustee {each.owner} does not hold: {each.sentence}" for each in bad))
    return f"{counted(len(case.shares), 'share')} of {counted(sum(map(len, case.mixed)), 'ciphertext')}"


def share_owners(case: Case) -> str:
    """V31: shares belong to different trustees, and where the election is complete to all who are mandatory."""
    owners = [share.owner for share in case.shares]
    trustees = range(1, len(case.trustees.owners) + 1)
    for owner in owners:
        if owner not in trustees:
            raise Broken(f"A share is by {owner}, who is no trustee.")
        if owners.count(owner) > 1:
            raise Broken(f"Trustee {owner} has {owners.count(owner)} shares.")
    missing = [str(owner) for owner in trustees if owner not in owners]
    if missing and case.board.stage is Stage.COMPLETE:
        raise Broken(f"The shares of these trustees are missing: {', '.join(missing)}.")
    return f"trustees {', '.join(map(str, owners))}" + (f"; still to come: {', '.join(missing)}" if missing else "")


def lagrange(case: Case) -> str:  # noqa: ARG001 - checks are called alike
    """V32: the interpolation of threshold trustees' shares."""
    raise NotReached(NO_THRESHOLD)


def result_is_decryption(case: Case) -> str:
    """V33: the published result is what the shares decrypt to, number by number (specification 4.21)."""
    published = Result.from_json(case.result_payload)
    if not case.decrypting.is_whole:
        raise Broken("The result cannot be recomputed: a share is missing.")
    decrypted = case.decrypting.result()
    for number, (ours, theirs) in enumerate(zip(decrypted.contests, published.contests, strict=False), start=1):
        differing = sum(a != b for a, b in zip(ours, theirs, strict=False)) + abs(len(ours) - len(theirs))
        if differing:
            raise Broken(f"{differing} plaintexts of contest {number} are not what the shares decrypt to.")
    if decrypted != published:
        raise Broken("The result has another number of contests than the election.")
    found = counted(sum(map(len, decrypted.contests)), "plaintext")
    strays = case.decrypting.strays()
    if not strays:
        return found
    # The proofs of V30 do not bind a factor to its ciphertext (SPEC 9.1): such a plaintext may be a trustee's doing.
    return Remark(f"{found}, of which {strays} hold what no ballot program encrypts: a voter or a trustee cheated")


def one_result_and_last(case: Case) -> str:
    """V34: there is one Result, and nothing comes after it."""
    results = case.board.of_type(EventType.RESULT)
    if len(results) != 1:
        raise Broken(f"There are {len(results)} Result events.")
    if case.board.links[-1] is not results[0]:
        raise Broken("The Result is not the last event.")
    return f"event {results[0].event.height}"
