"""The board from the first event to the result: what is appended, by whom, once each, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections import board, jobs
from elections.crypto import archive, decryption, shuffle
from elections.crypto.archive import Event, EventType, sha256_hex
from elections.crypto.result import Result
from elections.crypto.tally import Ciphertexts, EncryptedTally, SizedEncryptedTally
from elections.crypto.trustees import generate_key
from elections.lifecycle import Phase
from elections.models import Election
from elections.services import contributions, decrypting, mixing, outcome, progress, result_files, voting
from elections.services.progress import Step
from elections.services.setup import NewCandidate, NewContest, NewTrustee
from elections.verifier.board import Board
from elections.verifier.case import Materials
from elections.verifier.verification import verify
from foundation.core import clock
from foundation.core.access import Office
from foundation.core.errors import Conflict, Invalid, NotFound, Refusal
from tests.election_factories import OFFICIAL, SERVER, Ready, close_in, keyed, new_election, opened
from tests.factories import appoint, letters, make_person


def types(session: Session, uuid: str) -> list[EventType]:
    """The types of the board's events, in order, read from the published bytes."""
    files = archive.records(board.archive_bytes(session, uuid))
    return [Event.from_json(file.content).type for file in files if file.is_event]


def closed(session: Session, ready: Ready) -> Election:
    """Close the vote and commit."""
    election = voting.close_voting(session, ready.uuid, by=OFFICIAL, now=clock.now())
    session.commit()
    return election


def check(session: Session, election: Election, stage: str) -> None:
    """Let the verifier read the archive, the manifest and the outcome as published."""
    document = None
    if outcome.outcomes_of(session, election):
        document = result_files.find(session, election.uuid, result_files.OUTCOME).content
    data = board.archive_bytes(session, election.uuid)
    report = verify(Materials(Board.read(data), election.manifest, document, None, None), jobs=1)
    assert report.ok, report.to_text()
    assert report.stage.name.lower() == stage


def shuffled(session: Session, ready: Ready) -> shuffle.Shuffle:
    before = contributions.ciphertexts(session, ready.uuid)
    return shuffle.shuffle(before, ready.protocol.public_key, ready.protocol.fingerprint)


def decrypted(session: Session, ready: Ready, owner: int) -> bytes:
    found = contributions.ciphertexts(session, ready.uuid)
    return decryption.decrypt(ready.private_keys[owner], found, ready.protocol.fingerprint).to_json()


def test_a_demonstration_goes_from_the_close_to_the_outcome_by_itself(session: Session) -> None:
    ready = opened(session, voters=4)
    for voter, ranking in enumerate(([1, 2, 3, 4, 5], [1, 2, 0, 0, 0], [2, 1, 3, 3, 0])):
        ready.cast(session, voter, ranking)
    check(session, ready.election, "open")
    closed(session, ready)
    check(session, ready.election, "tallied")
    jobs.advance(ready.uuid)
    session.expire_all()
    assert ready.election.phase is Phase.PROVISIONAL_RESULT
    check(session, ready.election, "complete")
    report = outcome.outcomes_of(session, ready.election)[0].report
    assert report["ballots"] == 3
    assert report["results"][0]["order"][0] == ["Ada Lovelace"]
    assert outcome.turnout(session, ready.election) == (3, 4)
    assert [trustee.sealed_private_key for trustee in ready.election.trustees] == [None, None, None]
    expected = [EventType.SETUP, *[EventType.BALLOT] * 3, EventType.END_BALLOTS, EventType.ENCRYPTED_TALLY]
    expected += [
        *[EventType.SHUFFLE] * 3,
        EventType.END_SHUFFLES,
        *[EventType.PARTIAL_DECRYPTION] * 3,
        EventType.RESULT,
    ]
    assert types(session, ready.uuid) == expected


@pytest.mark.parametrize("ballots", [0, 1, 2])
def test_no_one_or_two_ballots_come_out_right(session: Session, ballots: int) -> None:
    ready = opened(session, voters=2)
    for voter in range(ballots):
        ready.cast(session, voter, [1, 2, 0, 0, 2])
    closed(session, ready)
    jobs.advance(ready.uuid)
    raw = Result.from_json(board.payload_of(session, ready.uuid, EventType.RESULT))
    assert raw.contests == (((1, 2, 0, 0, 2),) * ballots,)
    check(session, ready.election, "complete")


