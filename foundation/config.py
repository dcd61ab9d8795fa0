"""Typed settings, read once from the environment and checked before anything else starts."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

MINIMUM_SECRET_CHARACTERS = 32
SEALING_KEY_BYTES = 32
# In each process; a ballot that waits holds a thread and no connection (gunicorn.conf.py). Of twenty the last has its
# answer within half a second where two cores take eighty a second.
BALLOTS_AT_WORK, BALLOTS_WAITING = 4, 16


class Environment(StrEnum):
    """Where the program runs; only production refuses secrets made by itself."""

    DEMONSTRATION = "demonstration"
    PRODUCTION = "production"
    TEST = "test"


class BadConfiguration(Exception):
    """The settings cannot be used; the sentence names the variable and what it needs."""


@dataclass(frozen=True, slots=True)
class Smtp:
    """Where mail is handed over; STARTTLS is demanded unless the host is this machine."""

    host: str
    port: int
    username: str | None
    password: str | None
    starttls: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that may differ between one installation and another; secrets are left out of its representation."""

    environment: Environment
    instance: Path
    secret_key: str
    sealing_key: bytes
    database_url: str | None
    base_url: str
    foundation_name: str
    mail_from: str
    officials_email: str
    smtp: Smtp | None
    redis_url: str | None
    immediate_jobs: bool
    metrics_token: str | None = None
    belenios_tool: str | None = None
    pref_voting: str | None = None
    proxies: int = 0
    ballots_waiting: int = BALLOTS_WAITING
    witness_directory: Path | None = None

    def __repr__(self) -> str:
        return f"Settings(environment={self.environment.value!r}, base_url={self.base_url!r})"

    @property
    def host(self) -> str:
        """The host name people reach the foundation by; it also names the server's signing key."""
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def witness(self) -> Path:
        """The folder of what was published of each board; it must not be restored together with the database."""
        return self.witness_directory or self.instance / "witness"

    @property
    def https(self) -> bool:
        """Whether cookies may demand an encrypted connection."""
        return self.base_url.startswith("https://")


def load_settings(environ: Mapping[str, str], instance: Path) -> Settings:
    """Read the settings, or raise BadConfiguration with a sentence that names the variable at fault."""
    try:
        environment = Environment(environ.get("FOOTING_ENV", Environment.DEMONSTRATION))
    except ValueError:
        raise BadConfiguration("FOOTING_ENV must be one of: demonstration, production, test.") from None
    instance.mkdir(parents=True, exist_ok=True)
    made = {} if environment is Environment.PRODUCTION else _own_secrets(instance)
    production = environment is Environment.PRODUCTION
    return Settings(
        environment=environment,
        instance=instance,
        secret_key=_secret_key(environ.get("SECRET_KEY", made.get("SECRET_KEY"))),
        sealing_key=_sealing_key(environ.get("SEALING_KEY", made.get("SEALING_KEY"))),
        database_url=_database_url(environ.get("DATABASE_URL")),
        base_url=_base_url(environ.get("BASE_URL"), production=production),
        foundation_name=environ.get("FOUNDATION_NAME", "Footing"),
        mail_from=environ.get("MAIL_FROM", "elections@footing.example"),
        officials_email=environ.get("OFFICIALS_EMAIL", "officials@footing.example"),
        smtp=_smtp(environ, production=production),
        redis_url=environ.get("REDIS_URL"),
        immediate_jobs=environ.get("FOOTING_JOBS", "immediate" if environment is Environment.TEST else "worker")
        == "immediate",
        metrics_token=environ.get("METRICS_TOKEN"),
        belenios_tool=environ.get("BELENIOS_TOOL"),
        pref_voting=environ.get("PREF_VOTING_PYTHON"),
        proxies=_number(environ, "TRUSTED_PROXIES", 0),
        ballots_waiting=ballots_waiting(environ),
        witness_directory=Path(witness) if (witness := environ.get("WITNESS_DIRECTORY")) else None,
    )


def ballots_waiting(environ: Mapping[str, str]) -> int:
    """Return how many ballots may wait in each process behind those at work, or raise BadConfiguration."""
    found = _number(environ, "BALLOTS_WAITING", BALLOTS_WAITING)
    if found < 0:
        raise BadConfiguration("BALLOTS_WAITING must not be negative.")
    return found


def _own_secrets(instance: Path) -> dict[str, str]:
    """Secrets of a demonstration: made once, kept readable by the owner alone."""
    path = instance / "secrets.json"
    if not path.exists():
        made = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "SEALING_KEY": base64.b64encode(secrets.token_bytes(SEALING_KEY_BYTES)).decode(),
        }
        partial = instance / f".secrets-{secrets.token_hex(8)}"
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(made))
        try:
            # A link fails when another process was first, so two that start together agree on one file.
            path.hardlink_to(partial)
        except FileExistsError:
            pass
        finally:
            partial.unlink()
    found: dict[str, str] = json.loads(path.read_text())
    return found


def _secret_key(value: str | None) -> str:
    if not value:
        raise BadConfiguration("SECRET_KEY is missing: set it to at least 32 random characters.")
    if len(value) < MINIMUM_SECRET_CHARACTERS or len(set(value)) < MINIMUM_SECRET_CHARACTERS // 4:
        raise BadConfiguration("SECRET_KEY is too weak: set it to at least 32 random characters.")
    return value


def _sealing_key(value: str | None) -> bytes:
    if not value:
        raise BadConfiguration("SEALING_KEY is missing: set it to 32 random bytes in Base64.")
    try:
        key = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise BadConfiguration("SEALING_KEY is not Base64: set it to 32 random bytes in Base64.") from None
    if len(key) != SEALING_KEY_BYTES or len(set(key)) < SEALING_KEY_BYTES // 4:
        raise BadConfiguration("SEALING_KEY is too weak: set it to 32 random bytes in Base64.")
    return key


def _database_url(value: str | None) -> str | None:
    if not value:
        return None
    scheme, separator, rest = value.partition("://")
    if not separator or scheme.split("+")[0] not in {"postgresql", "postgres"}:
        raise BadConfiguration("DATABASE_URL must begin with postgresql://; no other database is supported.")
    return f"postgresql+psycopg://{rest}"


def _base_url(value: str | None, *, production: bool) -> str:
    if not value:
        if production:
            raise BadConfiguration("BASE_URL is missing: set it to the address members use, such as https://….")
        return "http://127.0.0.1:8000"
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadConfiguration("BASE_URL must be a whole address such as https://vote.example.org.")
    if production and parts.scheme != "https":
        raise BadConfiguration("BASE_URL must begin with https:// in production: sign-in cookies travel with it.")
    return value.rstrip("/")


def _smtp(environ: Mapping[str, str], *, production: bool) -> Smtp | None:
    host = environ.get("SMTP_HOST")
    if not host:
        if production:
            raise BadConfiguration("SMTP_HOST is missing: without it nobody can confirm an address or get a ballot.")
        return None
    port = _number(environ, "SMTP_PORT", 587)
    local = host in {"localhost", "127.0.0.1", "::1"}
    return Smtp(host, port, environ.get("SMTP_USERNAME"), environ.get("SMTP_PASSWORD"), starttls=not local)


def _number(environ: Mapping[str, str], name: str, otherwise: int) -> int:
    try:
        return int(environ.get(name, otherwise))
    except ValueError:
        raise BadConfiguration(f"{name} must be a number.") from None
