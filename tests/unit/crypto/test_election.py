import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.crypto.election import Election, Question, check_uuid, fingerprint
from elections.crypto.errors import BadElement, Malformed, NotCanonical, Unsupported, WrongShape
from elections.crypto.exact_json import Json, dumps
from elections.crypto.group import GENERATOR

from .recorded import recorded
from .test_exact_json import TEXTS
from .test_group import REFUSED

UUID = "XYZ23456789abc"


def value() -> dict[str, Any]:
    """Return the JSON value of the recorded election, to be altered."""
    found: dict[str, Any] = json.loads(recorded().election.to_json())
    return found


def read(altered: Json) -> Election:
    return Election.from_json(dumps(altered))


def test_the_recorded_election_has_the_fingerprint_that_its_ballots_name():
    election = recorded().election
    assert {ballot.election_hash for ballot in recorded().ballots} == {election.fingerprint}
    assert election.fingerprint == fingerprint(election.to_json())
    assert len(election.fingerprint) == 43


def test_a_fingerprint_is_base64_without_padding():
    # SHA-256 of nothing, FIPS 180-4, in Base64.
    assert fingerprint(b"") == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"


@given(TEXTS, TEXTS, st.lists(TEXTS, min_size=1, max_size=30), st.none() | TEXTS)
def test_an_election_reads_back_exactly(description: str, name: str, candidates: list[str], official: str | None):
    question = Question(description, tuple(candidates), {"type": name})
    election = Election(description, name, GENERATOR, (question,), UUID, official, credential_authority=name)
    assert Election.from_json(election.to_json()) == election


@pytest.mark.parametrize("key", [key for key in value() if key not in ("administrator", "credential_authority")])
def test_every_key_is_needed(key: str):
    altered = value()
    del altered[key]
    with pytest.raises(Malformed):
        read(altered)


@pytest.mark.parametrize("key", ["administrator", "credential_authority"])
def test_the_names_of_people_may_be_left_out_but_not_null(key: str):
    altered = value()
    del altered[key]
    assert read(altered).fingerprint != recorded().election.fingerprint
    with pytest.raises(Malformed):
        read(value() | {key: None})


def test_an_unknown_key_is_refused():
    with pytest.raises(Malformed):
        read(value() | {"method": "schulze"})
    altered = value()
    altered["questions"][0]["seats"] = 1
    with pytest.raises(Malformed):
        read(altered)
    altered = value()
    altered["questions"][0]["value"]["blank"] = True
    with pytest.raises(Malformed):
        read(altered)


def test_keys_in_another_order_are_refused():
    with pytest.raises(NotCanonical):
        read(dict(reversed(value().items())))


@pytest.mark.parametrize(
    ("key", "other"),
    [("version", 0), ("version", 2), ("group", "RFC-3526-2048"), ("group", "ed25519")],
)
def test_other_versions_and_groups_are_unsupported(key: str, other: Json):
    with pytest.raises(Unsupported):
        read(value() | {key: other})


@pytest.mark.parametrize(
    ("key", "other"),
    [("version", True), ("version", "1"), ("description", 1), ("questions", {}), ("uuid", 5), ("public_key", None)],
)
def test_other_types_are_malformed(key: str, other: Json):
    with pytest.raises(Malformed):
        read(value() | {key: other})


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_no_element_is_no_election_key(why: str):
    with pytest.raises(BadElement):
        read(value() | {"public_key": REFUSED[why]})


def test_a_lenient_reading_leaves_the_key_to_the_caller():
    for why in ("identity", "order 8", "order 8q", "not on the curve"):
        found = Election.from_json(dumps(value() | {"public_key": REFUSED[why]}), member=False)
        assert found.public_key.text == REFUSED[why]


def test_homomorphic_questions_are_unsupported():
    homomorphic = {"answers": ["A", "B"], "min": 0, "max": 1, "question": "Q"}
    lists = {"type": "Lists", "value": {"answers": [["A", "B"]], "question": "Q"}}
    for question in (homomorphic, lists):
        with pytest.raises(Unsupported):
            read(value() | {"questions": [question]})


@pytest.mark.parametrize("question", [[], "Q", None, 5])
def test_a_question_is_an_object(question: Json):
    with pytest.raises(Malformed):
        read(value() | {"questions": [question]})


@pytest.mark.parametrize("candidates", [0, 31, 100])
def test_a_contest_has_between_one_and_thirty_candidates(candidates: int):
    with pytest.raises(WrongShape):
        Question("Too many or too few", tuple(map(str, range(candidates))))
    altered = value()
    altered["questions"][0]["value"]["answers"] = list(map(str, range(candidates)))
    with pytest.raises(WrongShape):
        read(altered)


def test_an_election_has_a_contest():
    with pytest.raises(WrongShape):
        read(value() | {"questions": []})


def test_a_hint_of_null_is_refused_because_it_would_not_be_written_again():
    altered = value()
    altered["questions"][1]["extra"] = None
    with pytest.raises(Malformed):
        read(altered)


@pytest.mark.parametrize("uuid", ["", UUID[1:], UUID[1:] + "0", UUID[1:] + "l", UUID + "\n", UUID + "-"])
def test_a_uuid_is_fourteen_base58_characters_or_more(uuid: str):
    with pytest.raises(Malformed):
        check_uuid(uuid)
    with pytest.raises(Malformed):
        read(value() | {"uuid": uuid})
    check_uuid(UUID + "z" * 10)
