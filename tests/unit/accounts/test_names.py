from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.accounts.names import LONGEST_NAME, display_name
from foundation.core.errors import Invalid


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("A\u030angstrom", "\u00c5ngstrom"),
        ("\u5433\u5065\u96c4", "\u5433\u5065\u96c4"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("Seán O'Brien-Müller Jr.", "Seán O'Brien-Müller Jr."),
        ("\u0929\u094d\u200d\u0928\u093e", "\u0929\u094d\u200d\u0928\u093e"),
        ("Анна (Anna) Κατερίνα", "Анна (Anna) Κατερίνα"),
        ("Nguyễn Thị Hằng", "Nguyễn Thị Hằng"),
        ("山田 Taro タロウ", "山田 Taro タロウ"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_names_of_any_script_are_kept_in_one_form(typed: str, name: str) -> None:
    assert display_name(typed) == name


@pytest.mark.parametrize(
    "typed",
    [
        *("", "   ", "123", "...", "Ada\r\nBcc: x@example.org", "Ada\nLovelace", "Ada\tLovelace", "Ada\x00"),
        *("\u202eecalevoL adA", "Ada\u200bLovelace", "Ada\ufeff", "Ada\u2028Lovelace", "Ada\ue000", "Ada\ud800"),
        *("Ad\u200da", "\u200dAda", "Ada\u200c", "Ada \u200d Lovelace", "\u0645\u200c"),
        *("А" + "da", "Gr\u0430ce Hopper", "\u039fperator", "Ada L\u03bfvelace"),
        *("operator", "The  Server", "ＯＰＥＲＡＴＯＲ", "A Voter", "A" + "\u0300\u0301" * 4),
        "A" * (LONGEST_NAME + 1),
    ],
)
def test_what_deceives_or_names_nobody_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        display_name(typed)


@given(st.text(max_size=200))
def test_whatever_is_typed_gives_a_stable_name_or_a_refusal(typed: str) -> None:
    try:
        name = display_name(typed)
    except Invalid:
        return
    assert display_name(name) == name == name.strip() == unicodedata.normalize("NFC", name)
    assert 1 <= len(name) <= LONGEST_NAME
    assert not any(unicodedata.category(c) in {"Cc", "Zl", "Zp"} for c in name)
