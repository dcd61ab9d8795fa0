"""All that the result page shows of an election besides the contests: how final it is, lots, checks, downloads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.certification.models import Certificate, SecondCount
from elections.certification.services import certificate as certification
from elections.lifecycle import Phase
from elections.lots import services as lots
from elections.models import Contest, Election
from elections.pages import public_files, result_view, stray_ballots, wording
from elections.pages.language import translated as _
from elections.pages.result_view import ContestResult, Held
from elections.pages.stray_ballots import StrayBallots
from elections.services import outcome, result_files, whole_proofs
from elections.verifier.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Banner:
    """How final the result is: a coloured word and a sentence."""

    word: str
    colour: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many voted of how many; `reached` is None where the rules ask for no quorum."""

    cast: int
    on_roll: int
    quorum: str | None
    reached: bool | None


@dataclass(frozen=True, slots=True)
class LotShare:
    """Who committed to which secret, and the secret once it is revealed."""

    name: str
    commitment: str
    secret: str | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """The order in which the lot draws a contest's candidates, its seed, and whether the count needed it."""

    title: str
    seed: str
    order: Sequence[str]
    is_used: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """One claim of the result, and what checks it."""

    claim: str
    checked_by: str


@dataclass(frozen=True, slots=True)
class ResultPage:
    """What the page shows; `results` and `held` together are the contests."""

    banner: Banner
    results: Sequence[ContestResult]
    held: Sequence[Held]
    turnout: Turnout
    shares: Sequence[LotShare]
    drawn: Sequence[Drawn]
    proofs: Sequence[Proof]
    downloads: Sequence[public_files.Download]
    lots_command: str
    strays: StrayBallots | None


def of(session: Session, election: Election, counted: tuple[int, int]) -> ResultPage:
    """Gather the page; `counted` are the ballots that count and the size of the roll. Nothing is counted anew here."""
    manifest = Manifest.from_json(election.manifest or b"")
    outcomes = outcome.outcomes_of(session, election)
    turnout = _turnout(manifest, *counted)
    certificate = certification.standing_of(session, election) if election.cycle_id is not None else None
    shares = [LotShare(made.name, made.commitment, made.secret) for made in lots.commitments(session, election)]
    return ResultPage(
        banner=_banner(election, turnout, certificate),
        results=result_view.of(outcomes, election),
        held=result_view.held(outcome.holds(session, election)),
        turnout=turnout,
        shares=shares,
        drawn=list(_drawn(session, election, {one.contest_id: one.report for one in outcomes})),
        proofs=_proofs(session, election, certificate),
        downloads=public_files.downloads(election, result_files.listed(session, election), certificate),
        lots_command=f"python -m elections.verifier --lots {public_files.api_url(election)}",
        strays=stray_ballots.of(session, election),
    )


def _turnout(manifest: Manifest, cast: int, on_roll: int) -> Turnout:
    if manifest.turnout is None:
        return Turnout(cast, on_roll, None, None)
    return Turnout(cast, on_roll, _share(manifest.turnout.quorum), manifest.turnout.is_reached(cast, on_roll))


def _share(part: Fraction) -> str:
    """Say a part as people do: in hundredths where that is exact, else as a fraction."""
    hundredths = part * 100
    return f"{hundredths.numerator} %" if hundredths.denominator == 1 else f"{part.numerator}/{part.denominator}"


def _banner(election: Election, turnout: Turnout, certificate: Certificate | None) -> Banner:
    if election.phase is Phase.ANNULLED:
        return Banner(_("Annulled"), "red", _("This election was annulled: nobody is elected by it."))
    if election.cycle_id is None:
        return Banner(_("Poll"), "blue", _("This is the result of a poll: it binds nobody and fills no seat."))
    missed = turnout.reached is False
    words = {"cast": turnout.cast, "all": turnout.on_roll, "quorum": turnout.quorum}
    if election.phase is Phase.CERTIFIED and missed:
        sentence = _("Certified as void: %(cast)s of %(all)s voted, and the rules ask for %(quorum)s.", **words)
        return Banner(_("Void"), "red", sentence + " " + _("No seat is filled."))
    if election.phase is Phase.CERTIFIED:
        signed = len(certificate.signatures) if certificate else 0
        when = wording.moment(election.phase_since)
        sentence = _("Certified on %(when)s by %(count)s certifiers: the seats are filled.", when=when, count=signed)
        return Banner(_("Certified"), "green", sentence)
    sentence = _("This result is provisional until officials certify it.")
    if missed:
        sentence += " " + _("Only %(cast)s of %(all)s voted, and the rules ask for %(quorum)s:", **words)
        sentence += " " + _("whatever the count says, no seat is filled.")
    return Banner(_("Provisional"), "teal", sentence)


def _drawn(session: Session, election: Election, reports: dict[int, dict[str, object]]) -> Iterator[Drawn]:
    for contest in election.contests:
        seed = lots.seed_of(session, election, contest.position)
        if seed is not None:
            yield Drawn(contest.title, seed.hex(), lots.drawn(contest, seed), _is_used(reports.get(contest.id)))


def _is_used(report: dict[str, object] | None) -> bool:
    options = report["options"] if report else None
    return isinstance(options, dict) and options["seed"] is not None


def _proofs(session: Session, election: Election, certificate: Certificate | None) -> list[Proof]:
    """Say what checks what, and no more than that: which program of which house found which fault is no promise."""
    ours, theirs = _("our verifier"), "belenios-tool"
    both = _("%(ours)s, and %(theirs)s", ours=ours, theirs=theirs)
    found = [
        Proof(_("The archive is a whole chain, and nothing in it was changed"), both),
        Proof(_("Every ballot is signed by a credential of the roll, well formed, and counted once"), ours),
        Proof(_("The ballots were mixed without adding, dropping or changing any"), both),
        Proof(_("What was decrypted is what was mixed"), both),
        *_whole(session, election, ours),
        Proof(_("The outcome follows from the decrypted ballots by the method, caps and lots promised before"), ours),
    ]
    found += [
        Proof(_("“%(title)s” was counted a second time", title=contest.title), _second(second))
        for contest, second in _second_counts(session, election)
    ]
    if certificate is not None:
        found.append(Proof(_("The certificate is signed by the certifiers"), _("ssh-keygen, and %(ours)s", ours=ours)))
    return found


def _whole(session: Session, election: Election, ours: str) -> list[Proof]:
    """Say that no trustee replaced what a ballot decrypts to, once all have proved it (SPEC 9.2)."""
    if whole_proofs.unproved(session, election):
        return []
    return [Proof(_("No trustee has replaced what a ballot decrypts to"), ours)]


def _second(second: SecondCount) -> str:
    if second.agrees:
        return _("%(program)s, which agrees", program=second.program)
    return _("%(program)s, which does not agree: %(difference)s", program=second.program, difference=second.difference)


def _second_counts(session: Session, election: Election) -> list[tuple[Contest, SecondCount]]:
    """Return the newest second count of each program for each contest."""
    wanted = select(SecondCount).join(Contest).where(Contest.election_uuid == election.uuid).order_by(SecondCount.id)
    newest = {(one.contest_id, one.program): one for one in session.execute(wanted).scalars()}
    contests = {contest.id: contest for contest in election.contests}
    return [(contests[contest_id], second) for (contest_id, _program), second in sorted(newest.items())]
