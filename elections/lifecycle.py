"""The phases of an election and the only ways from one to the next (domain, "Elections"). Pure."""

from enum import StrEnum
from itertools import pairwise


class Phase(StrEnum):
    """Where an election stands. A poll, which binds nobody, goes from draft to its keys and ends at its result."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    NOMINATIONS = "nominations"
    CAMPAIGN = "campaign"
    ROLL_FROZEN = "roll_frozen"
    KEY_CEREMONY = "key_ceremony"
    VOTING = "voting"
    CLOSED = "closed"
    MIXING = "mixing"
    DECRYPTION = "decryption"
    PROVISIONAL_RESULT = "provisional_result"
    COMPLAINTS = "complaints"
    CERTIFIED = "certified"
    ANNULLED = "annulled"


ORDER = tuple(Phase)[:-1]
BEFORE_KEYS = frozenset(ORDER[: ORDER.index(Phase.KEY_CEREMONY)])
ROLL_OPEN = BEFORE_KEYS - {Phase.ROLL_FROZEN}
AFTER_RESULT = frozenset({Phase.PROVISIONAL_RESULT, Phase.COMPLAINTS, Phase.CERTIFIED})
FINAL = frozenset({Phase.CERTIFIED, Phase.ANNULLED})

_ELECTION: dict[Phase, frozenset[Phase]] = {here: frozenset({there, Phase.ANNULLED}) for here, there in pairwise(ORDER)}
_ENDED: dict[Phase, frozenset[Phase]] = {phase: frozenset() for phase in FINAL}
NEXT: dict[Phase, frozenset[Phase]] = _ELECTION | _ENDED
NEXT_OF_POLL: dict[Phase, frozenset[Phase]] = {
    **{phase: NEXT[phase] for phase in ORDER[ORDER.index(Phase.KEY_CEREMONY) : ORDER.index(Phase.PROVISIONAL_RESULT)]},
    Phase.DRAFT: frozenset({Phase.KEY_CEREMONY, Phase.ANNULLED}),
    Phase.PROVISIONAL_RESULT: frozenset(),
    **_ENDED,
}

WORDS: dict[Phase, str] = {
    Phase.DRAFT: "a draft",
    Phase.ANNOUNCED: "announced",
    Phase.NOMINATIONS: "open for nominations",
    Phase.CAMPAIGN: "in its campaign",
    Phase.ROLL_FROZEN: "waiting for its key ceremony",
    Phase.KEY_CEREMONY: "in its key ceremony",
    Phase.VOTING: "open for voting",
    Phase.CLOSED: "closed",
    Phase.MIXING: "being mixed",
    Phase.DECRYPTION: "being decrypted",
    Phase.PROVISIONAL_RESULT: "decided provisionally",
    Phase.COMPLAINTS: "open for complaints",
    Phase.CERTIFIED: "certified",
    Phase.ANNULLED: "annulled",
}


class IllegalTransition(ValueError):
    """The lifecycle has no such step; the sentence is fit to show."""


def advance(current: Phase, to: Phase, *, poll: bool) -> Phase:
    """Return `to` if the lifecycle of a poll, or of an election under rules, allows it; raise IllegalTransition."""
    if to not in (NEXT_OF_POLL if poll else NEXT).get(current, frozenset()):
        if current is to:
            raise IllegalTransition(f"This election is {WORDS[to]} already.")
        raise IllegalTransition(f"An election that is {WORDS[current]} cannot become one that is {WORDS[to]}.")
    return to


def is_final(phase: Phase, *, poll: bool) -> bool:
    """Answer whether nothing is left to do in this phase."""
    return phase in FINAL or (poll and phase is Phase.PROVISIONAL_RESULT)