def test_only_a_voters_last_ballot_counts(session: Session) -> None:
    ready = opened(session, voters=2)
    ready.cast(session, 0, [5, 4, 3, 2, 1])
    ready.cast(session, 1, [0, 0, 0, 0, 1])
    ready.cast(session, 0, [1, 0, 0, 0, 0])
    closed(session, ready)
    jobs.advance(ready.uuid)
    raw = Result.from_json(board.payload_of(session, ready.uuid, EventType.RESULT))
    assert sorted(raw.contests[0]) == [(0, 0, 0, 0, 1), (1, 0, 0, 0, 0)]
    check(session, ready.election, "complete")


def test_several_contests_are_counted_apart(session: Session) -> None:
    contests = [
        NewContest("Board", [NewCandidate(name) for name in ("Ada", "Grace", "Hedy")]),
        NewContest("Motto", [NewCandidate(name) for name in ("Openly", "Together")]),
    ]
    ready = opened(session, voters=2, new=new_election(contests=contests))
    ready.cast(session, 0, [1, 2, 3], [2, 1])
    ready.cast(session, 1, [1, 0, 2], [0, 1])
    closed(session, ready)
    jobs.advance(ready.uuid)
    winners = [one.report["results"][0]["winners"] for one in outcome.outcomes_of(session, ready.election)]
    assert winners == [["Ada"], ["Together"]]
    check(session, ready.election, "complete")


def test_closing_twice_ends_the_ballots_once(session: Session) -> None:
    ready = opened(session)
    ready.cast(session, 0)
    closed(session, ready)
    closed(session, ready)
    assert types(session, ready.uuid).count(EventType.END_BALLOTS) == 1
    sized = SizedEncryptedTally.from_json(board.payload_of(session, ready.uuid, EventType.ENCRYPTED_TALLY))
    assert (sized.num_tallied, sized.total_weight) == (1, 1)
    tally = EncryptedTally.from_json(board.content(session, ready.uuid, sized.encrypted_tally))
    assert tally.num_tallied == 1


def test_an_election_whose_time_is_over_is_closed_by_the_server(session: Session) -> None:
    ready = opened(session, closes_at=clock.now() + timedelta(hours=1))
    ready.cast(session, 0)
    jobs.watch()
    session.expire_all()
    assert ready.election.phase is Phase.VOTING
    close_in(session, ready, timedelta(microseconds=-1))
    jobs.watch()
    session.expire_all()
    assert ready.election.phase is Phase.PROVISIONAL_RESULT
    before = board.archive_bytes(session, ready.uuid)
    jobs.watch()
    jobs.advance(ready.uuid)
    assert board.archive_bytes(session, ready.uuid) == before


def test_the_server_mixes_and_decrypts_only_for_itself_when_others_hold_their_keys(session: Session) -> None:
    tess, tom = make_person(session, "tess@example.org"), make_person(session, "tom@example.org")
    for trustee in (tess, tom):
        appoint(session, trustee, Office.TRUSTEE)
    trustees = [SERVER, NewTrustee("Tess", tess), NewTrustee("Tom", tom)]
    ready = opened(session, voters=2, new=new_election(trustees=trustees, demonstration=False))
    ready.cast(session, 0, [1, 2, 3, 4, 5])
    ready.cast(session, 1, [2, 1, 0, 0, 0])
    closed(session, ready)
    jobs.advance(ready.uuid)
    waiting = progress.what_waits(session, ready.election)
    assert waiting is not None
    assert (waiting.step, waiting.done, waiting.total) == (Step.SHUFFLE, 1, 3)
    assert [trustee.name for trustee in waiting.trustees] == ["Tess"]
    assert [letter.subject.split(":")[0] for letter in letters(session, tess.address)] == [
        "Your key is needed",
        "Your turn to mix",
    ]
    for owner in (2, 3):
        data = shuffled(session, ready).to_json()
        mixing.accept_shuffle(session, ready.uuid, owner, data, by="a trustee", now=clock.now())
        session.commit()
    check(session, ready.election, "mixed")
    jobs.advance(ready.uuid)
    waiting = progress.what_waits(session, ready.election)
    assert waiting is not None
    assert (waiting.step, waiting.done) == (Step.DECRYPTION, 1)
    assert [trustee.owner for trustee in waiting.trustees] == [2, 3]
    check(session, ready.election, "decrypting")
    for owner in (3, 2):
        data = decrypted(session, ready, owner)
        decrypting.accept_partial_decryption(session, ready.uuid, owner, data, by="a trustee", now=clock.now())
        session.commit()
    jobs.advance(ready.uuid)
    assert progress.what_waits(session, ready.election) is None
    check(session, ready.election, "complete")
    assert len(letters(session, tom.address)) == 3


