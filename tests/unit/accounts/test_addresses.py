from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.accounts.addresses import canonical_address
from foundation.core.errors import Invalid


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("ada@example.org", "ada@example.org"),
        ("  Ada.Lovelace@Example.ORG ", "ada.lovelace@example.org"),
        ("\uff41da@example.org", "ada@example.org"),
        ("ada@example.org.", "ada@example.org"),
        ("ada+votes@example.org", "ada+votes@example.org"),
        ("ada@b\u00fccher.example", "ada@xn--bcher-kva.example"),
        ("ada@B\u00dcCHER.example", "ada@xn--bcher-kva.example"),
        ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("o'hara@example.org", "o'hara@example.org"),
    ],
)
def test_spellings_of_one_address_have_one_form(typed: str, canonical: str) -> None:
    assert canonical_address(typed) == canonical


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "@",
        "ada",
        "ada@",
        "@example.org",
        "ada@localhost",
        "ada@[127.0.0.1]",
        "ada@127.0.0.1",
        "ada@example..org",
        "ada@-example.org",
        ".ada@example.org",
        "a..da@example.org",
        '"ada lovelace"@example.org',
        "ada lovelace@example.org",
        "Ada <ada@example.org>",
        "ada@example.org, bob@example.org",
        "ada@example.org\r\nBcc: bob@example.org",
        "ada\n@example.org",
        "ada@example.org\x00",
        "ada@exam\u200bple.org",
        "\u202eada@example.org",
        "\u00e5da@example.org",
        "ada@exa\u2028mple.org",
        "a" * 65 + "@example.org",
        "ada@" + "a" * 64 + ".org",
        "ada@" + "a." * 130 + "org",
        "ada@example.org\udcff",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        canonical_address(typed)
    assert refused.value.status == 400
    assert refused.value.message.endswith("ada@example.org.")


@given(st.text(max_size=300))
def test_whatever_is_typed_gives_a_stable_plain_form_or_a_refusal(typed: str) -> None:
    try:
        canonical = canonical_address(typed)
    except Invalid:
        return
    assert canonical.isascii()
    assert canonical.isprintable()
    assert canonical_address(canonical) == canonical


@given(st.from_regex(r"[a-zA-Z0-9]{1,20}@[a-zA-Z0-9]{1,20}\.[a-zA-Z]{2,6}", fullmatch=True))
def test_capitals_make_no_other_person(address: str) -> None:
    assert canonical_address(address.upper()) == canonical_address(address.lower())
