"""Credentials: public ones are put on the roll; secrets are kept by the server only where the election says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from elections.crypto import credentials as protocol
from elections.crypto import exact_json
from elections.crypto.errors import Refusal
from elections.crypto.group import Element
from elections.lifecycle import Phase
from elections.models import CredentialSource, Election, Voter
from elections.services import roll
from elections.services.setup import subject
from foundation.accounts.addresses import canonical_address
from foundation.accounts.models import Person
from foundation.core import register
from foundation.core.errors import Conflict, Invalid, NotFound
from foundation.core.sealing import seal, unseal

FILE_LIMIT = 64 * 1024 * 1024
MOST_NAMED = 5


def issue_by_server(session: Session, election: Election, *, by: str, now: datetime) -> int:
    """Make a credential for each voter that has none, seal the secret until it is picked up; return how many."""
    election = roll.require_credentials_open(session, election)
    _require_source(election, CredentialSource.SERVER)
    without = _without_credential(session, election)
    rows = [_issued(election.uuid, voter_id) for voter_id in without.values()]
    _store(session, rows)
    facts = {"issued": len(rows), "by": "the server"}
    register.enter(session, act="credentials.issued", by=by, now=now, subject=subject(election), facts=facts)
    return len(rows)


def accept_from_registrar(session: Session, election: Election, mapping: bytes, *, by: str, now: datetime) -> int:
    """Put the registrar's public credentials on the roll; all voters once each, or Invalid with a sentence.

    `mapping` is the JSON object {"uuid": …, "credentials": {address: public credential, …}} that
    `python -m elections.registrar` writes.
    """
    election = roll.require_credentials_open(session, election)
    _require_source(election, CredentialSource.REGISTRAR)
    brought = _read_mapping(mapping, election.uuid)
    voters = dict(_rows(session, election))
    _refuse_different(voters, brought)
    rows: list[dict[str, object]] = [
        {"id": voters[address], "public_credential": public, "sealed_credential": None}
        for address, public in brought.items()
    ]
    _store(session, rows)
    facts = {"issued": len(rows), "by": "the registrar"}
    register.enter(session, act="credentials.issued", by=by, now=now, subject=subject(election), facts=facts)
    return len(rows)


def may_reissue(election: Election, voter: Voter) -> bool:
    """Answer whether a lost credential can be replaced: the server's, until the key ceremony lists all of them."""
    by_server = election.credential_source is CredentialSource.SERVER
    return by_server and election.phase is Phase.ROLL_FROZEN and voter.public_credential is not None


def reissue(session: Session, election: Election, voter_id: int, *, by: str, now: datetime) -> None:
    """Replace a voter's lost credential before its first use: the old one is void, the new one waits to be picked up.

    Possible until the key ceremony begins, when the public credentials are published; raises Conflict otherwise.
    """
    election = roll.require_credentials_open(session, election)
    _require_source(election, CredentialSource.SERVER)
    wanted = select(Voter).where(Voter.election_uuid == election.uuid, Voter.id == voter_id)
    voter = session.execute(wanted.with_for_update()).scalar_one_or_none()
    if voter is None:
        raise NotFound(_("There is no such voter on the roll."), code="no-such-voter")
    if voter.public_credential is None:
        raise Conflict(_("This voter's credential has not been made yet."), code="no-credential-yet")
    old, fresh = voter.public_credential, _issued(election.uuid, voter.id)
    _store(session, [{**fresh, "picked_up_at": None}])
    # Never the new one: together with who acts, it would tell whose ballots are whose.
    facts = {"revoked": old}
    register.enter(session, act="credential.reissued", by=by, now=now, subject=subject(election), facts=facts)


def missing(session: Session, election: Election) -> int:
    """Return how many voters have no credential yet."""
    wanted = select(func.count()).select_from(Voter)
    wanted = wanted.where(Voter.election_uuid == election.uuid, Voter.public_credential.is_(None))
    return session.execute(wanted).scalar_one()


def pick_up(session: Session, election: Election, person: Person, *, now: datetime) -> str:
    """Return the voter's secret credential and forget it (a demonstration keeps it); Conflict if it is gone."""
    voter = roll.voter_of(session, election, person)
    session.refresh(voter, with_for_update=True)
    roll.link(session, voter, person)
    if voter.sealed_credential is None:
        raise Conflict(_why_gone(election, voter), code="no-credential-here")
    secret = unseal(voter.sealed_credential, context=_context(election.uuid, voter.id)).decode()
    voter.picked_up_at = voter.picked_up_at or now
    if not election.demonstration:
        voter.sealed_credential = None
    session.flush()
    return secret


