"""The official's task list: the steps of an election, which are done, which is next, what each waits for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from elections.lifecycle import AFTER_RESULT, BEFORE_KEYS, FINAL, Phase
from elections.models import CredentialSource, Election
from elections.pages import wording
from elections.pages.language import translated as _
from elections.pages.language import translated_number as ngettext
from elections.services import ceremony, credentials, progress, roll, standing_trustees, twins
from elections.services.standing_trustees import Falling
from foundation.core import clock

DONE, NEXT, WAITING, LATER = "done", "next", "waiting", "later"
SHOWN = 5


@dataclass(frozen=True, slots=True)
class OfficialTask:
    """A step of an election: a link only while somebody can do something there.

    An `endpoint` without a dot is one of the blueprint `elections`; it takes the election's `uuid` unless `values` say
    otherwise.
    """

    text: str
    hint: str
    state: str
    endpoint: str | None
    values: Mapping[str, object] | None = None


def of_poll(session: Session, election: Election, now: datetime) -> list[OfficialTask]:
    """Return the steps of a poll from its roll to its result, as they stand now."""
    preparing = election.phase is Phase.DRAFT
    voters, missing = roll.size(session, election), credentials.missing(session, election)
    steps = [
        OfficialTask(
            _("Build the roll"),
            ngettext("%(num)d voter on the roll", "%(num)d voters on the roll", voters),
            DONE if voters else NEXT,
            "roll_page" if preparing else None,
        ),
        credential_task(session, election, may_issue=preparing),
    ]
    ready = preparing and voters > 0 and missing == 0
    return [
        *steps,
        *ceremony_tasks(session, election, ready=ready),
        *_vote(election),
        *count_tasks(session, election, now),
        *twin_tasks(session, election),
    ]


def credential_task(session: Session, election: Election, *, may_issue: bool) -> OfficialTask:
    """Return the step in which the voters' credentials are made."""
    voters, missing = roll.size(session, election), credentials.missing(session, election)
    state = LATER
    if voters and not missing:
        state = DONE
    elif voters and may_issue:
        state = WAITING if election.credential_source is CredentialSource.REGISTRAR else NEXT
    hint = _credential_hint(election, missing) if voters else _("When the roll is made")
    endpoint = "credentials_page" if may_issue else None
    return OfficialTask(_("Issue voting credentials"), hint, state, endpoint)


def _credential_hint(election: Election, missing: int) -> str:
    if not missing:
        return _("Every voter has one")
    left = ngettext("%(num)d voter has none yet", "%(num)d voters have none yet", missing)
    if election.credential_source is CredentialSource.REGISTRAR:
        return _("%(left)s; the registrar brings them", left=left)
    return left


def ceremony_tasks(session: Session, election: Election, *, ready: bool) -> list[OfficialTask]:
    """Return the steps of the key ceremony; `ready` says whether it can begin."""
    before = election.phase in BEFORE_KEYS
    waiting = ceremony.missing_keys(session, election) if election.phase is Phase.KEY_CEREMONY else []
    missing = wording.listed([trustee.name for trustee in waiting])
    made = election.election_json is not None
    falling = standing_trustees.falling(session, election, clock.now())
    ready = ready and not any(one.blocks for one in falling)
    return [
        *_replacing(falling),
        OfficialTask(
            _("Begin the key ceremony"),
            _("Freezes the contests, the candidates and the roll"),
            (NEXT if ready else LATER) if before else DONE,
            "begin_page" if ready else None,
        ),
        OfficialTask(
            _("Collect the trustees' keys"),
            _("Missing: %(names)s", names=missing) if missing else _("Each trustee brings a public key"),
            LATER if before else WAITING if missing else DONE,
            None,
        ),
        OfficialTask(
            _("Combine the keys"),
            _("The board begins, and nothing about the election can change"),
            DONE if made else NEXT if not before and not missing else LATER,
            "finish_page" if not made and not before and not missing else None,
        ),
    ]


def _replacing(falling: Sequence[Falling]) -> Iterator[OfficialTask]:
    """Yield the step in which trustees who fall away are replaced, while there are such."""
    if falling:
        said = "; ".join(f"{one.trustee.name} {one.why}" for one in falling)
        state = NEXT if any(one.blocks for one in falling) else WAITING
        yield OfficialTask(_("Replace a trustee"), said, state, "replace_page")


