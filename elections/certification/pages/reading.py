"""A certificate arranged for reading: what it says, who signed, how to check it, or what still stands before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.certification.models import Certificate, SeatTerm
from elections.certification.services import certificate as services
from elections.certification.services import keys, second
from elections.certification.services.seats import Breach, breaches
from elections.certification.services.second import NOBODY, Verdict
from elections.lifecycle import Phase
from elections.models import Contest, Election
from elections.pages import stray_ballots
from elections.pages.language import translated as _
from elections.pages.stray_ballots import StrayBallots
from elections.pages.wording import METHODS
from elections.services import outcome
from elections.verifier import certificate_form, signers
from elections.verifier.signers import Signer
from elections.verifier.sshsig import PublicKey
from foundation.core.context import settings


@dataclass(frozen=True, slots=True)
class CertificatePage:
    """All that the certificate's pages show; `certificate` is None until one is prepared."""

    certificate: Certificate | None
    content: certificate_form.Certificate | None
    tag: dict[str, str]
    obstacles: Sequence[str]
    verdicts: Sequence[Verdict]
    seats: Sequence[SeatTerm]
    breaches: Sequence[Breach]
    needed: int
    commands: dict[str, str]
    namespace: str
    base: str
    strays: StrayBallots | None

    @property
    def methods(self) -> dict[str, Any]:
        """The names of the counting methods."""
        return METHODS

    @property
    def no_program(self) -> str:
        """What stands for a program where none was able."""
        return NOBODY


def of(session: Session, election: Election) -> CertificatePage:
    """Gather what the certificate's pages show of an election."""
    found = services.standing_of(session, election)
    content = services.content_of(found) if found else None
    certified, seats = election.phase is Phase.CERTIFIED, _seats(session, election)
    counted = outcome.is_complete(session, election)
    return CertificatePage(
        certificate=found,
        content=content,
        tag=_tag(election, content),
        obstacles=[] if certified else services.obstacles(session, election),
        verdicts=second.verdicts(session, election) if counted else [],
        seats=seats,
        breaches=breaches(session, election, seats[0].from_on) if seats else [],
        needed=content.rules.signatures if content else 0,
        commands=_commands(election, found) if found else {},
        namespace=services.namespace(),
        base=_base(election),
        strays=stray_ballots.of(session, election),
    )


def allowed_signers(certificate: Certificate) -> str:
    """Return the file of allowed signers for a certificate: each key that signed it, for certificates alone."""
    lines = [
        Signer(keys.principal_of(one.person), (services.namespace(),), PublicKey.parse(one.key.public_key))
        for one in certificate.signatures
    ]
    return signers.written(lines)


def _tag(election: Election, content: certificate_form.Certificate | None) -> dict[str, str]:
    if election.phase is Phase.CERTIFIED and content and content.is_void:
        return {"text": _("Void"), "colour": "red"}
    if election.phase is Phase.CERTIFIED:
        return {"text": _("Certified"), "colour": "green"}
    if content:
        return {"text": _("To be signed"), "colour": "yellow"}
    return {"text": _("Not prepared"), "colour": "grey"}


def _seats(session: Session, election: Election) -> list[SeatTerm]:
    wanted = select(SeatTerm).join(Contest).where(Contest.election_uuid == election.uuid).order_by(SeatTerm.id)
    return list(session.execute(wanted).scalars())


def _base(election: Election) -> str:
    return settings().base_url + url_for("certification.certificate", uuid=election.uuid)


def _commands(election: Election, certificate: Certificate) -> dict[str, str]:
    """Return the lines that sign the certificate, and that check it with stock tools and with our verifier."""
    base, space, archive = _base(election), services.namespace(), f"{election.uuid}.bel"
    numbers = range(1, len(certificate.signatures) + 1)
    fetch = ["certificate.json", "allowed_signers", *(f"{number}.sig" for number in numbers)]
    signed = [
        f"ssh-keygen -Y verify -f allowed_signers -I {keys.principal_of(one.person)} -n {space}"
        f" -s {number}.sig < certificate.json"
        for number, one in zip(numbers, certificate.signatures, strict=True)
    ]
    ours = f"python -m elections.verifier {archive} --certificate certificate.json --allowed-signers allowed_signers"
    files = "".join(f" --signature {number}.sig" for number in numbers)
    get = f"curl -o {archive} {settings().base_url}/api/elections/{election.uuid}/archive"
    return {
        "archive": f"{get}\nsha256sum {archive}\npython -m elections.verifier {archive}",
        "sign": f"curl -O {base}certificate.json\nssh-keygen -Y sign -f ~/.ssh/id_ed25519 -n {space} certificate.json",
        "fetch": "\n".join(f"curl -O {base}{name}" for name in fetch),
        "check": "\n".join([f"sha256sum certificate.json {archive}", *signed]),
        "verify": f"{get}\n{ours}{files}",
    }
