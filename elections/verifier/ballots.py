"""One ballot at a time: what each must satisfy by itself, and running that over many in other processes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from elections.crypto.ballot import (
    LIMIT_BYTES,
    Answer,
    Ballot,
    verify_answers,
    verify_election,
    verify_shape,
    verify_signature,
)
from elections.crypto.election import Election
from elections.crypto.errors import NotCanonical, Refusal
from elections.crypto.exact_json import array, loads, string
from elections.crypto.group import Element
from elections.crypto.proofs import Proof

from .board import lenient_fields


@dataclass(frozen=True, slots=True)
class ReadBallot:
    """A ballot's bytes and what they say."""

    data: bytes
    ballot: Ballot


BallotRule: TypeAlias = Callable[[ReadBallot, Election], None]
"""Raises a Refusal for a ballot that breaks the rule."""


@dataclass(frozen=True, slots=True)
class Cast:
    """What the later checks need of a ballot: its credential, and α and β of each answer."""

    credential: Element
    choices: tuple[tuple[Element, Element], ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """The first ballot, by its place among the examined ones, that breaks a rule, and how."""

    rule: str
    index: int
    sentence: str


READING = "V16"
"""The rule under which a ballot is reported of whose bytes nothing can be made."""


def examine(
    ballots: Sequence[bytes], election: Election, rules: Sequence[tuple[str, BallotRule]]
) -> tuple[list[Finding], list[Cast | None]]:
    """Hold each ballot against the rules, in order, until it breaks one; return the findings and what was cast.

    A place among those cast is None where the ballot could not even be read.
    """
    findings: list[Finding] = []
    cast: list[Cast | None] = []
    for index, data in enumerate(ballots):
        rule = READING
        entry = None
        try:
            ballot = read(data)
            entry = Cast(ballot.credential, tuple((a.choices.alpha, a.choices.beta) for a in ballot.answers))
            for rule, verify in rules:  # noqa: B007 - the rule that raised is named below
                verify(ReadBallot(data, ballot), election)
        except Refusal as refusal:
            findings.append(Finding(rule, index, str(refusal)))
        cast.append(entry)
    return findings, cast


def read(data: bytes) -> Ballot:
    """Return the ballot that the bytes describe, even where they are not in exact form; raise a Refusal if none."""
    value = lenient_fields(
        loads(data, limit_bytes=LIMIT_BYTES), "election_uuid", "election_hash", "credential", "answers", "signature"
    )
    signature = lenient_fields(value["signature"], "hash", "proof")
    return Ballot(
        string(value["election_uuid"]),
        string(value["election_hash"]),
        Element.parse(string(value["credential"]), member=False),
        tuple(Answer.from_value(answer) for answer in array(value["answers"])),
        string(signature["hash"]),
        Proof.from_value(signature["proof"]),
    )


def canonical_bytes(read_ballot: ReadBallot, election: Election) -> None:  # noqa: ARG001 - rules are called alike
    """V16: a ballot's bytes are those that serialising it gives (specification 4.1)."""
    if read_ballot.ballot.to_json() != read_ballot.data:
        raise NotCanonical("the bytes are not in compact form: serialising the ballot gives others")


def uuid_and_election_hash(read_ballot: ReadBallot, election: Election) -> None:
    """V17: a ballot names this election's uuid and fingerprint (specification 4.17)."""
    verify_election(read_ballot.ballot, election)


def signature(read_ballot: ReadBallot, election: Election) -> None:  # noqa: ARG001 - rules are called alike
    """V19: a ballot is signed with its credential (specification 4.16)."""
    verify_signature(read_ballot.ballot)


def answers_count_and_shape(read_ballot: ReadBallot, election: Election) -> None:
    """V20: a ballot has one answer to each contest."""
    verify_shape(read_ballot.ballot, election)


def encryption_proofs(read_ballot: ReadBallot, election: Election) -> None:
    """V21: each answer's elements are in the group and its proof holds (specification 4.11.2)."""
    verify_answers(read_ballot.ballot, election)
