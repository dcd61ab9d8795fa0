"""Who may what: elections. The objects are an open election, of which one voter and one trustee are party, and a draft.

No form here carries anything, so that whoever is let through is told what is missing and nothing changes.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from elections.services import setup
from elections.services.setup import NewTrustee
from foundation.accounts.models import Person
from foundation.core import clock
from tests.election_factories import OFFICIAL, SERVER, new_election, opened
from tests.web.matrix import Row, everyone, only, signed_in


def arrange(session: Session, people: dict[str, Person]) -> dict[str, dict[str, object]]:
    """Make an open election with one voter's ballot, and a draft."""
    seats = [SERVER, NewTrustee("Tess Trustee", person=people["trustee"])]
    ready = opened(session, voters=1, new=new_election(trustees=seats))
    people["voter"] = ready.voters[0].person
    receipt = ready.cast(session, 0)
    drafted = setup.create(session, new_election(), by=OFFICIAL, now=clock.now())
    session.commit()
    return {
        "open": {"uuid": ready.uuid},
        "draft": {"uuid": drafted.uuid},
        "receipt": {"uuid": ready.uuid, "height": receipt.height},
        "object": {"uuid": ready.uuid, "digest": receipt.event},
        "file": {"uuid": ready.uuid, "name": "SHA256SUMS"},
    }


ROWS = (
    Row("elections.index", "GET", "", everyone(200)),
    Row("elections.show", "GET", "open", everyone(200)),
    Row("elections.board", "GET", "open", everyone(200)),
    Row("elections.outcome", "GET", "open", everyone(200)),
    Row("elections.methods", "GET", "open", everyone(200)),
    Row("elections.progress", "GET", "open", everyone(200)),
    # The voter.
    Row("elections.vote", "GET", "open", only(voter=200)),
    Row("elections.booth", "GET", "open", only(voter=200)),
    Row("elections.booth_data", "GET", "open", only(voter=200)),
    Row("elections.receipt", "GET", "receipt", only(voter=200)),
    Row("elections.pick_up", "POST", "open", only(voter=303)),
    Row("elections_api.cast", "POST", "open", signed_in(415)),
    # The official.
    Row("elections.new", "GET", "", only(official=200)),
    Row("elections.new", "POST", "", only(official=400)),
    Row("elections.manage", "GET", "open", only(official=200)),
    Row("elections.roll_page", "GET", "open", only(official=200)),
    Row("elections.import_roll", "POST", "open", only(official=400)),
    Row("elections.credentials_page", "GET", "open", only(official=200)),
    Row("elections.issue_credentials", "POST", "open", only(official=409)),
    Row("elections.begin_page", "GET", "draft", only(official=200)),
    Row("elections.begin", "POST", "draft", only(official=409)),
    Row("elections.finish_page", "GET", "draft", only(official=200)),
    Row("elections.finish", "POST", "draft", only(official=409)),
    Row("elections.open_page", "GET", "draft", only(official=200)),
    Row("elections.open_voting", "POST", "draft", only(official=409)),
    Row("elections.close_page", "GET", "open", only(official=200)),
    Row("elections.close_voting", "POST", "draft", only(official=409)),
    Row("elections.annul_page", "GET", "open", only(official=200)),
    Row("elections.annul", "POST", "open", only(official=400)),
    Row("elections.replace_page", "GET", "draft", only(official=200)),
    Row("elections.replace", "POST", "draft", only(official=400)),
    # The registrar.
    Row("elections.registrar", "GET", "open", only(registrar=200)),
    Row("elections.accept_credentials", "POST", "open", only(registrar=400)),
    Row("elections.roll_file", "GET", "open", only(registrar=200)),
    # The trustee, and one of no election here.
    Row("elections.trustee", "GET", "open", only(trustee=200)),
    Row("elections.bring", "POST", "open", only(trustee=409)),
    # Programs.
    Row("elections_api.archive", "GET", "open", everyone(200)),
    Row("elections_api.archive_header", "GET", "open", everyone(200)),
    Row("elections_api.last_event", "GET", "open", everyone(200)),
    Row("elections_api.board_object", "GET", "object", everyone(200)),
    Row("elections_api.election", "GET", "open", everyone(200)),
    Row("elections_api.manifest", "GET", "open", everyone(200)),
    Row("elections_api.audit_cache", "GET", "open", everyone(200)),
    Row("elections_api.ballots", "GET", "open", everyone(200)),
    Row("elections_api.checkpoint", "GET", "open", everyone(200)),
    Row("elections_api.checkpoint_list", "GET", "open", everyone(200)),
    Row("elections_api.outcome_document", "GET", "open", everyone(404)),
    Row("elections_api.result_file", "GET", "file", everyone(404)),
)
