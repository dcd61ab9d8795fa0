"""Certifiers' signing keys: each registers one, in the public register, before it signs anything.

Whoever registers a key proves with a signature that they hold it (SPEC 10.3): nobody can take another's key for theirs,
and a key that cannot sign is noticed before it is needed.
"""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.certification.models import CertifierKey
from elections.verifier.sshsig import BadSignature, PublicKey, Signature
from foundation.accounts.models import Person
from foundation.core import register
from foundation.core.access import Permission
from foundation.core.context import settings
from foundation.core.errors import Conflict, Forbidden, Invalid, NotFound

FORMAT = "footing certifier key 1"


def challenge(person: Person) -> str:
    """Return the text that a certifier signs with the key that they register."""
    return f"{FORMAT}\n{principal_of(person)}\n"


def challenge_namespace() -> str:
    """Return the namespace in which the challenge is signed: such a signature certifies no election."""
    return f"certifier-key@{settings().host}"


def add_key(session: Session, public_key_line: str, *, proof: str, by: Person, now: datetime) -> CertifierKey:
    """Register the certifier's public key, as it stands in a .pub file; a second call with it finds it there.

    `proof` is the key's SSH signature over `challenge(by)`; raises Invalid where it does not hold.
    """
    require_certifier(by, now)
    try:
        key = PublicKey.parse(public_key_line)
    except BadSignature as error:
        raise Invalid(str(error), code="bad-key") from error
    proven = _proven(key, proof, by)
    # Two at once: the second waits here and then sees the first.
    session.execute(select(Person.id).where(Person.id == by.id).with_for_update())
    own = standing_key(session, by)
    if own is not None and own.public_key == key.line:
        return own
    if own is not None:
        raise Conflict(_("You have registered another key. Withdraw it first."), code="key-there")
    if session.execute(select(CertifierKey.id).where(CertifierKey.public_key == key.line)).first() is not None:
        sentence = _(
            "This key was registered before. Make a new one: a key is one person's, and is withdrawn for good."
        )
        raise Conflict(sentence, code="key-used")
    made = CertifierKey(person_id=by.id, public_key=key.line, fingerprint=key.fingerprint, added_at=now)
    session.add(made)
    session.flush()
    facts = {"fingerprint": made.fingerprint, "public_key": made.public_key, "proof": proven}
    register.enter(
        session, act="certifier_key.added", by=by.display_name, now=now, subject=principal_of(by), facts=facts
    )
    return made


def _proven(key: PublicKey, proof: str, by: Person) -> str:
    try:
        signature = Signature.parse(proof)
        if signature.key != key:
            words = {"other": signature.key.fingerprint, "key": key.fingerprint}
            sentence = _("The signature is of the key %(other)s, and you register %(key)s.", **words)
            raise Invalid(sentence, code="other-key")
        signature.verify(challenge(by).encode(), challenge_namespace())
    except BadSignature as error:
        raise Invalid(str(error), code="bad-proof") from error
    return signature.armored()


def withdraw_key(session: Session, *, by: Person, now: datetime) -> CertifierKey:
    """Withdraw the certifier's key: nothing it signs from now on is taken. What it certified stays certified."""
    own = standing_key(session, by)
    if own is None:
        raise NotFound(_("You have no key that could be withdrawn."), code="no-key")
    own.withdrawn_at = now
    session.flush()
    facts = {"fingerprint": own.fingerprint}
    register.enter(
        session, act="certifier_key.withdrawn", by=by.display_name, now=now, subject=principal_of(by), facts=facts
    )
    return own


def standing_key(session: Session, person: Person) -> CertifierKey | None:
    """Return the person's registered key, if there is one that was not withdrawn."""
    wanted = select(CertifierKey).where(CertifierKey.person_id == person.id, CertifierKey.withdrawn_at.is_(None))
    return session.execute(wanted).scalar_one_or_none()


def require_certifier(person: Person, now: datetime) -> None:
    """Raise Forbidden unless the person holds the office of a certifier now."""
    if Permission.ELECTIONS_CERTIFY not in person.permissions(now):
        raise Forbidden(_("Only certifiers do this."), code="no-certifier")


def principal_of(person: Person) -> str:
    """Return the name under which a certifier signs: it has no spaces, and stays when a person's name changes."""
    return f"certifier-{person.id}@{settings().host}"
