"""Settings are checked before anything starts, and the refusal says which one and what it needs."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from foundation.config import BadConfiguration, Environment, load_settings

GOOD = {
    "FOOTING_ENV": "production",
    "SECRET_KEY": "kT5oVx0bq3Jm9ZcW1rYu7LsEa2NdHg8P",
    "SEALING_KEY": base64.b64encode(bytes(range(32))).decode(),
    "BASE_URL": "https://vote.foundation.example",
    "SMTP_HOST": "mail.foundation.example",
    "DATABASE_URL": "postgresql://footing@db/footing",
}


def test_production_starts_with_all_secrets(tmp_path: Path) -> None:
    settings = load_settings(GOOD, tmp_path)
    assert settings.environment is Environment.PRODUCTION
    assert settings.host == "vote.foundation.example"
    assert settings.database_url == "postgresql+psycopg://footing@db/footing"
    assert settings.smtp is not None
    assert settings.smtp.starttls


@pytest.mark.parametrize("name", ["SECRET_KEY", "SEALING_KEY", "BASE_URL", "SMTP_HOST"])
def test_production_refuses_to_start_without(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match=f"{name} is missing"):
        load_settings({key: value for key, value in GOOD.items() if key != name}, tmp_path)
    assert not (tmp_path / "secrets.json").exists()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY is too weak"),
        ("SECRET_KEY", "a" * 64, "SECRET_KEY is too weak"),
        ("SEALING_KEY", "not base64!", "SEALING_KEY is not Base64"),
        ("SEALING_KEY", base64.b64encode(bytes(16)).decode(), "SEALING_KEY is too weak"),
        ("SEALING_KEY", base64.b64encode(bytes(32)).decode(), "SEALING_KEY is too weak"),
        ("BASE_URL", "http://vote.foundation.example", "BASE_URL must begin with https"),
        ("BASE_URL", "vote.foundation.example", "BASE_URL must be a whole address"),
        ("DATABASE_URL", "sqlite:///footing.db", "DATABASE_URL must begin with postgresql"),
        ("SMTP_PORT", "smtp", "SMTP_PORT must be a number"),
        ("FOOTING_ENV", "prod", "FOOTING_ENV must be one of"),
        ("TRUSTED_PROXIES", "all", "TRUSTED_PROXIES must be a number"),
    ],
)
def test_production_refuses_a_bad_value_and_names_it(name: str, value: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match=told):
        load_settings(GOOD | {name: value}, tmp_path)


def test_a_demonstration_makes_its_own_secrets_once_for_its_owner_alone(tmp_path: Path) -> None:
    first, second = load_settings({}, tmp_path), load_settings({}, tmp_path)
    assert first.secret_key == second.secret_key
    assert first.sealing_key == second.sealing_key
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_settings_never_show_their_secrets(tmp_path: Path) -> None:
    settings = load_settings(GOOD, tmp_path)
    assert settings.secret_key not in repr(settings)
    assert repr(settings.sealing_key) not in repr(settings)
