"""One human with two votes: entries of the directory that are merged after the roll was frozen.

Nothing on a frozen roll is removed. Of the rows of one human one keeps the vote, and the others yield to it: nobody
casts a ballot with them any more. What was cast with them before stays on the board, and officials are told of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from elections import board, one_vote
from elections.lifecycle import FINAL, ROLL_OPEN
from elections.models import CastBallot, Election, ElectorateKind, Voter
from foundation.accounts.models import EmailAddress
from foundation.core.errors import NotFound
from membership import directory
from membership.directory import Entries

CLASSES = frozenset({ElectorateKind.INDIVIDUAL, ElectorateKind.CORPORATE})


@dataclass(frozen=True, slots=True)
class Twin:
    """Two rows that are one human's (or one organization's), and with which of them a ballot was cast."""

    name: str
    address: str
    voted: bool
    other_name: str
    other_address: str
    other_voted: bool

    @property
    def both_voted(self) -> bool:
        """Whether two ballots of one human count."""
        return self.voted and self.other_voted


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a party's rows: the elections, the entries, and with which of the rows a ballot was cast."""

    elections: dict[str, Election]
    entries: Entries
    cast: set[int]

    @property
    def is_human(self) -> bool:
        """Whether the entries are a person's; else they are an organization's."""
        return self.entries.person is not None

    def row(self, voter: Voter) -> one_vote.Row:
        """Return a voter as the rule sees it."""
        kept = (
            voter.person_id == self.entries.person if self.is_human else voter.membership_id == self.entries.membership
        )
        for_organization = self.elections[voter.election_uuid].electorate is ElectorateKind.CORPORATE
        return one_vote.Row(
            voter.id, voter.twin_of_id is not None, voter.id in self.cast, kept, for_organization=for_organization
        )

    def keeper(self, rows: list[Voter]) -> Voter:
        """Return the voter whose row keeps the vote."""
        number = one_vote.keeper(map(self.row, rows), is_human=self.is_human).number
        return next(voter for voter in rows if voter.id == number)


def sentence() -> str:
    """Say why somebody cannot vote with a row that yields to another of theirs."""
    return str(
        _(
            "You are on this roll twice, since two entries of yours in the directory were merged. You have one vote, "
            "and it is the other entry's: no ballot can be cast with this one."
        )
    )


def of(session: Session, election: Election) -> list[Twin]:
    """Return the voters of an election who turned out to be one, by name; for officials and certifiers alone."""
    other = aliased(Voter)
    voted = exists().where(CastBallot.voter_id == Voter.id)
    other_voted = exists().where(CastBallot.voter_id == other.id)
    wanted = (
        select(Voter.name, Voter.address, voted, other.name, other.address, other_voted)
        .join(other, other.id == Voter.twin_of_id)
        .where(or_(Voter.election_uuid == election.uuid, other.election_uuid == election.uuid))
        .order_by(Voter.name, Voter.id)
    )
    return [Twin(*row) for row in session.execute(wanted)]


def merged(session: Session, kept: int, duplicate: int) -> None:
    """Leave one vote to the party whose two entries are merged, in every election that is not over.

    It holds the locks of the boards concerned: a ballot is either cast before, and then counts here, or it is refused.
    """
    entries = directory.entries(session, kept, duplicate)
    concerned = _concerned(entries)
    for uuid in sorted(session.execute(select(Election.uuid).join(Voter).where(*concerned).distinct()).scalars()):
        with suppress(NotFound):
            board.lock_head(session, uuid, older_too=True)
    groups: dict[one_vote.Group, list[Voter]] = {}
    wanted = select(Voter, Election).join(Election).where(*concerned).order_by(Voter.id)
    rows = session.execute(wanted.with_for_update(of=Voter).execution_options(populate_existing=True)).all()
    elections = {election.uuid: election for _voter, election in rows}
    for voter, election in rows:
        groups.setdefault(_group(election), []).append(voter)
    cast = _cast(session, [voter.id for voter, _election in rows])
    known = _Known(elections, entries, cast)
    for group in groups.values():
        _settle(session, group, known)
    session.flush()


def _concerned(entries: Entries) -> Sequence[ColumnElement[bool]]:
    """Return the conditions on rows of these entries, in elections that are not over and not built anew anyway."""
    mine: list[ColumnElement[bool]] = [Voter.person_id.in_(entries.persons)]
    addresses = select(EmailAddress.canonical).where(EmailAddress.person_id.in_(entries.persons))
    mine.append(and_(Voter.person_id.is_(None), Voter.address.in_(addresses)))
    if not entries.persons:
        mine.append(Voter.membership_id.in_(entries.memberships))
    built = and_(Election.cycle_id.is_not(None), Election.phase.in_(ROLL_OPEN))
    return [or_(*mine), Election.phase.not_in(FINAL), ~built]


def _group(election: Election) -> one_vote.Group:
    return one_vote.group(election.uuid, election.cycle_id, by_class=election.electorate in CLASSES)


def _cast(session: Session, voters: Iterable[int]) -> set[int]:
    wanted = select(CastBallot.voter_id).where(CastBallot.voter_id.in_(list(voters))).distinct()
    return set(session.execute(wanted).scalars())


def _settle(session: Session, group: list[Voter], known: _Known) -> None:
    """Let all rows of a group yield to one, which the human then acts on under the entry that is kept."""
    first, kept = known.keeper(group), known.entries.person
    for voter in group:
        if voter is first:
            continue
        if one_vote.fate(known.elections[voter.election_uuid].phase) is one_vote.Fate.REMOVED:
            # A poll that is being prepared: its roll is made by hand, and this row has no use.
            session.delete(voter)
        else:
            voter.twin_of_id = first.id
    session.flush()
    here = [voter.person_id for voter in group if voter.election_uuid == first.election_uuid]
    if kept is not None and kept not in here:
        first.person_id = kept
