"""What a party shows of itself: each field with who may see it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core.errors import Invalid
from membership.models.parties import Party, ProfileEntry, ProfileField, Visibility
from membership.services import listing, parties
from membership.wording import one_line, paragraphs

Shown = tuple[str, Visibility]


def change(
    session: Session,
    party: Party,
    name_visibility: Visibility,
    fields: Mapping[ProfileField, Shown],
    *,
    by: Person,
    now: datetime,
) -> None:
    """Replace the party's profile; an empty field is removed."""
    parties.require_actor(session, party, by, now=now)
    party.name_visibility = name_visibility
    session.execute(delete(ProfileEntry).where(ProfileEntry.party_id == party.id))
    session.expire(party, ["profile"])
    for kind, (typed, visibility) in fields.items():
        value = _checked(kind, typed)
        if value:
            session.add(ProfileEntry(party_id=party.id, field=kind, value=value, visibility=visibility))
    session.flush()
    listing.list_party(session, party, now=now)


def _checked(kind: ProfileField, typed: str) -> str:
    if kind is ProfileField.ABOUT:
        return paragraphs(typed, _("About"), 2000, optional=True)
    value = one_line(typed, _("This field"), 300, optional=True)
    if kind is ProfileField.WEBSITE and value:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or "." not in parts.hostname:
            raise Invalid(_("Enter the web site's address, beginning with https://"), code="bad-website")
    return value


def visible_to(party: Party, *, member: bool, own: bool) -> dict[ProfileField, str]:
    """Return the fields that a reader may see: a stranger, a member, or the party itself."""
    seen = (
        {Visibility.EVERYONE}
        | ({Visibility.MEMBERS} if member or own else set())
        | ({Visibility.NOBODY} if own else set())
    )
    return {entry.field: entry.value for entry in party.profile if entry.visibility in seen}