def _why_gone(election: Election, voter: Voter) -> str:
    if election.credential_source is CredentialSource.REGISTRAR:
        return str(_("The registrar sent your credential to you; the server never had it."))
    if voter.picked_up_at is None:
        return str(_("Your credential has not been made yet."))
    return str(_("You picked up your credential already, and the server has forgotten it."))


def _context(uuid: str, voter_id: int) -> str:
    return f"credential {uuid} {voter_id}"


def _issued(uuid: str, voter_id: int) -> dict[str, object]:
    secret = protocol.generate()
    sealed = seal(secret.encode(), context=_context(uuid, voter_id))
    public = protocol.public_credential(secret, uuid).text
    return {"id": voter_id, "public_credential": public, "sealed_credential": sealed}


def _store(session: Session, rows: list[dict[str, object]]) -> None:
    if not rows:
        return
    session.execute(update(Voter), rows)
    for known in session.identity_map.values():
        if isinstance(known, Voter):
            session.expire(known)


def _rows(session: Session, election: Election) -> list[tuple[str, int]]:
    wanted = select(Voter.address, Voter.id).where(Voter.election_uuid == election.uuid)
    return list(session.execute(wanted).all())


def _without_credential(session: Session, election: Election) -> dict[str, int]:
    wanted = select(Voter.address, Voter.id).where(Voter.election_uuid == election.uuid)
    return dict(session.execute(wanted.where(Voter.public_credential.is_(None))).all())


def _require_source(election: Election, source: CredentialSource) -> None:
    if election.credential_source is not source:
        words = {
            CredentialSource.REGISTRAR: _("This election's credentials come from the server, as its page says."),
            CredentialSource.SERVER: _("This election's credentials come from the registrar, as its page says."),
        }
        raise Conflict(words[source], code="wrong-credential-source")


def _read_mapping(data: bytes, uuid: str) -> dict[str, str]:
    try:
        value = exact_json.loads(data.strip(), limit_bytes=FILE_LIMIT, limit_depth=4)
        parts = exact_json.fields(value, "uuid", "credentials")
    except Refusal as error:
        raise Invalid(_("This is not the registrar's file: %(why)s", why=str(error)), code="bad-mapping") from error
    if parts["uuid"] != uuid:
        raise Invalid(_("These credentials were issued for another election."), code="wrong-election")
    if not isinstance(parts["credentials"], Mapping):
        raise Invalid(_("This is not the registrar's file: it lists no credentials."), code="bad-mapping")
    found = {_address(address): _public(address, text) for address, text in parts["credentials"].items()}
    if len(found) != len(parts["credentials"]) or len(set(found.values())) != len(found):
        raise Invalid(_("The file names an address or a credential more than once."), code="bad-mapping")
    return found


def _address(typed: str) -> str:
    try:
        return canonical_address(typed)
    except Invalid as error:
        words = {"address": typed[:80]}
        raise Invalid(
            _("The file holds “%(address)s”, which is not an address.", **words), code="bad-mapping"
        ) from error


def _public(address: str, text: object) -> str:
    try:
        return Element.parse(exact_json.string(text)).text  # type: ignore[arg-type]
    except Refusal as error:
        words = {"address": address[:80], "why": str(error)}
        sentence = _("The public credential of %(address)s cannot be used: %(why)s", **words)
        raise Invalid(sentence, code="bad-mapping") from error


def _refuse_different(voters: Mapping[str, int], brought: Mapping[str, str]) -> None:
    strangers = sorted(brought.keys() - voters.keys())
    left_out = sorted(voters.keys() - brought.keys())
    if strangers:
        words = {"count": len(strangers), "named": ", ".join(strangers[:MOST_NAMED])}
        sentence = _("%(count)s addresses in the file are not on the roll: %(named)s", **words)
        raise Invalid(sentence, code="bad-mapping")
    if left_out:
        words = {"count": len(left_out), "named": ", ".join(left_out[:MOST_NAMED])}
        sentence = _("%(count)s voters on the roll are not in the file: %(named)s", **words)
        raise Invalid(sentence, code="bad-mapping")
