"""The versions of the election rules: adopting one, and which is in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from elections.cycles.models import Cycle, RulesVersion
from elections.cycles.rules import ElectionRules
from elections.cycles.rules_file import BadRules, read_rules
from foundation.accounts.models import Person
from foundation.core import register
from foundation.core.errors import Conflict, Invalid, NotFound

SUBJECT = "election rules"


def adopt_rules(session: Session, text: str, *, by: Person, now: datetime) -> RulesVersion:
    """Put a rules file in force for the cycles that begin from now on, or raise Invalid naming what is wrong in it."""
    text = text.replace("\r\n", "\n")
    try:
        rules = read_rules(text)
    except BadRules as error:
        raise Invalid(str(error), code="bad-rules") from error
    digest = sha256(text.encode()).hexdigest()
    # One at a time: of two who adopt at once, the second sees what the first did.
    session.execute(sql("LOCK TABLE election_rules IN SHARE ROW EXCLUSIVE MODE"))
    known = select(RulesVersion).where(or_(RulesVersion.version == rules.version, RulesVersion.sha256 == digest))
    if session.execute(known).first() is not None:
        sentence = _(
            "Version %(version)s of the rules is there already: a change has a new version.", version=rules.version
        )
        raise Conflict(sentence, code="rules-known")
    adopted = RulesVersion(
        version=rules.version,
        title=rules.title,
        text=text,
        sha256=digest,
        adopted_at=now,
        adopted_by=by.display_name,
    )
    session.add(adopted)
    facts = {"version": rules.version, "title": rules.title, "sha256": digest}
    register.enter(session, act="rules.adopted", by=by.display_name, now=now, subject=SUBJECT, facts=facts)
    return adopted


def rules_in_force(session: Session) -> RulesVersion:
    """Return the version adopted last, or raise NotFound while there is none."""
    found = next(iter(all_versions(session)), None)
    if found is None:
        sentence = _("No election rules have been adopted yet. An operator adopts the rules of the bylaws first.")
        raise NotFound(sentence, code="no-rules")
    return found


def all_versions(session: Session) -> Sequence[RulesVersion]:
    """Return every version that was adopted, newest first."""
    return session.execute(select(RulesVersion).order_by(RulesVersion.id.desc())).scalars().all()


def version_of(session: Session, version: str) -> RulesVersion:
    """Return the version of this name, or raise NotFound."""
    found = session.execute(select(RulesVersion).where(RulesVersion.version == version)).scalar_one_or_none()
    if found is None:
        raise NotFound(_("There is no such version of the election rules."), code="no-such-rules")
    return found


def rules_of(cycle: Cycle) -> ElectionRules:
    """Return the rules under which a cycle was begun; later versions change nothing about it."""
    return _parsed(cycle.rules.text)


@lru_cache(maxsize=32)
def _parsed(text: str) -> ElectionRules:
    return read_rules(text)


def parsed(version: RulesVersion) -> ElectionRules:
    """Return what a version says."""
    return _parsed(version.text)
