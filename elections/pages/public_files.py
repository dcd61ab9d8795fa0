"""The files of an election that anyone may fetch, and the five lines that check them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for
from sqlalchemy.orm import object_session

from elections.certification.models import Certificate
from elections.crypto.archive import sha256_hex
from elections.lifecycle import AFTER_RESULT
from elections.models import Election, ResultFile
from elections.pages.language import translated as _
from elections.pages.wording import METHODS
from elections.services import whole_proofs
from elections.services.result_files import METHODS as COMPARISON
from elections.services.result_files import OUTCOME, SUMS
from foundation.core.context import settings
from foundation.core.errors import NotFound

BALLOTS = {
    "ballots.csv": "CSV",
    "ballots.blt": "BLT",
    "ballots.cvotes": "CondorcetPHP",
    "ballots.abif": "ABIF",
    "ballots.soc": "PrefLib .soc",
    "ballots.soi": "PrefLib .soi",
    "ballots.toc": "PrefLib .toc",
    "ballots.toi": "PrefLib .toi",
}


@dataclass(frozen=True, slots=True)
class Download:
    """One file to download: what it is, where, and its SHA-256 where it is known."""

    text: str
    href: str
    sha256: str | None = None


def of(election: Election) -> dict[str, Any]:
    """Return what the templates need to show an election's public files."""
    return {
        "has_board": election.election_json is not None,
        "has_outcome": election.phase in AFTER_RESULT,
        "check_lines": check_lines(election),
        "methods": METHODS,
        "officials_email": settings().officials_email,
        "api_url": api_url(election),
        "site_url": site_url(),
    }


def site_url() -> str:
    """Return the address that belenios-tool is given as `--url`."""
    return f"{settings().base_url}/"


def api_url(election: Election) -> str:
    """Return the address of an election's public interface."""
    return f"{settings().base_url}/api/elections/{election.uuid}/"


def check_lines(election: Election) -> str:
    """Return the commands with which a stranger verifies the election, five lines."""
    name, base = f"{election.uuid}.bel", api_url(election)
    lines = (
        "pip install pynacl numpy",
        f"curl -o {name} {base}archive",
        f"python -m elections.verifier {name}",
        f"python -m elections.verifier {base}",
        f"belenios-tool election verify --url {site_url()} --uuid {election.uuid}",
    )
    return "\n".join(lines)


def files(election: Election, *, is_counted: bool) -> list[Download]:
    """List the public files, as far as the election has come; `is_counted` says that there is an outcome.json."""
    base = f"/api/elections/{election.uuid}/"
    found = []
    if election.election_json is not None:
        found.append(Download(_("The archive: everything, in one file (.bel)"), base + "archive"))
        found.append(Download(_("The election's key and questions (JSON)"), base + "election"))
    if election.manifest is not None:
        text = _("The manifest: contests, seats, methods, roll hash (JSON)")
        found.append(Download(text, base + "manifest", election.manifest_sha256))
    if election.phase in AFTER_RESULT and is_counted:
        found.append(Download(_("The outcome: each contest's counting report (JSON)"), base + "outcome"))
    if (proofs := _proofs(election)) is not None:
        text = _("The trustees' second proofs that they decrypted nothing else (JSON)")
        found.append(Download(text, base + "decryptions", sha256_hex(proofs)))
    return found


def _proofs(election: Election) -> bytes | None:
    """Return the second proofs as they are published, or None while there is none."""
    session = object_session(election)
    try:
        return whole_proofs.published(session, election) if session is not None else None
    except NotFound:
        return None


def downloads(election: Election, kept: Sequence[ResultFile], certificate: Certificate | None) -> list[Download]:
    """List all that can be downloaded of a result: the record itself, then the ballots, then what signs it."""
    newest = {file.name: file for file in kept}
    hashes = {f"/api/elections/{election.uuid}/outcome": newest[OUTCOME].sha256} if OUTCOME in newest else {}
    found = [
        replace(file, sha256=hashes.get(file.href, file.sha256))
        for file in files(election, is_counted=OUTCOME in newest)
    ]
    found += [Download(text, _file(election, one.name), one.sha256) for one in kept if (text := _told(election, one))]
    if certificate is not None:
        found += _signed(election, certificate)
    if SUMS in newest:
        found.append(Download(_("The SHA-256 of all of these, as sha256sum reads them"), _file(election, SUMS)))
    return found


def _file(election: Election, name: str) -> str:
    return url_for("elections_api.result_file", uuid=election.uuid, name=name)


def _told(election: Election, file: ResultFile) -> str | None:
    """Say what a file of a contest is; None for those that are listed elsewhere."""
    for contest in election.contests:
        kind = file.name.removeprefix(f"contest-{contest.position + 1}-")
        if kind in BALLOTS:
            return _("The ballots of “%(title)s” (%(form)s)", title=contest.title, form=BALLOTS[kind])
        if kind == "pairwise.csv":
            return _("The pairwise table of “%(title)s” (CSV)", title=contest.title)
        if kind == COMPARISON:
            return _("“%(title)s” by every method (JSON)", title=contest.title)
    return None


def _signed(election: Election, certificate: Certificate) -> Iterator[Download]:
    uuid = election.uuid
    yield Download(_("The certificate (JSON)"), url_for("certification.body", uuid=uuid), certificate.sha256)
    for number, signature in enumerate(certificate.signatures, start=1):
        text = _("The signature of %(name)s", name=signature.person.display_name)
        yield Download(text, url_for("certification.signature", number=number, uuid=uuid))
    yield Download(_("Who may sign (allowed signers)"), url_for("certification.signers", uuid=uuid))
