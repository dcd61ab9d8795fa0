"""V18, V23 and V24: the ballots together. What each must satisfy by itself is in `elections.verifier.ballots`."""

from collections import Counter

from elections.crypto.errors import Refusal
from elections.crypto.tally import Ciphertexts
from elections.verifier.ballots import Cast
from elections.verifier.case import Case
from elections.verifier.errors import Broken
from elections.verifier.wording import counted


def credentials_are_listed(case: Case) -> str:
    """V18: each ballot's credential is on the list."""
    listed = set(case.credentials.credentials)
    for link, ballot in zip(case.ballots, case.cast, strict=True):
        if ballot.credential not in listed:
            raise Broken(f"The ballot at height {link.event.height} has a credential that is not listed.")
    voters = len({ballot.credential for ballot in case.cast})
    return f"{counted(len(case.cast), 'ballot')} of {counted(voters, 'voter')}"


def no_ballot_twice(case: Case) -> str:
    """V23: no ballot was accepted twice, not even after another one of the same voter."""
    for payload, times in Counter(link.event.payload for link in case.ballots).items():
        if times > 1:
            raise Broken(f"The ballot {payload} was cast {times} times.")
    return counted(len(case.ballots), "different ballot")


def last_per_credential(case: Case) -> str:
    """V24: of each voter only the last ballot may be counted: none that was superseded is in the tally."""
    last = standing_ballots(case.cast)
    superseded = len(case.cast) - len(last)
    standing = {choices for ballot in last for choices in enumerate(ballot.choices)}
    old = {choices for ballot in case.cast for choices in enumerate(ballot.choices)} - standing
    for contest, ciphertexts in enumerate(_readable_tally(case)):
        for each in ciphertexts:
            if (contest, (each.alpha, each.beta)) in old:
                raise Broken(f"The tally of contest {contest + 1} holds a superseded ballot, alpha {each.alpha}.")
    return f"{counted(len(last), 'ballot')}, and {superseded} superseded"


def _readable_tally(case: Case) -> Ciphertexts:
    """Return the tally, or nothing where there is none yet or it cannot be read, which is V26's matter."""
    try:
        return case.tally if case.has_tally else ()
    except (Broken, Refusal):
        return ()


def standing_ballots(cast: list[Cast]) -> list[Cast]:
    """Return the last ballot of each credential (specification 4.17)."""
    return list({ballot.credential: ballot for ballot in cast}.values())


def expected_tally(case: Case) -> list[list[tuple[str, str]]]:
    """Return, contest by contest, the ciphertexts of the ballots that count, as text, in no order."""
    last = standing_ballots(case.cast)
    return [
        [(alpha.text, beta.text) for alpha, beta in (ballot.choices[contest] for ballot in last)]
        for contest in range(len(case.election.questions))
    ]


def published_tally(tally: Ciphertexts) -> list[list[tuple[str, str]]]:
    """Return the ciphertexts of a tally as text, contest by contest."""
    return [[(each.alpha.text, each.beta.text) for each in contest] for contest in tally]
