"""What everyone may see: sponsors by tier, their logos, and the packages."""

from __future__ import annotations

from flask import Response, request
from flask.typing import ResponseReturnValue

from foundation.core import clock
from foundation.core.access import Permission, current_person_or_none, may, public
from foundation.core.db import db
from membership.sponsorship import company
from membership.sponsorship.routes.blueprint import bp, page, page_number
from membership.sponsorship.rules.lifecycle import HOLDS_A_PLACE
from membership.sponsorship.services import packages, showing

# A logo leaves the page when it is no longer due; so it must leave caches soon as well.
LOGO_CACHED = "public, max-age=300"


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """List the sponsors whose benefits are due today, by tier, with search and paging."""
    query = request.args.get("q", "").strip()[:100].replace("\0", "")
    found = showing.sponsors(db.session, on=clock.now().date(), query=query, page=page_number())
    arguments = {"q": query} if query else {}
    offices = {"records": may(Permission.RECORDS_KEEP), "ledger": may(Permission.LEDGER_KEEP)}
    tiers = showing.by_tier(found.rows)
    return page("index", found=found, tiers=tiers, query=query, arguments=arguments, offices=offices)


@bp.get("/logos/<int:asset_id>-<sha256>.png")
@public
def logo(asset_id: int, sha256: str) -> ResponseReturnValue:
    """Answer with a logo, while it is due."""
    png = showing.logo(db.session, asset_id, sha256, on=clock.now().date())
    return Response(png, mimetype="image/png", headers={"Cache-Control": LOGO_CACHED})


@bp.get("/packages")
@public
def package_list() -> ResponseReturnValue:
    """Compare the packages that are offered."""
    person, now = current_person_or_none(), clock.now()
    signs = (company.MandateRole.SIGNATORY,)
    mine = company.companies_of(db.session, person, now=now, roles=signs) if person else []
    offered = packages.offered(db.session)
    left = packages.places_left(db.session, offered, HOLDS_A_PLACE)
    return page("packages", packages=offered, left=left, rows=packages.compared(offered), companies=mine)
