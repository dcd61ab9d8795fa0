"""The rules of membership until the bylaws in force carry them as data (domain, "Governance document").

Nothing here asks what anybody gives: not for a deadline, a vote, a cap or standing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from foundation.core.access import Office
from membership.rules.standing import StandingRule


@dataclass(frozen=True, slots=True)
class MembershipRules:
    """Periods, caps and the rule for standing, the same for every member of a class."""

    term_months: int = 12
    grace: timedelta = timedelta(days=60)
    renewal_opens: timedelta = timedelta(days=60)
    renewal_reminders: tuple[int, ...] = (60, 30, 7)
    agreement_notice: timedelta = timedelta(days=30)
    appeal_within: timedelta = timedelta(days=30)
    confirm_affiliations_every: timedelta = timedelta(days=365)
    most_of_one_control_group: int = 2
    capped_offices: tuple[Office, ...] = (
        Office.MEMBERSHIP_COMMITTEE,
        Office.ELECTION_OFFICIAL,
        Office.CERTIFIER,
    )
    standing: StandingRule = field(default_factory=StandingRule)


RULES = MembershipRules()
