from __future__ import annotations

import time
from statistics import median

import pytest
from argon2 import PasswordHasher, Type
from hypothesis import given
from hypothesis import strategies as st

from foundation.accounts import passwords
from foundation.accounts.passwords import check_password, hash_password, is_outdated, is_password
from foundation.core.errors import Invalid


@pytest.mark.parametrize(
    "typed",
    [
        "four unrelated garden gnomes",
        "x9$kQ2!vLp7z",
        "лодка чайник северный ветер",
        "password is the first word of my long and quite personal sentence",
        "583920174658390217465",
        "a" * 3 + "bcqzrtyk pl",
    ],
)
def test_length_is_what_counts(typed: str) -> None:
    assert check_password(typed) == typed


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "short",
            "elevenchars",
            "password1234",
            "Password123!",
            "PASSWORDPASSWORD",
            "qwertyuiop123",
            "1234567890123",
        ),
        *("111111111111", "abababababab", "abcdefghijkl", "lkjihgfedcba", "letmeinletmein", "Summer-2026!!"),
        *("election2026", "correcthorsebatterystaple1", "ada.lovelace1", "Lovelace2026!", "Ada Lovelace 1815"),
        "x" * 257,
    ],
)
def test_what_is_tried_first_is_refused_with_a_reason(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_password(typed, about=("ada.lovelace@example.org", "Ada Lovelace"))
    assert refused.value.code == "weak-password"
    assert refused.value.message.endswith(".")


def test_a_password_of_any_keyboard_is_the_same_password() -> None:
    kept = hash_password(check_password("g\u00e4rten und \u00fcberfluss"))
    assert is_password(kept, "ga\u0308rten und u\u0308berfluss")


@given(st.text(min_size=12, max_size=256))
def test_the_rule_answers_every_text(typed: str) -> None:
    try:
        kept = check_password(typed)
    except Invalid:
        return
    assert kept == passwords.normal_password(typed)


@pytest.fixture(autouse=True)
def of_some_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough to be measured, and no more."""
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=4, memory_cost=8192, parallelism=1))


def test_hashes_cost_what_rfc_9106_recommends() -> None:
    assert (passwords.RECOMMENDED.type, passwords.RECOMMENDED.time_cost, passwords.RECOMMENDED.memory_cost) == (
        Type.ID,
        3,
        65536,
    )


def test_only_the_password_kept_is_the_password() -> None:
    kept = hash_password("four unrelated garden gnomes")
    assert kept.startswith("$argon2id$")
    assert "gnomes" not in kept
    assert is_password(kept, "four unrelated garden gnomes")
    assert not is_password(kept, "four unrelated garden gnome")
    assert not is_password("not a hash", "four unrelated garden gnomes")


def test_with_nothing_kept_no_password_is_right_not_even_the_placeholder() -> None:
    assert not is_password(None, "the password of nobody")
    assert not is_password(None, "")


def test_comparing_takes_the_same_time_with_nothing_kept() -> None:
    kept, nothing = hash_password("four unrelated garden gnomes"), None
    is_password(nothing, "warm up")

    def cost(of: str | None) -> float:
        begun = time.process_time()
        is_password(of, "a wrong password")
        return time.process_time() - begun

    pairs = [(cost(kept), cost(nothing)) for _ in range(7)]
    assert 0.5 < median(a / b for a, b in pairs) < 2


def test_a_hash_of_weaker_parameters_is_outdated() -> None:
    weaker = passwords.PasswordHasher(time_cost=1, memory_cost=64).hash("four unrelated garden gnomes")
    assert is_outdated(weaker)
    assert not is_outdated(hash_password("four unrelated garden gnomes"))
