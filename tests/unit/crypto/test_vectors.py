import json
from typing import Any

import pytest

from elections.crypto import credentials
from elections.crypto.ballot import Ballot, Randomness, check, seal, tracker
from elections.crypto.election import Election
from tests.vectors import generate

BALLOTS: list[dict[str, Any]] = json.loads((generate.FOLDER / "ballots.json").read_text())
GROUP: dict[str, Any] = json.loads((generate.FOLDER / "group.json").read_text())


@pytest.mark.parametrize("name", ["ballots.json", "group.json"])
def test_the_vectors_are_what_the_generator_writes(name: str):
    assert (generate.FOLDER / name).read_text(encoding="utf-8") == generate.files()[name]


@pytest.mark.parametrize("vector", BALLOTS, ids=lambda vector: vector["name"])
def test_a_golden_ballot_comes_out_byte_for_byte(vector: dict[str, Any]):
    election = Election.from_json(vector["election"].encode())
    assert election.fingerprint == vector["fingerprint"]
    answers = tuple((int(answer["r"]), int(answer["w"])) for answer in vector["randomness"]["answers"])
    randomness = Randomness(answers, int(vector["randomness"]["signature"]))
    ballot = seal(election, vector["credential"], vector["rankings"], randomness)
    assert ballot.to_json().decode() == vector["ballot"]
    assert tracker(ballot.to_json()) == vector["tracker"]
    assert Ballot.from_json(vector["ballot"].encode()) == ballot
    check(ballot, election)


@pytest.mark.parametrize("vector", GROUP["credentials"])
def test_a_golden_credential_is_derived(vector: dict[str, str]):
    assert str(credentials.secret_exponent(vector["credential"], vector["uuid"])) == vector["secret"]
    assert credentials.public_credential(vector["credential"], vector["uuid"]).text == vector["public"]
