"""Making an election: its contests and candidates, in an order drawn by lot, and its trustees."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from elections.counting.errors import BadInput, TooLarge
from elections.counting.methods.registry import METHODS
from elections.counting.report import report
from elections.crypto.credentials import BASE58
from elections.crypto.group import MAX_INTS
from elections.lifecycle import Phase
from elections.models import Candidate, Contest, CredentialSource, Election, Trustee, TrusteeKind
from elections.services.wording import one_line
from foundation.accounts.models import Person
from foundation.core import register
from foundation.core.errors import Conflict, Invalid

UUID_CHARACTERS = 22
LONGEST_TITLE = 150
LONGEST_NAME = 100
LONGEST_STATEMENT = 10_000
MOST_TRUSTEES = 30
MOST_CONTESTS = 20
FEWEST_CANDIDATES = 2


@dataclass(frozen=True, slots=True)
class NewCandidate:
    """Who is to stand; `affiliations` are printed beside the name."""

    name: str
    affiliations: Sequence[str] = ()
    statement: str = ""


@dataclass(frozen=True, slots=True)
class NewContest:
    """A contest as an official enters it; `candidates` keep their index in the ballot, the displayed order is a lot."""

    title: str
    candidates: Sequence[NewCandidate]
    seats: int = 1
    method: str = "schulze"


@dataclass(frozen=True, slots=True)
class NewTrustee:
    """A trustee as an official enters it; a person's account may be named for mail and for the trustee's page."""

    name: str
    person: Person | None = None
    kind: TrusteeKind = TrusteeKind.PERSON


@dataclass(frozen=True, slots=True, kw_only=True)
class NewElection:
    """All that an official says to make an election; trustees are owners 1, 2, … in this order."""

    title: str
    foundation: str
    contests: Sequence[NewContest]
    trustees: Sequence[NewTrustee]
    credential_source: CredentialSource
    demonstration: bool = False
    uuid: str | None = None


def create(session: Session, new: NewElection, *, by: str, now: datetime) -> Election:
    """Make a draft election, or raise Invalid with the sentence that says what is wrong with it."""
    if not 1 <= len(new.contests) <= MOST_CONTESTS:
        raise Invalid(_("An election has between 1 and %(most)s contests.", most=MOST_CONTESTS), code="bad-contests")
    check_trustees(new.trustees, demonstration=new.demonstration)
    election = Election(
        uuid=free_uuid(session, new.uuid),
        title=one_line(new.title, _("The election's title"), LONGEST_TITLE),
        foundation=one_line(new.foundation, _("The foundation's name"), LONGEST_TITLE),
        phase=Phase.DRAFT,
        credential_source=new.credential_source,
        demonstration=new.demonstration,
        created_by=by,
        created_at=now,
        phase_since=now,
        contests=[_contest(position, contest) for position, contest in enumerate(new.contests)],
        trustees=trustees_of(new.trustees),
    )
    session.add(election)
    session.flush()
    facts = {
        "title": election.title,
        "contests": [contest.title for contest in election.contests],
        "trustees": [trustee.name for trustee in election.trustees],
        "credentials": str(election.credential_source),
        "demonstration": election.demonstration,
    }
    register.enter(session, act="election.drafted", by=by, now=now, subject=subject(election), facts=facts)
    return election


def subject(election: Election) -> str:
    """Return how the register calls the election."""
    return f"election {election.uuid}"


def random_uuid() -> str:
    """Return a fresh identifier: 22 Base58 characters, 128 bits (specification 4.2)."""
    return "".join(secrets.choice(BASE58) for __ in range(UUID_CHARACTERS))


def free_uuid(session: Session, wanted: str | None) -> str:
    """Return the identifier wanted, or a fresh one; raise Invalid or Conflict where it cannot be had."""
    uuid = wanted or random_uuid()
    if len(uuid) != UUID_CHARACTERS or any(character not in BASE58 for character in uuid):
        raise Invalid(_("An election's identifier is 22 Base58 characters."), code="bad-uuid")
    if session.get(Election, uuid) is not None:
        raise Conflict(_("There is already an election with this identifier."), code="uuid-taken")
    return uuid


def _contest(position: int, new: NewContest) -> Contest:
    title = one_line(new.title, _("A contest's title"), LONGEST_TITLE)
    if not FEWEST_CANDIDATES <= len(new.candidates) <= MAX_INTS:
        words = {"title": title, "most": MAX_INTS, "count": len(new.candidates)}
        sentence = _("The contest “%(title)s” needs between 2 and %(most)s candidates, not %(count)s.", **words)
        raise Invalid(sentence, code="bad-candidates")
    candidates = [_candidate(index, candidate) for index, candidate in enumerate(new.candidates)]
    _refuse_namesakes(title, candidates)
    if not 1 <= new.seats <= len(candidates):
        raise Invalid(_("“%(title)s” has more seats than candidates, or none.", title=title), code="bad-seats")
    _check_method(new, [candidate.name for candidate in candidates])
    # The order in which candidates are shown favours the first: so chance decides it, and it is then the same for all.
    order = secrets.SystemRandom().sample(range(len(candidates)), len(candidates))
    return Contest(
        position=position,
        title=title,
        seats=new.seats,
        method=new.method,
        display_order=order,
        candidates=candidates,
    )


def _check_method(new: NewContest, names: Sequence[str]) -> None:
    known = {method.name for method in METHODS if not method.comparison_only}
    if new.method not in known:
        raise Invalid(_("There is no counting method called %(method)s.", method=new.method[:40]), code="bad-method")
    try:
        # One ballot without ties: what the method refuses for its size is said now and not after the vote.
        report(names, [range(1, len(names) + 1)], method=new.method, seats=new.seats)
    except (BadInput, TooLarge) as error:
        raise Invalid(str(error), code="bad-method") from error


def _candidate(position: int, new: NewCandidate) -> Candidate:
    name = one_line(new.name, _("A candidate's name"), LONGEST_NAME)
    if len(new.statement) > LONGEST_STATEMENT:
        raise Invalid(_("The statement of %(name)s is too long.", name=name), code="bad-statement")
    affiliations = [one_line(text, _("An affiliation"), LONGEST_NAME) for text in new.affiliations]
    return Candidate(position=position, name=name, affiliations=affiliations, statement=new.statement)


def _refuse_namesakes(title: str, candidates: Sequence[Candidate]) -> None:
    seen: set[str] = set()
    for candidate in candidates:
        form = unicodedata.normalize("NFKC", candidate.name).casefold()
        if form in seen:
            words = {"title": title, "name": candidate.name}
            sentence = _("Two candidates of “%(title)s” are called %(name)s: voters must tell them apart.", **words)
            raise Invalid(sentence, code="bad-candidates")
        seen.add(form)


def check_trustees(trustees: Sequence[NewTrustee], *, demonstration: bool) -> None:
    """Raise Invalid unless the server is one trustee and others keep it from opening the ballots alone."""
    kinds = [trustee.kind for trustee in trustees]
    if len(kinds) > MOST_TRUSTEES:
        raise Invalid(_("An election has at most %(most)s trustees.", most=MOST_TRUSTEES), code="bad-trustees")
    if kinds.count(TrusteeKind.SERVER) != 1:
        raise Invalid(_("The server is one of the trustees of every election, once."), code="bad-trustees")
    if len(kinds) == 1 and not demonstration:
        # With its own key alone the server could open every ballot.
        raise Invalid(_("An election needs at least one trustee besides the server."), code="bad-trustees")
    people = [trustee.person.id for trustee in trustees if trustee.person is not None]
    if len(set(people)) != len(people):
        raise Invalid(_("One person cannot be two trustees."), code="bad-trustees")


def trustees_of(new: Sequence[NewTrustee]) -> list[Trustee]:
    """Return the rows of an election's trustees, owners 1, 2, … in this order."""
    return [_trustee(owner, trustee) for owner, trustee in enumerate(new, start=1)]


def _trustee(owner: int, new: NewTrustee) -> Trustee:
    name = one_line(new.name, _("A trustee's name"), LONGEST_NAME)
    return Trustee(owner=owner, name=name, kind=new.kind, person_id=new.person.id if new.person else None)
