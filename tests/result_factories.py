"""Elections whose raw result is there, put on the board as it comes out of decryption, for tests of what is made of it.

Whoever casts, mixes and decrypts is tested elsewhere; here a result of any size is wanted in no time. The archive of
such an election has no tally and no proofs, so that the verifier has no business with it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from elections import board, jobs
from elections.counting.caps import Cap
from elections.crypto.archive import EventType
from elections.lifecycle import Phase
from elections.models import CastBallot, Election, Voter
from elections.rehearsal.run import put_under_cap
from elections.services import ceremony, credentials, roll, setup, voting
from elections.services.setup import NewContest
from elections.services.voting import move
from foundation.core import clock
from tests.election_factories import OFFICIAL, SERVER, new_election

Rows = Sequence[Sequence[int]]


def decided(
    session: Session, contests: Sequence[NewContest], results: Sequence[Rows], caps: Mapping[int, Cap] | None = None
) -> Election:
    """A committed poll with this raw result, counted, and with as many voters as its first contest has ballots.

    `caps` limit the control groups of some contests, by position.
    """
    now = clock.now()
    new = new_election(contests=contests, trustees=[SERVER])
    election = setup.create(session, new, by=OFFICIAL, now=now)
    for position, cap in (caps or {}).items():
        put_under_cap(election.contests[position], cap)
    voters = len(results[0])
    rows = "".join(f"voter{number}@example.org,Voter {number}\n" for number in range(max(voters, 1)))
    roll.import_roll(session, election, "address,name\n" + rows, by=OFFICIAL, now=now)
    credentials.issue_by_server(session, election, by=OFFICIAL, now=now)
    ceremony.begin(session, election.uuid, by=OFFICIAL, now=now)
    ceremony.finish(session, election.uuid, by=OFFICIAL, now=now)
    voting.open_voting(session, election.uuid, by=OFFICIAL, now=now, closes_at=None)
    _say_they_voted(session, election, voters)
    _put_result(session, election, results)
    session.commit()
    jobs.advance(election.uuid)
    session.expire_all()
    return election


def _say_they_voted(session: Session, election: Election, count: int) -> None:
    found = session.execute(select(Voter.id).where(Voter.election_uuid == election.uuid).limit(count)).scalars()
    same = {"election_uuid": election.uuid, "event_sha256": "0" * 64, "ballot_sha256": "0" * 64}
    same |= {"accepted_at": clock.now(), "receipt": ""}
    cast = [{"voter_id": voter, "tracker": str(place), "height": place, **same} for place, voter in enumerate(found, 1)]
    if cast:
        session.execute(insert(CastBallot), cast)


def _put_result(session: Session, election: Election, results: Sequence[Rows]) -> None:
    head = board.lock_head(session, election.uuid)
    board.append(session, head, EventType.END_BALLOTS)
    raw = json.dumps({"result": [[list(row) for row in rows] for rows in results]}, separators=(",", ":"))
    board.append(session, head, EventType.RESULT, [raw.encode()])
    for phase in (Phase.CLOSED, Phase.MIXING, Phase.DECRYPTION, Phase.PROVISIONAL_RESULT):
        move(election, phase, clock.now())
    session.flush()