def mixed_so_far(session: Session, ballots: int = 2) -> Ready:
    """A closed election whose second and third trustees hold their own keys; the server has mixed."""
    ready = opened(session, voters=ballots, new=new_election(demonstration=False))
    for voter in range(ballots):
        ready.cast(session, voter)
    closed(session, ready)
    jobs.advance(ready.uuid)
    return ready


def refuses(session: Session, ready: Ready, owner: int, data: bytes, code: str) -> None:
    before = board.archive_bytes(session, ready.uuid)
    take = {
        Phase.MIXING: mixing.accept_shuffle,
        Phase.DECRYPTION: decrypting.accept_partial_decryption,
    }[ready.election.phase]
    with pytest.raises(Refusal) as refusal:
        take(session, ready.uuid, owner, data, by="a trustee", now=clock.now())
    assert refusal.value.code == code, refusal.value.message
    session.rollback()
    assert board.archive_bytes(session, ready.uuid) == before


def test_a_mixer_that_drops_adds_replaces_or_skips_is_refused(session: Session) -> None:
    ready = mixed_so_far(session)
    good = shuffled(session, ready)
    before = contributions.ciphertexts(session, ready.uuid)
    one, two = good.ciphertexts[0]
    cheats: dict[str, tuple[Ciphertexts, str]] = {
        "drops": (((one,),), "wrong-shape"),
        "adds": (((one, two, one),), "wrong-shape"),
        "duplicates": (((one, one),), "bad-proof"),
        "replaces": (((*before[0][:1], two),), "bad-proof"),
        "skips": (before, "bad-proof"),
        "leaves a contest out": ((), "wrong-shape"),
    }
    for what, (ciphertexts, code) in cheats.items():
        data = shuffle.Shuffle(ciphertexts, good.proofs).to_json()
        refuses(session, ready, 2, data, code)
        assert what
    mixing.accept_shuffle(session, ready.uuid, 2, good.to_json(), by="Tess", now=clock.now())


def test_shuffles_come_in_the_agreed_order_once_each_from_known_trustees(session: Session) -> None:
    ready = mixed_so_far(session)
    good = shuffled(session, ready).to_json()
    refuses(session, ready, 3, good, "not-your-turn")
    refuses(session, ready, 1, good, "already-shuffled")
    refuses(session, ready, 4, good, "no-such-trustee")
    mixing.accept_shuffle(session, ready.uuid, 2, good, by="Tess", now=clock.now())
    session.commit()
    refuses(session, ready, 2, good, "already-shuffled")
    refuses(session, ready, 3, good, "bad-proof")


def test_a_trustees_file_is_taken_as_belenios_tool_writes_it_and_in_no_other_form(session: Session) -> None:
    ready = mixed_so_far(session)
    good = shuffled(session, ready).to_json()
    owned = shuffle.OwnedShuffle.of(2, good).to_json()
    refuses(session, ready, 2, good + b"\n" + shuffle.OwnedShuffle.of(3, good).to_json(), "wrong-owner")
    refuses(session, ready, 2, good + b"\n" + shuffle.OwnedShuffle.of(2, good + b" ").to_json(), "malformed")
    refuses(session, ready, 2, good + b"\n" + owned + b"\n" + owned, "malformed")
    refuses(session, ready, 2, b"\n", "malformed")
    refuses(session, ready, 2, b" " + good, "not-canonical")
    refuses(session, ready, 2, b"[" * 100_000, "too-large")
    refuses(session, ready, 2, b'{"ciphertexts":[[]]}', "malformed")
    mixing.accept_shuffle(session, ready.uuid, 2, good + b"\n" + owned + b"\n", by="Tess", now=clock.now())


