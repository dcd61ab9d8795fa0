"""Who may what: complaints, the certificate and certifiers' keys. One election waits for its second signature.

No form here carries anything, so that whoever is let through is told what is missing and nothing changes.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from tests.certification_factories import complained, counted
from tests.web.matrix import Row, everyone, only, signed_in


def arrange(session: Session, people: dict[str, Person]) -> dict[str, dict[str, object]]:
    """Make an election with a certificate that one certifier has signed, and one with a complaint to decide."""
    signed = counted(session)
    signed.signed(session, signed.certifier(session), signed.prepared(session))
    disputed = counted(session, complaint_days=7)
    complained(session, disputed, disputed.voters[0])
    return {
        "signed": {"uuid": signed.uuid},
        "signature": {"uuid": signed.uuid, "number": 1},
        "disputed": {"uuid": disputed.uuid},
        "complaint": {"uuid": disputed.uuid, "number": 1},
    }


ROWS = (
    Row("certification.certificate", "GET", "signed", everyone(200)),
    Row("certification.body", "GET", "signed", everyone(200)),
    Row("certification.signature", "GET", "signature", everyone(200)),
    Row("certification.signers", "GET", "signed", everyone(200)),
    Row("certification.complaints", "GET", "disputed", everyone(200)),
    Row("certification.complain", "POST", "disputed", signed_in(400)),
    # The official.
    Row("certification.complaint", "GET", "complaint", only(official=200)),
    Row("certification.dispose", "POST", "complaint", only(official=400)),
    Row("certification.prepare", "POST", "signed", only(official=303)),
    Row("certification.recount", "POST", "signed", only(official=303)),
    # The certifier.
    Row("certification.sign", "GET", "signed", only(certifier=200)),
    Row("certification.accept_signature", "POST", "signed", only(certifier=400)),
    Row("certification.key", "GET", "", only(certifier=200)),
    Row("certification.add_key", "POST", "", only(certifier=400)),
    Row("certification.withdraw_key", "POST", "", only(certifier=404)),
)
