"""The phases of an election and the only ways from one to the next (domain, "Elections"). Pure."""

from enum import StrEnum


class Phase(StrEnum):
    """Where an election stands. What precedes the key ceremony is all `draft` until nominations exist."""

    DRAFT = "draft"
    KEY_CEREMONY = "key_ceremony"
    VOTING = "voting"
    CLOSED = "closed"
    MIXING = "mixing"
    DECRYPTION = "decryption"
    PROVISIONAL_RESULT = "provisional_result"
    ANNULLED = "annulled"


NEXT: dict[Phase, frozenset[Phase]] = {
    Phase.DRAFT: frozenset({Phase.KEY_CEREMONY, Phase.ANNULLED}),
    Phase.KEY_CEREMONY: frozenset({Phase.VOTING, Phase.ANNULLED}),
    Phase.VOTING: frozenset({Phase.CLOSED, Phase.ANNULLED}),
    Phase.CLOSED: frozenset({Phase.MIXING, Phase.ANNULLED}),
    Phase.MIXING: frozenset({Phase.DECRYPTION, Phase.ANNULLED}),
    Phase.DECRYPTION: frozenset({Phase.PROVISIONAL_RESULT, Phase.ANNULLED}),
    Phase.PROVISIONAL_RESULT: frozenset(),
    Phase.ANNULLED: frozenset(),
}

WORDS: dict[Phase, str] = {
    Phase.DRAFT: "a draft",
    Phase.KEY_CEREMONY: "in its key ceremony",
    Phase.VOTING: "open for voting",
    Phase.CLOSED: "closed",
    Phase.MIXING: "being mixed",
    Phase.DECRYPTION: "being decrypted",
    Phase.PROVISIONAL_RESULT: "decided provisionally",
    Phase.ANNULLED: "annulled",
}


class IllegalTransition(ValueError):
    """The lifecycle has no such step; the sentence is fit to show."""


def advance(current: Phase, to: Phase) -> Phase:
    """Return `to` if the lifecycle allows it from `current`, else raise IllegalTransition."""
    if to not in NEXT[current]:
        raise IllegalTransition(f"An election that is {WORDS[current]} cannot become one that is {WORDS[to]}.")
    return to


def is_final(phase: Phase) -> bool:
    """Answer whether the server has nothing left to do in this phase."""
    return not NEXT[phase]