def test_a_bad_partial_decryption_is_refused_and_the_others_go_on(session: Session) -> None:
    ready = mixed_so_far(session)
    for owner in (2, 3):
        data = shuffled(session, ready).to_json()
        mixing.accept_shuffle(session, ready.uuid, owner, data, by="a trustee", now=clock.now())
        session.commit()
    good = decrypted(session, ready, 2)
    found = contributions.ciphertexts(session, ready.uuid)
    other_key, _ = generate_key()
    wrong_key = decryption.decrypt(other_key, found, ready.protocol.fingerprint).to_json()
    wrong_list = decryption.decrypt(ready.private_keys[2], (found[0][:1],), ready.protocol.fingerprint).to_json()
    refuses(session, ready, 2, wrong_key, "bad-proof")
    refuses(session, ready, 2, wrong_list, "wrong-shape")
    refuses(session, ready, 3, good, "bad-proof")
    refuses(session, ready, 9, good, "no-such-trustee")
    decrypting.accept_partial_decryption(session, ready.uuid, 2, good, by="Tess", now=clock.now())
    session.commit()
    refuses(session, ready, 2, good, "already-decrypted")
    decrypting.accept_partial_decryption(
        session, ready.uuid, 3, decrypted(session, ready, 3), by="Tom", now=clock.now()
    )
    session.commit()
    jobs.advance(ready.uuid)
    check(session, ready.election, "complete")


def test_what_belongs_to_another_phase_is_refused(session: Session) -> None:
    ready = opened(session, voters=1, new=new_election(demonstration=False))
    with pytest.raises(Conflict):
        mixing.accept_shuffle(session, ready.uuid, 2, b"{}", by="Tess", now=clock.now())
    with pytest.raises(Conflict):
        decrypting.accept_partial_decryption(session, ready.uuid, 2, b"{}", by="Tess", now=clock.now())
    with pytest.raises(Conflict):
        outcome.compute(session, ready.election, now=clock.now())
    assert not mixing.server_mix(session, ready.uuid, now=clock.now())
    assert not decrypting.server_decrypt(session, ready.uuid, now=clock.now())


def test_an_annulled_elections_board_stays_as_it_is(session: Session) -> None:
    ready = mixed_so_far(session)
    before = board.archive_bytes(session, ready.uuid)
    voting.annul(session, ready.uuid, by=OFFICIAL, now=clock.now(), reason="For a test.")
    session.commit()
    jobs.advance(ready.uuid)
    jobs.watch()
    assert board.archive_bytes(session, ready.uuid) == before


def test_a_board_begins_when_the_ceremony_ends(session: Session) -> None:
    ready = keyed(session)
    assert types(session, ready.uuid) == [EventType.SETUP]
    check(session, ready.election, "open")
    with pytest.raises(NotFound):
        board.head_of(session, "x" * 22)
    with pytest.raises(NotFound):
        board.content(session, ready.uuid, "0" * 64)


def test_the_head_says_where_the_archive_ends(session: Session) -> None:
    ready = opened(session)
    for _ in range(3):
        receipt = ready.cast(session, 0)
        head = board.head_of(session, ready.uuid)
        data = board.archive_bytes(session, ready.uuid)
        assert (head.height, head.hash, head.position) == (receipt.height, receipt.event, len(data))
        *_, last = archive.records(data)
        assert sha256_hex(last.content) == head.hash


def test_the_archive_can_be_read_from_any_record_on(session: Session) -> None:
    ready = opened(session)
    ready.cast(session, 0)
    data = board.archive_bytes(session, ready.uuid)
    head = board.head_of(session, ready.uuid)
    for file in archive.records(data):
        assert b"".join(board.stream(session, head, start=file.offset)) == data[file.offset :]
        assert board.record_before(session, ready.uuid, file.offset + 1) == file.offset


def test_a_ballot_with_a_meaningless_plaintext_does_not_stop_the_count(session: Session) -> None:
    ready = opened(session, voters=2)
    ready.cast(session, 0, [255, 7, 7, 0, 200])
    ready.cast(session, 1, [0, 0, 0, 0, 0])
    closed(session, ready)
    jobs.advance(ready.uuid)
    report = outcome.outcomes_of(session, ready.election)[0].report
    assert report["blank"] == 1
    assert report["results"][0]["order"][0] == ["Grace Hopper", "Betty Holberton"]
    check(session, ready.election, "complete")
    assert session.execute(select(Election)).scalar_one().phase is Phase.PROVISIONAL_RESULT


def test_a_file_that_is_too_large_is_refused_before_it_is_read(session: Session) -> None:
    ready = mixed_so_far(session)
    with pytest.raises(Invalid) as refusal:
        contributions.read_file(b" " * (contributions.FILE_LIMIT + 1), 2)
    assert refusal.value.status == 413
    assert ready.election.phase is Phase.MIXING
