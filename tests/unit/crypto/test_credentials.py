import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.crypto import credentials
from elections.crypto.credentials import PublicCredentials
from elections.crypto.errors import BadCredential, BadElement, Malformed, NotCanonical, UnknownCredential, Unsupported
from elections.crypto.group import GENERATOR, IDENTITY, power_of_generator

from .recorded import recorded, recorded_secrets
from .test_group import REFUSED, VECTORS

UUID = "XYZ23456789abc"


def test_a_credential_recorded_by_belenios_tool_gives_its_public_part():
    # belenios-tool 3.0: setup generate-credentials --group Ed25519 --uuid AVR43R86udwxtj --derive …
    found = credentials.public_credential("Pbcu4-PEBmqK-viMBt-svq1UB", "AVR43R86udwxtj")
    assert found.text == "c7266a7b95b923eb1735b10bb5b851dcc15cc94f01a1a3f8732ab58ee35912ff"


def test_the_recorded_credentials_are_those_of_the_roll():
    secrets = recorded_secrets()["credentials"]
    uuid = recorded().election.uuid
    assert PublicCredentials.of([credentials.public_credential(c, uuid) for c in secrets]) == recorded().roll


def test_generated_credentials_have_the_form_and_differ():
    made = [credentials.generate() for _ in range(50)]
    assert len(set(made)) == 50
    assert all(credentials.parse(credential) == credential for credential in made)
    assert [len(part) for part in made[0].split("-")] == [5, 6, 5, 6]


def test_every_character_of_the_alphabet_occurs():
    assert set("".join(credentials.generate() for _ in range(200))) == {*credentials.BASE58, "-"}


def test_white_space_around_a_credential_is_forgiven():
    credential = credentials.generate()
    assert credentials.parse(f" {credential}\r\n") == credential
    expected = credentials.public_credential(credential, UUID)
    assert credentials.public_credential(f"\t{credential} ", UUID) == expected


@given(st.integers(0, 24), st.characters())
def test_a_mistyped_credential_is_another_or_none(place: int, character: str):
    credential = "Pbcu4-PEBmqK-viMBt-svq1UB"
    typed = credential[:place] + character + credential[place + 1 :]
    if typed == credential:
        return
    try:
        found = credentials.public_credential(typed, UUID)
    except BadCredential:
        return
    assert found != credentials.public_credential(credential, UUID)


@pytest.mark.parametrize("text", VECTORS["refused_credentials"])
def test_what_is_no_credential_is_refused(text: str):
    with pytest.raises(BadCredential):
        credentials.secret_exponent(text, UUID)


def test_another_election_gives_another_public_credential():
    credential = credentials.generate()
    assert credentials.public_credential(credential, UUID) != credentials.public_credential(credential, UUID + "z")


def test_the_list_is_sorted_by_text_and_reads_back():
    listed = PublicCredentials.of([power_of_generator(exponent) for exponent in range(1, 20)])
    texts = json.loads(listed.to_json())
    assert texts == sorted(texts)
    assert PublicCredentials.from_json(listed.to_json()) == listed
    listed.check()


TEXTS = sorted(power_of_generator(exponent).text for exponent in range(1, 4))


@pytest.mark.parametrize("texts", [[TEXTS[0], *TEXTS], [*TEXTS, TEXTS[2]], TEXTS[::-1], [TEXTS[0], TEXTS[2], TEXTS[1]]])
def test_a_list_with_repetitions_or_out_of_order_is_refused(texts: list[str]):
    data = json.dumps(texts, separators=(",", ":")).encode()
    with pytest.raises(NotCanonical):
        PublicCredentials.from_json(data).check()


def test_weights_are_refused():
    for entry in (f"{GENERATOR.text},2", f"{GENERATOR.text},,voter"):
        with pytest.raises(Unsupported):
            PublicCredentials.from_json(json.dumps([entry]).encode())


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_no_element_is_no_credential(why: str):
    data = json.dumps([REFUSED[why]], ensure_ascii=False).encode()
    with pytest.raises(BadElement):
        PublicCredentials.from_json(data)


def test_a_lenient_reading_leaves_membership_to_the_caller():
    for why in ("identity", "order 8", "order 8q", "not on the curve"):
        assert PublicCredentials.from_json(json.dumps([REFUSED[why]]).encode(), member=False).credentials
    assert PublicCredentials.from_json(json.dumps([IDENTITY.text]).encode(), member=False).credentials == (IDENTITY,)


@pytest.mark.parametrize("data", [b"{}", b'"x"', b"[1]", b"[null]"])
def test_another_shape_is_malformed(data: bytes):
    with pytest.raises(Malformed):
        PublicCredentials.from_json(data)


def test_an_unlisted_credential_is_unknown():
    roll = recorded().roll
    roll.check_contains(roll.credentials[0])
    with pytest.raises(UnknownCredential):
        roll.check_contains(GENERATOR)
