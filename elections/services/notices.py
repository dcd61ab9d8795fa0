"""Mails to trustees: whose turn it is, whose file was refused, who was replaced; in the transaction that made it so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from elections.cycles.services import catalogue as cycles
from elections.cycles.services.mailing import in_mail
from elections.models import Election, Trustee, TrusteeFile
from elections.services.progress import Step, what_waits
from foundation.accounts.models import Person
from foundation.core import mail
from foundation.core.context import settings


@dataclass(frozen=True, slots=True)
class Replaced:
    """Who was trustee (if an account is known) and who is now, of the elections with these titles, and why."""

    left: Person | None
    successor: Person
    titles: Sequence[str]
    reason: str


def tell_trustees(session: Session, election: Election, *, now: datetime) -> None:
    """Tell each trustee whose turn it is, whose key the server does not hold, and whose account is known."""
    waiting = what_waits(session, election)
    if waiting is None:
        return
    for trustee in waiting.trustees:
        if trustee.person is None or trustee.sealed_private_key is not None:
            continue
        mail.enqueue(
            session,
            to=trustee.person.address,
            subject=_subject(waiting.step, election.title),
            text=_text(session, waiting.step, election, trustee.person.display_name),
            key=f"trustee {waiting.step} {election.uuid} {trustee.owner}",
            now=now,
        )


def tell_of_refusal(session: Session, trustee: Trustee, file: TrusteeFile, *, now: datetime) -> None:
    """Tell a trustee whose file did not hold, since nobody waits at the page while it is verified."""
    if trustee.person is None:
        return
    election = trustee.election
    words = {"name": trustee.person.display_name, "title": election.title, "why": file.reason}
    link = f"{settings().base_url}/elections/{election.uuid}/trustee"
    text: str = _(
        "Hello %(name)s,\n\nthe file you brought for the election “%(title)s” was refused:\n%(why)s\n\n"
        "Nothing of it was taken. Make it anew and bring it here:\n\n%(link)s\n",
        link=link,
        **words,
    )
    title = _("Your file was refused: %(title)s", title=election.title)
    key = f"trustee file refused {file.id}"
    mail.enqueue(session, to=trustee.person.address, subject=title, text=text, key=key, now=now)


def tell_replaced(session: Session, election: Election, done: Replaced, *, now: datetime) -> None:
    """Tell who is trustee no longer and who is now; the key itself is asked for when the ceremony begins."""
    link = f"{settings().base_url}/elections/{election.uuid}"
    words = {"titles": "\n".join(f"– {title}" for title in done.titles), "reason": done.reason, "link": link}
    key = f"trustee replaced {election.uuid} {now.isoformat()}"
    # Whose entry was erased or merged has an address of a domain that no mail reaches (RFC 2606).
    if done.left is not None and not done.left.address.endswith(".invalid"):
        text: str = _(
            "Hello %(name)s,\n\nyou are no longer a trustee of:\n%(titles)s\n\n%(successor)s takes your place. The "
            "reason given: %(reason)s\n\nNo key was made yet, and there is nothing you have to do:\n\n%(link)s\n",
            name=done.left.display_name,
            successor=done.successor.display_name,
            **words,
        )
        heading = _("You are no longer a trustee: %(title)s", title=election.title)
        mail.enqueue(session, to=done.left.address, subject=heading, text=text, key=f"{key} left", now=now)
    text = _(
        "Hello %(name)s,\n\nyou are now a trustee, in the place of another, of:\n%(titles)s\n\nThe reason given: "
        "%(reason)s\n\nWhen the key ceremony begins you are asked by mail to make a key. The election:\n\n%(link)s\n",
        name=done.successor.display_name,
        **words,
    )
    heading = _("You are a trustee: %(title)s", title=election.title)
    mail.enqueue(session, to=done.successor.address, subject=heading, text=text, key=f"{key} came", now=now)


def ask_for_proofs(session: Session, election: Election, trustees: Sequence[Trustee], *, now: datetime) -> None:
    """Ask trustees for the second proof that strange ballots, which have come out, are not their doing (SPEC 9.2)."""
    link = f"{settings().base_url}/elections/{election.uuid}/trustee"
    for trustee in trustees:
        if trustee.person is None:
            continue
        text: str = _(
            "Hello %(name)s,\n\namong the decrypted ballots of the election “%(title)s” are some that hold what no "
            "ballot program encrypts. Voters can make such ballots, and so can a trustee who decrypts. Please prove "
            "that you did not, with the key that you decrypted with:\n\n%(link)s\n\n"
            "Until then the result page names you as somebody who has not proved it yet.\n",
            name=trustee.person.display_name,
            title=election.title,
            link=link,
        )
        title = _("Prove your decryption: %(title)s", title=election.title)
        key = f"trustee proof {election.uuid} {trustee.owner}"
        mail.enqueue(session, to=trustee.person.address, subject=title, text=text, key=key, now=now)


def _subject(step: Step, title: str) -> str:
    subjects: dict[Step, str] = {
        Step.KEY: _("Your key is needed: %(title)s", title=title),
        Step.SHUFFLE: _("Your turn to mix: %(title)s", title=title),
        Step.DECRYPTION: _("Your turn to decrypt: %(title)s", title=title),
    }
    return subjects[step]


def _text(session: Session, step: Step, election: Election, name: str) -> str:
    what = {
        Step.KEY: _("Make your key, keep its private part to yourself and upload its public part"),
        Step.SHUFFLE: _("Voting has ended. Mix the ballots with your tool and upload the shuffle"),
        Step.DECRYPTION: _("The ballots are mixed. Decrypt them with your private key and upload the result"),
    }[step]
    link = f"{settings().base_url}/elections/{election.uuid}/trustee"
    words = {
        "name": name,
        "what": what,
        "title": election.title,
        "link": link,
        "until": _until(session, step, election),
    }
    text: str = _(
        "Hello %(name)s,\n\nyou are a trustee of the election “%(title)s”.\n%(what)s:\n\n%(link)s\n\n%(until)s\n",
        **words,
    )
    return text


def _until(session: Session, step: Step, election: Election) -> str:
    """Say until when it is wanted: a key before voting opens, and the rest as soon as it can be."""
    cycle = cycles.cycle_of(session, election)
    if step is not Step.KEY or cycle is None:
        return str(_("The election goes on only when you have done this."))
    when = in_mail(cycle.voting_opens_at, cycle.zone)
    return str(_("Voting is to open on %(when)s, and cannot before every trustee's key is there.", when=when))
