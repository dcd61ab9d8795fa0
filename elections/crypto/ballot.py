"""Ballots: sealing, reading and checking them (specification 4.11.2, 4.16, 4.17).

Reading (`Ballot.from_json`) and checking (`check`) are apart: reading is cheap and establishes exact bytes and shapes;
checking establishes the election, the answers' proofs, the signature and membership of every element in the group.
Whether the credential is on the list is the list's question (`PublicCredentials.check_contains`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from .credentials import secret_exponent
from .election import Election, fingerprint
from .elgamal import Ciphertext, encrypt
from .errors import BadProof, BadSignature, WrongElection, WrongShape
from .exact_json import Json, array, dumps, fields, loads_exact, string
from .group import Element, check_member, encode_ints, power_of_generator, random_scalar
from .proofs import Proof, answer_challenge, prove, signature_challenge, verify

LIMIT_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """The structure `answer_nh` of specification 4.11: an encrypted ranking and the proof that its voter made it."""

    choices: Ciphertext
    proof: Proof

    def to_value(self) -> Json:
        """Return the JSON value."""
        return {"choices": self.choices.to_value(), "proof": self.proof.to_value()}

    @classmethod
    def from_value(cls, value: Json) -> "Answer":
        """Read the JSON value, without membership."""
        pair = fields(value, "choices", "proof")
        return cls(Ciphertext.from_value(pair["choices"], member=False), Proof.from_value(pair["proof"]))


@dataclass(frozen=True, slots=True)
class Randomness:
    """The random exponents of a ballot: (r, w) for each answer, w for the signature. Never use one twice."""

    answers: tuple[tuple[int, int], ...]
    signature: int

    @classmethod
    def fresh(cls, answers: int) -> "Randomness":
        """Return secure randomness for a ballot with that many answers."""
        return cls(tuple((random_scalar(), random_scalar()) for _ in range(answers)), random_scalar())


@dataclass(frozen=True)
class Ballot:
    """The structure `ballot` of specification 4.17."""

    election_uuid: str
    election_hash: str
    credential: Element
    answers: tuple[Answer, ...]
    signature_hash: str
    signature: Proof

    @cached_property
    def signed_bytes(self) -> bytes:
        """The ballot's bytes without the signature: what is signed."""
        return dumps(self._unsigned())

    def to_json(self) -> bytes:
        """Return the ballot's bytes as cast and published."""
        signature: Json = {"hash": self.signature_hash, "proof": self.signature.to_value()}
        return dumps({**self._unsigned(), "signature": signature})

    @classmethod
    def from_json(cls, data: bytes) -> "Ballot":
        """Read a ballot; raise unless the bytes are exact and all parts well-formed. `check` verifies it."""
        value = fields(
            loads_exact(data, limit_bytes=LIMIT_BYTES),
            *("election_uuid", "election_hash", "credential", "answers", "signature"),
        )
        signature = fields(value["signature"], "hash", "proof")
        return cls(
            string(value["election_uuid"]),
            string(value["election_hash"]),
            Element.parse(string(value["credential"]), member=False),
            tuple(Answer.from_value(answer) for answer in array(value["answers"])),
            string(signature["hash"]),
            Proof.from_value(signature["proof"]),
        )

    def _unsigned(self) -> dict[str, Json]:
        return {
            "election_uuid": self.election_uuid,
            "election_hash": self.election_hash,
            "credential": self.credential.text,
            "answers": [answer.to_value() for answer in self.answers],
        }


def tracker(data: bytes) -> str:
    """Return the smart ballot tracker, the fingerprint of the whole ballot's bytes (specification 4.17)."""
    return fingerprint(data)


def seal(
    election: Election, credential: str, rankings: Sequence[Sequence[int]], randomness: Randomness | None = None
) -> Ballot:
    """Encrypt one ranking for each contest and sign the ballot with the voter's secret credential.

    `rankings[i][j]` is the rank given to candidate j of contest i, 0 for none. Randomness is fresh unless given.
    """
    _check_rankings(election, rankings)
    randomness = Randomness.fresh(len(rankings)) if randomness is None else randomness
    if len(randomness.answers) != len(rankings):
        raise WrongShape("The randomness is for another number of answers.")
    secret = secret_exponent(credential, election.uuid)
    public = power_of_generator(secret)
    answers = tuple(
        _answer(election, public, ranking, pair) for ranking, pair in zip(rankings, randomness.answers, strict=True)
    )
    unsigned = Ballot(election.uuid, election.fingerprint, public, answers, "", Proof(0, 0))
    digest = fingerprint(unsigned.signed_bytes)
    signature = prove(secret, lambda a: signature_challenge(digest, a), w=randomness.signature)
    return Ballot(election.uuid, election.fingerprint, public, answers, digest, signature)


def check(ballot: Ballot, election: Election) -> None:
    """Check all about a ballot except that its credential is listed: cheapest first, raising the first refusal."""
    verify_election(ballot, election)
    verify_shape(ballot, election)
    verify_signature(ballot)
    verify_answers(ballot, election)


def verify_election(ballot: Ballot, election: Election) -> None:
    """Raise WrongElection unless the ballot names this election's uuid and fingerprint."""
    if (ballot.election_uuid, ballot.election_hash) != (election.uuid, election.fingerprint):
        raise WrongElection("This ballot was made for another election.")


def verify_shape(ballot: Ballot, election: Election) -> None:
    """Raise WrongShape unless there is one answer to each contest."""
    if len(ballot.answers) != len(election.questions):
        raise WrongShape(f"The ballot has {len(ballot.answers)} answers to {len(election.questions)} contests.")


def verify_signature(ballot: Ballot) -> None:
    """Raise BadSignature unless the credential signed these bytes (specification 4.16), BadElement if it is none."""
    digest = fingerprint(ballot.signed_bytes)
    if digest != ballot.signature_hash:
        raise BadSignature("The ballot's signature is about other bytes.")
    try:
        verify(ballot.signature, ballot.credential, lambda a: signature_challenge(digest, a), what="ballot's signature")
    except BadProof as error:
        raise BadSignature(str(error)) from error


def verify_answers(ballot: Ballot, election: Election) -> None:
    """Raise BadProof unless each answer's proof holds (specification 4.11.2), BadElement for one outside the group."""
    for answer in ballot.answers:
        check_member(answer.choices.beta)
        verify(
            answer.proof,
            answer.choices.alpha,
            lambda a, answer=answer: _challenge(election, ballot.credential, answer.choices, a),  # type: ignore[misc]
            what="proof of an encrypted ranking",
        )


def _challenge(election: Election, credential: Element, choices: Ciphertext, commitment: Element) -> int:
    prefix = f"{election.fingerprint}|{credential.text}"
    return answer_challenge(prefix, election.public_key, (choices.alpha, choices.beta), commitment)


def _answer(election: Election, credential: Element, ranking: Sequence[int], randomness: tuple[int, int]) -> Answer:
    r, w = randomness
    choices = encrypt(encode_ints(ranking), election.public_key, r)
    return Answer(choices, prove(r, lambda a: _challenge(election, credential, choices, a), w=w))


def _check_rankings(election: Election, rankings: Sequence[Sequence[int]]) -> None:
    sizes = [len(question.answers) for question in election.questions]
    if [len(ranking) for ranking in rankings] != sizes:
        raise WrongShape("A ballot ranks every candidate of every contest, with 0 for those not ranked.")
