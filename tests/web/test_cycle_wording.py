"""What is said of a cycle whose elections have come to different phases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Flask

from elections.cycles.models import Cycle
from elections.cycles.pages.wording import next_of_cycle
from elections.lifecycle import Phase
from elections.models import Election

DAY = timedelta(days=1)
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
CYCLE = Cycle(
    title="Board elections",
    zone="UTC",
    announced_at=NOON,
    nominations_open_at=NOON + DAY,
    nominations_close_at=NOON + 2 * DAY,
    voting_opens_at=NOON + 3 * DAY,
    voting_closes_at=NOON + 10 * DAY,
)
KEYED = b"{}"


def election(phase: Phase, *, days: int | None = None, keys: bytes | None = None) -> Election:
    return Election(phase=phase, closes_at=NOON + days * DAY if days else None, election_json=keys)


STATES = [
    (election(Phase.CLOSED), election(Phase.VOTING, days=12), 11, "Voting is open until 13 March 2027, 12:00 UTC"),
    (election(Phase.COMPLAINTS), election(Phase.VOTING, days=12), 11, "Voting is open until 13 March"),
    (election(Phase.VOTING, days=10), election(Phase.VOTING, days=12), 4, "Voting is open until 11 March"),
    (election(Phase.VOTING, days=10), election(Phase.VOTING, days=12), 11, "Voting is open until 13 March"),
    (election(Phase.KEY_CEREMONY, keys=KEYED), election(Phase.CAMPAIGN), 2.5, "Nominations are closed."),
    (election(Phase.KEY_CEREMONY, keys=KEYED), election(Phase.KEY_CEREMONY), 2.5, "The trustees are bringing"),
    (election(Phase.CERTIFIED), election(Phase.CLOSED), 11, "Voting has ended."),
    (election(Phase.CERTIFIED), election(Phase.ANNULLED), 11, "These elections are over."),
]


def test_the_sentence_is_true_of_every_election_whichever_comes_first(app: Flask) -> None:
    with app.test_request_context():
        for one, other, day, says in STATES:
            for elections in ([one, other], [other, one]):
                said = next_of_cycle(CYCLE, elections, NOON + day * DAY)
                assert said.startswith(says), said
