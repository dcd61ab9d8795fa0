"""What everyone may see: the directory of members, one member, the texts of the agreements."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from foundation.core.access import current_person_or_none, public
from foundation.core.db import db
from foundation.core.errors import NotFound
from membership.models.memberships import Membership
from membership.models.parties import Visibility
from membership.pages import directory_list
from membership.pages.directory_list import Asked
from membership.routes.blueprint import asked_class, bp, page_number, searched, table_file, today
from membership.rules.classes import MemberClass
from membership.services import admitting, agreeing, listing, profiling, ties


def _asked() -> Asked:
    member = directory_list.reads_as_member(db.session, current_person_or_none(), today())
    return Asked(searched(), asked_class(), member)


@bp.get("/")
@public
def directory() -> ResponseReturnValue:
    """List the members, as far as each lets be seen, with search and paging, and the counts by class."""
    asked, on = _asked(), today()
    counts = directory_list.counts(db.session, on, as_member=asked.as_member)
    rows = directory_list.page(db.session, asked, on, page_number())
    filters = {"q": asked.query, "class": asked.member_class.value if asked.member_class else ""}
    shown = {name: value for name, value in filters.items() if value}
    return render_template("membership/index.html", counts=counts, page=rows, asked=asked, filters=shown)


@bp.get("/directory.csv")
@public
def directory_csv() -> ResponseReturnValue:
    """Download the rows of the directory that the reader may see."""
    rows = directory_list.everything(db.session, _asked(), today())
    cells = ((row.number, row.name, row.member_class.value) for row in rows)
    return table_file("members.csv", ("number", "name", "class"), cells)


@bp.get("/members/<int:number>")
@public
def member(number: int) -> ResponseReturnValue:
    """Show a member, as far as they let be seen; of those who hide, and of former ones, nothing."""
    membership, on = admitting.find(db.session, number), today()
    reader = current_person_or_none()
    own = reader is not None and membership.party.person_id == reader.id
    as_member = own or directory_list.reads_as_member(db.session, reader, on)
    if not _may_be_seen(membership, as_member=as_member, own=own):
        raise NotFound(_("There is no member with this number."), code="no-such-member")
    party = membership.party
    shown = profiling.visible_to(party, member=as_member, own=own)
    seen = {Visibility.EVERYONE} | ({Visibility.MEMBERS} if as_member else set())
    rows = listing.affiliations_on(db.session, party.person_id, on) if party.person_id else []
    affiliations = [row for row in rows if own or row.visibility in seen]
    group = sorted(ties.control_group(db.session, party.organization_id, on)) if party.organization_id else []
    return render_template(
        "membership/member.html", membership=membership, shown=shown, affiliations=affiliations, group=group, own=own
    )


def _may_be_seen(membership: Membership, *, as_member: bool, own: bool) -> bool:
    if own:
        return True
    visible = membership.party.name_visibility
    seen = visible is Visibility.EVERYONE or (as_member and visible is Visibility.MEMBERS)
    return seen and admitting.is_in_good_standing(membership, today())


@bp.get("/agreements/<member_class>/<int:number>")
@public
def agreement(member_class: str, number: int) -> ResponseReturnValue:
    """Show a version of an agreement with its hash."""
    if member_class not in set(MemberClass):
        raise NotFound(_("There is no such agreement."))
    version = agreeing.find(db.session, MemberClass(member_class), number)
    return render_template("membership/agreement.html", version=version)
