"""The steps of an application, the same for a person and an organization (domain, "Application"). Pure."""

from __future__ import annotations

from enum import StrEnum


class ApplicationState(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    INFORMATION_REQUESTED = "information_requested"
    APPROVED = "approved"
    DECLINED = "declined"
    APPEALED = "appealed"
    DECLINE_UPHELD = "decline_upheld"
    WITHDRAWN = "withdrawn"


S = ApplicationState

NEXT: dict[ApplicationState, frozenset[ApplicationState]] = {
    S.DRAFT: frozenset({S.SUBMITTED, S.WITHDRAWN}),
    S.SUBMITTED: frozenset({S.UNDER_REVIEW, S.WITHDRAWN}),
    S.UNDER_REVIEW: frozenset({S.INFORMATION_REQUESTED, S.APPROVED, S.DECLINED, S.WITHDRAWN}),
    S.INFORMATION_REQUESTED: frozenset({S.UNDER_REVIEW, S.WITHDRAWN}),
    S.APPROVED: frozenset(),
    S.DECLINED: frozenset({S.APPEALED}),
    S.APPEALED: frozenset({S.APPROVED, S.DECLINE_UPHELD}),
    S.DECLINE_UPHELD: frozenset(),
    S.WITHDRAWN: frozenset(),
}

OPEN = frozenset({S.DRAFT, S.SUBMITTED, S.UNDER_REVIEW, S.INFORMATION_REQUESTED, S.APPEALED})
FOR_THE_COMMITTEE = frozenset({S.SUBMITTED, S.UNDER_REVIEW, S.APPEALED})
DECISIONS = frozenset({S.APPROVED, S.DECLINED, S.DECLINE_UPHELD})

WORDS: dict[ApplicationState, str] = {
    S.DRAFT: "a draft",
    S.SUBMITTED: "submitted",
    S.UNDER_REVIEW: "under review",
    S.INFORMATION_REQUESTED: "waiting for information",
    S.APPROVED: "approved",
    S.DECLINED: "declined",
    S.APPEALED: "under appeal",
    S.DECLINE_UPHELD: "declined, also on appeal",
    S.WITHDRAWN: "withdrawn",
}


class IllegalTransition(ValueError):
    """An application has no such step; the sentence is fit to show."""


def advance(current: ApplicationState, to: ApplicationState) -> ApplicationState:
    """Return `to` if an application may go there from `current`, else raise IllegalTransition."""
    if to not in NEXT[current]:
        raise IllegalTransition(f"An application that is {WORDS[current]} cannot become one that is {WORDS[to]}.")
    return to
