"""V30 to V34 and V36: the partial decryptions and the result."""

from collections.abc import Sequence

from elections.crypto.archive import EventType
from elections.crypto.result import Result
from elections.crypto.whole_decryption import SHOWS_WITHOUT
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
    return _told(case, counted(sum(map(len, decrypted.contests)), "plaintext"))


def _told(case: Case, found: str) -> str:
    """Say what was decrypted, and whose doing it can be: V30's proofs bind no factor to its ciphertext (SPEC 9.1)."""
    strays = case.decrypting.strays()
    is_wide = any(len(question.answers) > SHOWS_WITHOUT for question in case.election.questions)
    unproved = case.unproved if strays or is_wide else []
    if strays:
        found += f", of which {strays} hold{'s' if strays == 1 else ''} what no ballot program encrypts"
        if not unproved:
            return f"{found}: a voter's own doing, for every trustee has proved the whole decryption"
        return Remark(f"{found}: a voter's own doing, or that of {_trustees(unproved)}, without a second proof")
    if unproved:
        who = f"{_trustees(unproved)}, without a second proof, can have replaced ballots unseen"
        return Remark(f"{found}; with more than {SHOWS_WITHOUT} candidates {who}")
    return found


def _trustees(owners: Sequence[int]) -> str:
    return f"trustee{'s' if len(owners) > 1 else ''} {', '.join(map(str, owners))}"


def one_result_and_last(case: Case) -> str:
    """V34: there is one Result, and nothing comes after it."""
    results = case.board.of_type(EventType.RESULT)
    if len(results) != 1:
        raise Broken(f"There are {len(results)} Result events.")
    if case.board.links[-1] is not results[0]:
        raise Broken("The Result is not the last event.")
    return f"event {results[0].event.height}"


def decryptions_are_whole(case: Case) -> str:
    """V36: each trustee's second proof is about its share on the board, and holds (SPEC 9.2)."""
    if not case.second_proofs:
        raise NotReached("no second proofs of the decryptions given")
    for proof in case.second_proofs:
        if proof.owner > len(case.trustees.owners):
            raise Broken(f"A second proof is by {proof.owner}, who is no trustee.")
        share = case.owned_shares.get(proof.owner)
        if share is None or share.sha256 != proof.decryption:
            raise Broken(f"The second proof of trustee {proof.owner} is about no share of theirs on the board.")
    bad = case.proving.bad()
    if bad:
        raise Broken(" ".join(f"Trustee {owner}: {sentence}" for owner, sentence in bad.items()))
    unproved = f"; without one: {', '.join(map(str, case.unproved))}" if case.unproved else ""
    return f"{_trustees([proof.owner for proof in case.second_proofs])}{unproved}"