def _vote(election: Election) -> list[OfficialTask]:
    made, phase = election.election_json is not None, election.phase
    before = phase in BEFORE_KEYS or phase is Phase.KEY_CEREMONY
    return [
        OfficialTask(
            _("Open the vote"),
            _("Voters can cast ballots from then on"),
            (NEXT if made else LATER) if before else DONE,
            "open_page" if made and before else None,
        ),
        OfficialTask(
            _("Close the vote"),
            _("No ballot is accepted afterwards, and mixing begins"),
            LATER if before else NEXT if phase is Phase.VOTING else DONE,
            "close_page" if phase is Phase.VOTING else None,
        ),
    ]


def count_tasks(session: Session, election: Election, now: datetime) -> list[OfficialTask]:
    """Return the steps from the close to the result, which the server and the trustees take."""
    counted = election.phase in AFTER_RESULT
    counting = election.phase in {Phase.CLOSED, Phase.MIXING, Phase.DECRYPTION}
    waiting = progress.what_waits(session, election) if counting else None
    return [
        OfficialTask(
            _("Mix and decrypt"),
            wording.what_next(election, waiting, now) if counting else _("The server and each trustee in turn"),
            DONE if counted else WAITING if counting else LATER,
            None,
        ),
        OfficialTask(
            _("Read the result"),
            _("It is provisional until officials certify it"),
            DONE if counted else LATER,
            "outcome" if counted else None,
        ),
    ]


def twin_tasks(session: Session, election: Election) -> list[OfficialTask]:
    """Return what officials know about voters who turned out to be one; nothing while there are none."""
    found = twins.of(session, election)
    if not found:
        return []
    shown = "; ".join(_twin(one) for one in found[:SHOWN])
    if len(found) > SHOWN:
        shown = _("%(shown)s; and %(more)s more", shown=shown, more=len(found) - SHOWN)
    open_still = election.phase not in FINAL and any(one.both_voted for one in found)
    page = "certification.certificate" if election.phase in {Phase.COMPLAINTS, Phase.CERTIFIED} else None
    return [OfficialTask(_("Voters who turned out to be one"), shown, WAITING if open_still else DONE, page)]


def _twin(one: twins.Twin) -> str:
    words = {"name": f"{one.name} <{one.address}>", "other": f"{one.other_name} <{one.other_address}>"}
    if one.both_voted:
        return _("%(name)s and %(other)s: both have voted, and certifiers are told", **words)
    if one.voted or one.other_voted:
        return _("%(name)s and %(other)s: one has voted, and the other cannot any more", **words)
    return _("%(name)s and %(other)s: neither has voted, and only one of them can", **words)


def in_a_sentence(tasks: Sequence[OfficialTask]) -> str:
    """Say what officials do next or, where nothing is theirs to do, what is waited for; empty when all is done."""
    following = [task for task in tasks if task.state == NEXT]
    if following:
        first, *others = following
        more = "".join(f"; {task.text}" for task in others)
        return _("Next: %(what)s (%(hint)s)%(more)s.", what=first.text, hint=first.hint.rstrip("."), more=more)
    waiting = [task for task in tasks if task.state == WAITING]
    if waiting:
        return _("Waiting: %(what)s (%(hint)s).", what=waiting[0].text, hint=waiting[0].hint.rstrip("."))
    return ""


def has_next(tasks: Sequence[OfficialTask]) -> bool:
    """Answer whether an official can do something now."""
    return any(task.state == NEXT for task in tasks)


COLOURS = {DONE: "", NEXT: "green", WAITING: "yellow", LATER: "grey"}


def rows(tasks: list[OfficialTask], uuid: str) -> list[dict[str, str | None]]:
    """Return the steps as the task list macro wants them."""
    words = {DONE: _("Done"), NEXT: _("Next"), WAITING: _("Waiting"), LATER: _("Later")}
    return [
        {
            "text": task.text,
            "hint": task.hint,
            "href": _href(task, uuid),
            "status": words[task.state],
            "colour": COLOURS[task.state],
        }
        for task in tasks
    ]


def _href(task: OfficialTask, uuid: str) -> str | None:
    if task.endpoint is None:
        return None
    endpoint = task.endpoint if "." in task.endpoint else f"elections.{task.endpoint}"
    values: dict[str, Any] = {"uuid": uuid} if task.values is None else dict(task.values)
    return url_for(endpoint, **values)
