"""How the pages say where an election stands and what happens next, in words a voter reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from flask_babel import format_datetime
from flask_babel import lazy_gettext as _l

from elections.counting.methods import registry
from elections.lifecycle import Phase
from elections.models import Election
from elections.pages.bidi import isolated
from elections.pages.language import translated as _
from elections.services.progress import Step, Waiting

PHASES = {
    Phase.DRAFT: (_l("Draft"), "grey"),
    Phase.ANNOUNCED: (_l("Announced"), "yellow"),
    Phase.NOMINATIONS: (_l("Nominations"), "turquoise"),
    Phase.CAMPAIGN: (_l("Campaign"), "turquoise"),
    Phase.ROLL_FROZEN: (_l("Roll frozen"), "yellow"),
    Phase.KEY_CEREMONY: (_l("Key ceremony"), "yellow"),
    Phase.VOTING: (_l("Voting"), "green"),
    Phase.CLOSED: (_l("Closed"), "blue"),
    Phase.MIXING: (_l("Mixing"), "blue"),
    Phase.DECRYPTION: (_l("Decryption"), "blue"),
    Phase.PROVISIONAL_RESULT: (_l("Provisional"), "teal"),
    Phase.COMPLAINTS: (_l("Complaints"), "teal"),
    Phase.CERTIFIED: (_l("Certified"), "green"),
    Phase.ANNULLED: (_l("Annulled"), "red"),
}

STEPS = {
    Step.KEY: _l("Make a key and bring its public part"),
    Step.SHUFFLE: _l("Mix the ballots: it is your turn"),
    Step.DECRYPTION: _l("Decrypt the mixed ballots with your key"),
}

METHODS = {method.name: method.title for method in registry.METHODS if not method.comparison_only}


def phase_tag(election: Election) -> dict[str, str]:
    """Return the word and the colour that stand for the phase an election is in."""
    text, colour = PHASES[election.phase]
    return {"text": str(text), "colour": colour}


def list_entry(election: Election, now: datetime) -> dict[str, str]:
    """Return an election as an entry of the list: title, address, one line about its dates, and its phase."""
    tag = phase_tag(election)
    return {
        "text": election.title,
        "href": url_for("elections.show", uuid=election.uuid),
        "hint": _date_line(election, now),
        "status": tag["text"],
        "colour": tag["colour"],
    }


def _date_line(election: Election, now: datetime) -> str:
    since = {"when": moment(election.phase_since)}
    if election.phase is not Phase.VOTING or election.opens_at is None:
        return {
            Phase.PROVISIONAL_RESULT: _("Decided on %(when)s", **since),
            Phase.CERTIFIED: _("Certified on %(when)s", **since),
            Phase.ANNULLED: _("Annulled on %(when)s", **since),
        }.get(election.phase, _("Since %(when)s", **since))
    if now < election.opens_at:
        return _("Opens on %(when)s", when=moment(election.opens_at))
    if election.closes_at is None:
        return _("Opened on %(when)s", when=moment(election.opens_at))
    return _("Closes on %(when)s", when=moment(election.closes_at))


def is_open(election: Election, now: datetime) -> bool:
    """Answer whether the pages may offer to vote; the service decides again, by the database's clock."""
    if election.phase is not Phase.VOTING or election.opens_at is None:
        return False
    return election.opens_at <= now and (election.closes_at is None or now < election.closes_at)


def has_opened(election: Election) -> bool:
    """Answer whether the vote was opened at some time."""
    return election.opens_at is not None


def what_next(election: Election, waiting: Waiting | None, now: datetime) -> str:
    """Say in a sentence what happens next in an election, and who is waited for."""
    if waiting is not None:
        return _waiting_sentence(waiting)
    if election.phase is Phase.VOTING:
        return _voting_sentence(election, now)
    if election.phase is Phase.PROVISIONAL_RESULT and election.cycle_id is None:
        return _("The ballots are counted. This was a poll: it binds nobody and fills no seat.")
    return {
        Phase.DRAFT: _("An official is preparing this election. Nothing is fixed yet."),
        Phase.ANNOUNCED: _("The election is announced. Nominations have not opened yet."),
        Phase.NOMINATIONS: _("Members can nominate themselves and others."),
        Phase.CAMPAIGN: _("Nominations are closed. Read the candidates' statements and ask them questions."),
        Phase.ROLL_FROZEN: _("The roll is final. Next, credentials are issued and the trustees bring their keys."),
        Phase.KEY_CEREMONY: _("Every trustee's key has come. An official now combines them and opens the vote."),
        Phase.CLOSED: _("Voting has ended. Next, the trustees mix the ballots so that nobody can tell whose is whose."),
        Phase.MIXING: _("The ballots are being mixed so that nobody can tell whose is whose."),
        Phase.DECRYPTION: _("The mixed ballots are being decrypted."),
        Phase.PROVISIONAL_RESULT: _("The ballots are counted. The result is provisional until officials certify it."),
        Phase.COMPLAINTS: _("The result is provisional while complaints can be made. Then officials certify it."),
        Phase.CERTIFIED: _("The result is certified."),
        Phase.ANNULLED: _("This election was annulled. It has no result, and its board stays as it was."),
    }[election.phase]


def _voting_sentence(election: Election, now: datetime) -> str:
    if election.opens_at is not None and now < election.opens_at:
        return _("Everything is ready. Voting has not begun yet.")
    if election.closes_at is None:
        return _("Voting is open until an official closes it.")
    if now >= election.closes_at:
        return _("The time for voting is over. The board is about to be closed.")
    return _("Voting is open. Whoever votes again before it closes replaces the earlier ballot.")


def _waiting_sentence(waiting: Waiting) -> str:
    names = listed([trustee.name for trustee in waiting.trustees])
    done = {"done": waiting.done, "total": waiting.total, "names": names}
    return {
        Step.KEY: _("%(done)s of %(total)s trustees' keys have come. Missing: %(names)s.", **done),
        Step.SHUFFLE: _("%(done)s of %(total)s trustees have mixed the ballots. It is the turn of %(names)s.", **done),
        Step.DECRYPTION: _("%(done)s of %(total)s trustees have decrypted. Missing: %(names)s.", **done),
    }[waiting.step]


def moment(when: datetime) -> str:
    """Say an instant in UTC as a sentence does."""
    return f"{format_datetime(when, 'd MMMM y, HH:mm', rebase=False)} UTC"


def listed(names: Sequence[str]) -> str:
    """Join names as a sentence does: “Ada, Grace and Edsger”."""
    *most, last = [isolated(name) for name in names] or [""]
    return _("%(most)s and %(last)s", most=", ".join(most), last=last) if most else last
