"""What the pages call things."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from membership.models.affiliations import AffiliationKind, DisputeState
from membership.models.mandates import MandateRole
from membership.models.parties import ControlKind, ProfileField, Visibility
from membership.rules.admission import ApplicationState
from membership.rules.classes import MemberClass
from membership.rules.standing import ContributionKind
from membership.rules.standing_status import EventKind, Status

CLASSES: dict[MemberClass, Any] = {
    MemberClass.INDIVIDUAL: _l("Individual members"),
    MemberClass.CORPORATE: _l("Corporate members"),
}
CLASS_OF_ONE: dict[MemberClass, Any] = {
    MemberClass.INDIVIDUAL: _l("Individual"),
    MemberClass.CORPORATE: _l("Corporate"),
}
STATES: dict[ApplicationState, Any] = {
    ApplicationState.DRAFT: _l("Draft"),
    ApplicationState.SUBMITTED: _l("Submitted"),
    ApplicationState.UNDER_REVIEW: _l("Under review"),
    ApplicationState.INFORMATION_REQUESTED: _l("Information requested"),
    ApplicationState.APPROVED: _l("Approved"),
    ApplicationState.DECLINED: _l("Declined"),
    ApplicationState.APPEALED: _l("Under appeal"),
    ApplicationState.DECLINE_UPHELD: _l("Declined, also on appeal"),
    ApplicationState.WITHDRAWN: _l("Withdrawn"),
}
STATUSES: dict[Status, Any] = {
    Status.PENDING_AGREEMENT: _l("Waiting for the signature"),
    Status.ACTIVE: _l("Active"),
    Status.GRACE: _l("In the grace period"),
    Status.LAPSED: _l("Lapsed"),
    Status.SUSPENDED: _l("Suspended"),
    Status.RESIGNED: _l("Resigned"),
    Status.EXPELLED: _l("Expelled"),
    Status.DECEASED: _l("Deceased"),
    Status.DISSOLVED: _l("Dissolved"),
    Status.MERGED: _l("Merged into another entry"),
}
STATUS_COLOURS = {Status.ACTIVE: "green", Status.GRACE: "yellow", Status.SUSPENDED: "red"}
EVENTS: dict[EventKind, Any] = {
    EventKind.ADMITTED: _l("Admitted"),
    EventKind.SIGNED: _l("Signed the agreement"),
    EventKind.RENEWED: _l("Renewed"),
    EventKind.SUSPENDED: _l("Suspended"),
    EventKind.REINSTATED: _l("Reinstated"),
    EventKind.RESIGNED: _l("Resigned"),
    EventKind.EXPELLED: _l("Expelled"),
    EventKind.DECEASED: _l("Died"),
    EventKind.DISSOLVED: _l("Dissolved"),
    EventKind.MERGED: _l("Merged"),
    EventKind.READMITTED: _l("Admitted again"),
}
FIELDS: dict[ProfileField, Any] = {
    ProfileField.ABOUT: _l("About"),
    ProfileField.LOCATION: _l("Place"),
    ProfileField.WEBSITE: _l("Web site"),
    ProfileField.CONTACT: _l("How to reach"),
}
VISIBILITIES: dict[Visibility, Any] = {
    Visibility.EVERYONE: _l("Everyone"),
    Visibility.MEMBERS: _l("Members only"),
    Visibility.NOBODY: _l("Nobody"),
}
AFFILIATION_KINDS: dict[AffiliationKind, Any] = {
    AffiliationKind.EMPLOYEE: _l("Employee"),
    AffiliationKind.CONTRACTOR: _l("Contractor"),
    AffiliationKind.OWNER: _l("Owner"),
    AffiliationKind.OTHER: _l("Other"),
}
DISPUTES: dict[DisputeState, Any] = {
    DisputeState.RAISED: _l("Disputed"),
    DisputeState.UPHELD: _l("Found false"),
    DisputeState.REJECTED: _l("Dispute rejected"),
}
MANDATE_ROLES: dict[MandateRole, Any] = {
    MandateRole.REPRESENTATIVE: _l("Voting representative"),
    MandateRole.ALTERNATE: _l("Alternate"),
    MandateRole.BILLING: _l("Billing contact"),
    MandateRole.SIGNATORY: _l("Signatory"),
}
CONTROL_KINDS: dict[ControlKind, Any] = {
    ControlKind.ACQUIRED: _l("Acquired"),
    ControlKind.SUBSIDIARY: _l("Parent company of"),
}
CONTRIBUTION_KINDS: dict[ContributionKind, Any] = {
    ContributionKind.CODE: _l("Code"),
    ContributionKind.REVIEW: _l("Review"),
    ContributionKind.DOCUMENTATION: _l("Documentation"),
    ContributionKind.TRANSLATION: _l("Translation"),
    ContributionKind.BUG_REPORT: _l("Bug report"),
    ContributionKind.EVENT: _l("Event"),
    ContributionKind.USER_SUPPORT: _l("User support"),
    ContributionKind.OTHER: _l("Other"),
}
MEASURES: dict[str, Any] = {
    "suspend": _l("Suspend"),
    "reinstate": _l("Reinstate"),
    "expel": _l("Expel, as a carried motion says"),
    "record_end": _l("Record a death or dissolution"),
}
WHY_NOT: dict[str, Any] = {
    "": _l("counts"),
    "withdrawn": _l("withdrawn"),
    "too early": _l("before the window"),
    "too late": _l("after the window"),
    "another kind": _l("a kind that does not count"),
    "another project": _l("another project"),
}
