"""The offices in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from foundation.core.access import Office

OFFICE_IN_WORDS = {
    Office.ELECTION_OFFICIAL: _l("Election official"),
    Office.REGISTRAR: _l("Registrar"),
    Office.TRUSTEE: _l("Trustee"),
    Office.CERTIFIER: _l("Certifier"),
    Office.MEMBERSHIP_COMMITTEE: _l("Membership committee"),
    Office.TREASURER: _l("Treasurer"),
    Office.SECRETARY: _l("Secretary"),
}
