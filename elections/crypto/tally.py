"""The encrypted tally (specification 4.17 and 4.18): the last ballot of each credential, contest by contest."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from .archive import parse_hash, sha256_hex
from .ballot import Ballot
from .election import Election
from .elgamal import Ciphertext
from .exact_json import Json, array, dumps, fields, loads_exact, natural
from .group import Element

Ciphertexts: TypeAlias = tuple[tuple[Ciphertext, ...], ...]
"""For each contest, a list of ciphertexts, one a ballot."""


@dataclass(frozen=True, slots=True)
class EncryptedTally:
    """The structure `encrypted_tally`, and the number of ballots in it, which its JSON does not hold."""

    ciphertexts: Ciphertexts

    @property
    def num_tallied(self) -> int:
        """The number of ballots taken into account."""
        return len(self.ciphertexts[0]) if self.ciphertexts else 0

    def to_json(self) -> bytes:
        """Return the published bytes."""
        return dumps(ciphertexts_to_value(self.ciphertexts))

    @classmethod
    def from_json(cls, data: bytes) -> "EncryptedTally":
        """Read the published bytes; membership, lengths and order are left to whoever recomputes the tally."""
        return cls(ciphertexts_from_value(loads_exact(data)))


@dataclass(frozen=True, slots=True)
class SizedEncryptedTally:
    """The payload of the EncryptedTally event: how many ballots, their weight, and the hash of the encrypted tally."""

    num_tallied: int
    total_weight: int
    encrypted_tally: str

    @classmethod
    def of(cls, tally: EncryptedTally) -> "SizedEncryptedTally":
        """Return the structure for a tally in which every ballot weighs one."""
        return cls(tally.num_tallied, tally.num_tallied, sha256_hex(tally.to_json()))

    def to_json(self) -> bytes:
        """Return the published bytes."""
        value: Json = {
            "num_tallied": self.num_tallied,
            "total_weight": self.total_weight,
            "encrypted_tally": self.encrypted_tally,
        }
        return dumps(value)

    @classmethod
    def from_json(cls, data: bytes) -> "SizedEncryptedTally":
        """Read the published bytes."""
        value = fields(loads_exact(data), "num_tallied", "total_weight", "encrypted_tally")
        counts = natural(value["num_tallied"]), natural(value["total_weight"])
        return cls(*counts, parse_hash(value["encrypted_tally"]))


def last_ballots(ballots: Iterable[Ballot]) -> list[Ballot]:
    """Return last(B): of each credential the last ballot, in the order in which they were cast (specification 4.17)."""
    last: dict[Element, Ballot] = {}
    for ballot in ballots:
        last.pop(ballot.credential, None)
        last[ballot.credential] = ballot
    return list(last.values())


def encrypted_tally(ballots: Iterable[Ballot], election: Election) -> EncryptedTally:
    """Return the tally of the ballots in the order of casting; they must have been checked.

    Each contest's ciphertexts are sorted, which the specification does not say but belenios-tool does and demands.
    """
    counted = last_ballots(ballots)
    columns = ([ballot.answers[contest].choices for ballot in counted] for contest in range(len(election.questions)))
    return EncryptedTally(tuple(tuple(sorted(column, key=lambda choices: choices.sort_key)) for column in columns))


def ciphertexts_to_value(ciphertexts: Ciphertexts) -> Json:
    """Return the JSON value of lists of ciphertexts."""
    return [[ciphertext.to_value() for ciphertext in contest] for contest in ciphertexts]


def ciphertexts_from_value(value: Json) -> Ciphertexts:
    """Read the JSON value of lists of ciphertexts, without membership."""
    return tuple(
        tuple(Ciphertext.from_value(ciphertext, member=False) for ciphertext in array(contest))
        for contest in array(value)
    )
