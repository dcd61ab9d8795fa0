"""Benefits: what a company gives for them, and checking off what was provided."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core import register
from foundation.core.errors import Conflict, Invalid, NotFound
from membership.sponsorship import images
from membership.sponsorship.language import translated as _
from membership.sponsorship.models.packages import BenefitKind
from membership.sponsorship.models.sponsorships import Asset, Benefit
from membership.sponsorship.rules.dues import is_due, why_not_due
from membership.sponsorship.rules.lifecycle import BEING_ARRANGED, IN_FORCE
from membership.sponsorship.services import catalogue, course, letters
from membership.sponsorship.services.refusals import lines_of, reason_of

LONGEST_TEXT = 2000


def give_logo(session: Session, benefit_id: int, data: bytes, *, by: Person, now: datetime) -> Asset:
    """Give the picture for a benefit; it replaces the one before. Raise Forbidden, Invalid or Conflict."""
    benefit = _to_fill(session, benefit_id, BenefitKind.LOGO, by=by, now=now)
    picture = images.as_png(data)
    asset = Asset(
        benefit_id=benefit.id,
        png=picture.png,
        sha256=picture.sha256,
        width=picture.width,
        height=picture.height,
        given_at=now,
        given_by=by.id,
    )
    return _store(session, benefit, asset)


def give_text(session: Session, benefit_id: int, wording: str, *, by: Person, now: datetime) -> Asset:
    """Give the text for a benefit; it replaces the one before. Raise Forbidden, Invalid or Conflict."""
    benefit = _to_fill(session, benefit_id, BenefitKind.TEXT, by=by, now=now)
    text = lines_of(wording, LONGEST_TEXT, what=_("The text"))
    if not text:
        raise Invalid(_("Enter the text."))
    return _store(session, benefit, Asset(benefit_id=benefit.id, wording=text, given_at=now, given_by=by.id))


def _to_fill(session: Session, benefit_id: int, kind: BenefitKind, *, by: Person, now: datetime) -> Benefit:
    benefit = catalogue.benefit(session, benefit_id)
    sponsored = catalogue.locked(session, benefit.sponsorship_id)
    catalogue.check_acting(session, sponsored.organization_id, by, now=now)
    if benefit.kind is not kind:
        raise Invalid(_("This benefit needs nothing of that kind."))
    if sponsored.state not in BEING_ARRANGED | IN_FORCE:
        raise Conflict(_("This sponsorship is over."))
    return benefit


def _store(session: Session, benefit: Benefit, asset: Asset) -> Asset:
    session.add(asset)
    session.flush()
    session.expire(benefit, ["assets"])
    return asset


def take_down(session: Session, asset_id: int, reason: str, *, by: Person, now: datetime) -> Asset:
    """Take down what a company gave, for a reason that it is told, or raise Forbidden, Invalid or Conflict."""
    found = asset(session, asset_id)
    sponsored = catalogue.locked(session, found.benefit.sponsorship_id)
    catalogue.check_impartial(session, sponsored.organization_id, by, now=now)
    if found.taken_down_at is not None:
        raise Conflict(_("This has been taken down already."))
    found.taken_down_at, found.taken_down_why = now, reason_of(reason)
    session.flush()
    why, what = found.taken_down_why, found.benefit.name
    letters.tell_company(session, sponsored, "taken_down", now=now, key=str(found.id), reason=why, benefit=what)
    return found


def asset(session: Session, asset_id: int) -> Asset:
    """Return what a company gave, or raise NotFound."""
    found = session.get(Asset, asset_id)
    if found is None:
        raise NotFound(_("There is no such page. If you typed the address, check that it is right."))
    return found


def provide(session: Session, benefit_id: int, note: str, *, by: Person, now: datetime) -> Benefit:
    """Check a benefit off as provided, or raise Forbidden or Conflict: only while it is due, with what it needs."""
    benefit = catalogue.benefit(session, benefit_id)
    sponsored = catalogue.locked(session, benefit.sponsorship_id)
    catalogue.check_impartial(session, sponsored.organization_id, by, now=now)
    if benefit.provided_at is not None:
        raise Conflict(_("This benefit is checked off already."))
    standing = course.standing_of(session, sponsored)
    if not is_due(standing, on=now.date()):
        raise Conflict(_("This benefit is not due. %(why)s", why=_(why_not_due(standing, on=now.date()))))
    if benefit.kind is not BenefitKind.PLAIN and benefit.asset is None:
        raise Conflict(_("The company has not given what this benefit needs."))
    benefit.provided_at, benefit.provided_by = now, by.id
    benefit.provided_note = " ".join(note.split())[:500]
    session.flush()
    register.enter(
        session,
        act="sponsorship.benefit_provided",
        by=by.display_name,
        now=now,
        subject=f"sponsorship:{sponsored.id}",
        facts={"benefit": benefit.name},
    )
    return benefit
