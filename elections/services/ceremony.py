"""The key ceremony: the roll and the manifest freeze, each trustee brings a key, and the board begins."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from elections import board
from elections.crypto import election as protocol
from elections.crypto.archive import SetupData, sha256_hex
from elections.crypto.credentials import PublicCredentials
from elections.crypto.group import Element
from elections.crypto.trustees import TrusteePublicKey, election_key, generate_key
from elections.lifecycle import BEFORE_KEYS, Phase
from elections.models import CredentialSource, Election, Trustee, TrusteeKind
from elections.nominations import interests
from elections.services import catalogue, keys, notices, roll, standing_trustees
from elections.services.contributions import trustee as trustee_of
from elections.services.frozen import protocol_trustees
from elections.services.publishing import make_ballot, manifest_of
from elections.services.refusals import as_invalid
from elections.services.setup import subject
from elections.services.voting import move
from elections.verifier.manifest import description
from foundation.accounts.models import Person
from foundation.core import register
from foundation.core.errors import Conflict, Invalid

KEY_LIMIT = 4096


def begin(session: Session, uuid: str, *, by: str | Person, now: datetime) -> Election:
    """Freeze the manifest and make the server's key (in a demonstration everybody's), which begins the key ceremony.

    A poll goes there from its draft; an election under rules from its frozen roll, and its ballot is made now.
    """
    election = catalogue.find_locked(session, uuid)
    _check_may_begin(session, election, by)
    if election.cycle_id is not None:
        standing_trustees.dismiss(session, election, by=_name(by), now=now)
        make_ballot(session, election, now=now)
    standing_trustees.require_in_office(session, election, now)
    manifest = manifest_of(session, election)
    election.manifest, election.manifest_sha256 = manifest.to_json(), manifest.sha256
    move(election, Phase.KEY_CEREMONY, now)
    session.flush()
    for trustee in election.trustees:
        if trustee.kind is TrusteeKind.SERVER or election.demonstration:
            private, public = generate_key()
            trustee.public_key, trustee.key_accepted_at = public.to_json(), now
            keys.keep(trustee, private)
    facts = {"manifest": manifest.sha256, "voters": manifest.roll.count, "roll": manifest.roll.sha256}
    # The roll of an election under rules froze before, in an entry of its own; a poll's freezes here.
    act, who = "roll.frozen" if election.cycle_id is None else "manifest.frozen", _name(by)
    register.enter(session, act=act, by=who, now=now, subject=subject(election), facts=facts)
    session.flush()
    notices.tell_trustees(session, election, now=now)
    return election


def _check_may_begin(session: Session, election: Election, by: str | Person) -> None:
    """Raise Conflict unless the election has come to its key ceremony, Forbidden where the official stands in it."""
    if election.phase not in BEFORE_KEYS:
        raise Conflict(_("The key ceremony of this election has begun already."), code="wrong-phase")
    if isinstance(by, Person):
        interests.require_office(session, election, by)
    if election.cycle_id is not None and election.phase is not Phase.ROLL_FROZEN:
        raise Conflict(_("The roll is frozen before the key ceremony begins."), code="roll-not-frozen")


def _name(by: str | Person) -> str:
    return by.display_name if isinstance(by, Person) else by


def accept_trustee_key(session: Session, uuid: str, owner: int, data: bytes, *, by: str, now: datetime) -> Trustee:
    """Take a trustee's public key as `keygen` or belenios-tool wrote it, or raise Invalid naming what is wrong."""
    election = catalogue.find_locked(session, uuid)
    trustee = trustee_of(election, owner)
    if election.phase is not Phase.KEY_CEREMONY or election.election_json is not None:
        raise Conflict(_("This election takes no keys now."), code="wrong-phase")
    if len(data) > KEY_LIMIT:
        raise Invalid(_("The file is too large for a public key."), code="too-large", status=413)
    with as_invalid():
        key = TrusteePublicKey.from_json(data.strip(b"\r\n \t"))
        key.verify()
    if trustee.public_key == key.to_json():
        return trustee
    if trustee.public_key is not None:
        raise Conflict(_("%(name)s has brought another key already.", name=trustee.name), code="key-there")
    _refuse_copy(election, key.public_key)
    trustee.public_key, trustee.key_accepted_at = key.to_json(), now
    facts = {"trustee": trustee.name, "owner": owner, "public_key": key.public_key.text}
    register.enter(session, act="trustee_key.accepted", by=by, now=now, subject=subject(election), facts=facts)
    session.flush()
    return trustee


def missing_keys(session: Session, election: Election) -> list[Trustee]:
    """Return the trustees whose keys have not come, in order."""
    session.flush()
    return [trustee for trustee in election.trustees if trustee.public_key is None]


def finish(session: Session, uuid: str, *, by: str, now: datetime) -> Election:
    """Combine the keys into the election's and begin the board with the Setup event; nothing after it can change."""
    election = catalogue.find_locked(session, uuid)
    if election.phase is not Phase.KEY_CEREMONY:
        raise Conflict(_("This election is not in its key ceremony."), code="wrong-phase")
    if election.election_json is not None:
        return election
    trustees = protocol_trustees(election)
    trustees.verify()
    listed = PublicCredentials.of([Element.parse(text) for text in roll.public_credentials(session, election)])
    structure = _structure(election, election_key(trustees))
    election.election_json = structure.to_json()
    published = (election.election_json, trustees.to_json(), listed.to_json())
    session.flush()
    board.begin(session, uuid, int(now.timestamp()), [*published, SetupData.of(*published).to_json()])
    facts = {"election": sha256_hex(election.election_json), "manifest": election.manifest_sha256}
    register.enter(session, act="election.keyed", by=by, now=now, subject=subject(election), facts=facts)
    return election


def _refuse_copy(election: Election, public_key: Element) -> None:
    for other in election.trustees:
        if other.public_key and TrusteePublicKey.from_json(other.public_key).public_key == public_key:
            # A copied key would cancel or double another trustee's part in every decryption.
            sentence = _("This is the key of %(name)s: each trustee makes their own.", name=other.name)
            raise Invalid(sentence, code="key-copied")


def _structure(election: Election, public_key: Element) -> protocol.Election:
    questions = tuple(
        protocol.Question(contest.title, tuple(candidate.name for candidate in contest.candidates))
        for contest in election.contests
    )
    authority = "the server" if election.credential_source is CredentialSource.SERVER else "the registrar"
    return protocol.Election(
        description=description(_about(election), election.manifest_sha256 or ""),
        name=election.title,
        public_key=public_key,
        questions=questions,
        uuid=election.uuid,
        administrator=election.foundation,
        credential_authority=authority,
    )


def _about(election: Election) -> str:
    about = "Rank the candidates; 1 is best, equal ranks are allowed, and who is not ranked counts as tied last."
    return f"{about} This is a demonstration." if election.demonstration else about
