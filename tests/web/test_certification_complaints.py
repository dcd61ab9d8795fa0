"""Complaints and certifiers' keys, through the services over a real database."""

from __future__ import annotations

import json

import pytest
from sqlalchemy.orm import Session

from elections.certification.models import Disposition
from elections.certification.services import complaints, keys
from elections.verifier import sshsig
from foundation.core import clock
from foundation.core.access import Office
from foundation.core.errors import Conflict, Forbidden, Invalid
from foundation.core.register import RegisterEntry
from membership.services import exporting
from tests.certification_factories import Counted, complained, counted, let_complaints_end, voted
from tests.factories import appoint, letters, make_person, official
from tests.membership_factories import make_member


@pytest.fixture
def case(session: Session) -> Counted:
    """An election whose result is there and whose time for complaints is over."""
    return counted(session)


@pytest.fixture
def disputable(session: Session) -> Counted:
    """An election about which complaints can be made."""
    return counted(session, complaint_days=7)


def acts(session: Session, case: Counted) -> list[str]:
    wanted = session.query(RegisterEntry).filter(RegisterEntry.subject == f"election {case.uuid}")
    return [entry.act for entry in wanted.order_by(RegisterEntry.seq)]


def test_a_certifier_has_one_key_and_nobody_has_anothers(session: Session, case: Counted) -> None:
    one, other = case.certifier(session), official(session, Office.CERTIFIER)
    line = case.public_key(one)
    mine, again = case.proof(one), {"by": one, "now": clock.now()}
    assert keys.add_key(session, line + " a comment", proof=mine, **again).public_key == line
    case.seeds[other.id] = bytes(range(32))
    with pytest.raises(Conflict, match="Withdraw it first"):
        keys.add_key(session, case.public_key(other), proof=case.proof(other, of=one), **again)
    with pytest.raises(Conflict, match="registered before"):
        keys.add_key(session, line, proof=case.proof(one, of=other), by=other, now=clock.now())
    keys.withdraw_key(session, by=one, now=clock.now())
    with pytest.raises(Conflict, match="registered before"):
        keys.add_key(session, line, proof=mine, **again)


def test_a_key_is_registered_by_whoever_can_sign_with_it(session: Session, case: Counted) -> None:
    holder, thief = (official(session, Office.CERTIFIER) for _ in range(2))
    case.seeds.update({holder.id: bytes(range(32)), thief.id: bytes(32)})
    line, register = case.public_key(holder), {"by": thief, "now": clock.now()}
    elsewhere = sshsig.sign(keys.challenge(thief).encode(), "election-certificate@127.0.0.1", bytes(range(32)))
    for proof, code in (
        ("", "bad-proof"),
        ("nonsense", "bad-proof"),
        (case.proof(holder), "bad-proof"),
        (case.proof(thief), "other-key"),
        (elsewhere, "bad-proof"),
    ):
        with pytest.raises(Invalid) as refusal:
            keys.add_key(session, line, proof=proof, **register)
        assert refusal.value.code == code
    assert keys.standing_key(session, thief) is None
    keys.add_key(session, line, proof=case.proof(holder), by=holder, now=clock.now())
    entry = session.query(RegisterEntry).filter(RegisterEntry.act == "certifier_key.added").all()[-1]
    published = json.loads(entry.facts)
    text, space = f"footing certifier key 1\n{keys.principal_of(holder)}\n".encode(), keys.challenge_namespace()
    sshsig.Signature.parse(published["proof"]).verify(text, space)


def test_what_is_no_key_and_whoever_is_no_certifier_is_refused(session: Session, case: Counted) -> None:
    person = official(session, Office.CERTIFIER)
    with pytest.raises(Invalid, match="ssh-ed25519"):
        keys.add_key(session, "ssh-rsa AAAA", proof="", by=person, now=clock.now())
    case.seeds[case.official.id] = bytes(range(32))
    mine = case.proof(case.official)
    with pytest.raises(Forbidden, match="Only certifiers"):
        keys.add_key(session, case.public_key(case.official), proof=mine, by=case.official, now=clock.now())


def test_a_voter_and_a_member_complain_and_strangers_do_not(session: Session, disputable: Counted) -> None:
    member = make_person(session)
    make_member(session, member)
    for person in (disputable.voters[0], member):
        complained(session, disputable, person)
    with pytest.raises(Forbidden, match="good standing"):
        complained(session, disputable, make_person(session))


def test_a_complaint_after_the_deadline_is_too_late(session: Session, disputable: Counted) -> None:
    let_complaints_end(session, disputable)
    with pytest.raises(Conflict, match="over"):
        complained(session, disputable, disputable.voters[0])


def test_no_complaint_is_taken_before_there_is_a_result(session: Session) -> None:
    case = voted(session)
    with pytest.raises(Conflict, match="provisional"):
        complained(session, case, case.voters[0])


def test_sending_a_complaint_twice_makes_one(session: Session, disputable: Counted) -> None:
    one, other = (complained(session, disputable, disputable.voters[0]) for _ in range(2))
    assert one == other


def test_nobody_decides_about_their_own_complaint_and_candidates_about_none(
    session: Session, disputable: Counted
) -> None:
    voter, candidate = disputable.voters[0], disputable.candidates[0]
    appoint(session, voter, Office.ELECTION_OFFICIAL)
    appoint(session, candidate, Office.ELECTION_OFFICIAL)
    number = complained(session, disputable, voter)
    for person in (voter, candidate):
        with pytest.raises(Forbidden):
            complaints.dispose(session, number, Disposition.UPHELD, "Because I say so.", by=person, now=clock.now())


def test_a_decision_is_made_once_told_by_mail_and_in_the_register(session: Session, disputable: Counted) -> None:
    voter = disputable.voters[0]
    number = complained(session, disputable, voter)
    decide = {"by": disputable.official, "now": clock.now()}
    complaints.dispose(session, number, Disposition.NOTED, "The clock was set right at noon.", **decide)
    session.commit()
    with pytest.raises(Conflict, match="already"):
        complaints.dispose(session, number, Disposition.UPHELD, "On second thoughts.", **decide)
    (letter,) = letters(session, voter.address)[-1:]
    assert letter.path == f"/elections/{disputable.uuid}/complaints/"
    assert acts(session, disputable)[-2:] == ["complaint.made", "complaint.disposed"]


def test_everything_about_a_person_holds_their_complaints_and_keys(session: Session, disputable: Counted) -> None:
    member, certifier = make_person(session), disputable.certifier(session)
    make_member(session, member)
    complained(session, disputable, member, "The clock was wrong.")
    line = disputable.public_key(certifier)
    keys.add_key(session, line, proof=disputable.proof(certifier), by=certifier, now=clock.now())
    assert [row["text"] for row in exporting.export(session, member)["about"]["election_complaint"]] == [
        "The clock was wrong."
    ]
    assert [row["public_key"] for row in exporting.export(session, certifier)["about"]["certifier_key"]] == [line]
