"""Who may what: cycles of elections, one announced and one drafted, and the rules."""

from __future__ import annotations

from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from tests.cycle_factories import adopted, announced, drafted
from tests.web.matrix import Row, everyone, only


def arrange(session: Session, people: dict[str, Person]) -> dict[str, dict[str, object]]:
    """Adopt rules, and make a draft and a cycle that is announced."""
    version = adopted(session, by=people["official"])
    public = announced(session, people["official"])
    draft = drafted(session, people["official"])
    return {
        "rules": {"version": version.version},
        "cycle": {"cycle_id": public.id},
        "drafted_cycle": {"cycle_id": draft.id},
        "period": {"cycle_id": public.id, "period": "nominations"},
    }


ROWS = (
    Row("cycles.rules", "GET", "", everyone(200)),
    Row("cycles.rules_difference", "GET", "", everyone(200)),
    Row("cycles.rules_version", "GET", "rules", everyone(200)),
    Row("cycles.rules_file", "GET", "rules", everyone(200)),
    Row("cycles.feed", "GET", "", everyone(200)),
    Row("cycles.show", "GET", "cycle", everyone(200)),
    Row("cycles.show", "GET", "drafted_cycle", everyone(404, official=200)),
    Row("cycles.dates", "GET", "cycle", everyone(200)),
    Row("cycles.dates", "GET", "drafted_cycle", everyone(404, official=200)),
    # The official.
    Row("cycles.start", "GET", "", only(official=200)),
    Row("cycles.new", "GET", "", only(official=200)),
    Row("cycles.new", "POST", "", only(official=400)),
    Row("cycles.manage", "GET", "cycle", only(official=200)),
    Row("cycles.mails", "GET", "cycle", only(official=200)),
    Row("cycles.announce", "GET", "drafted_cycle", only(official=200)),
    Row("cycles.announce", "POST", "cycle", only(official=409)),
    Row("cycles.redate", "GET", "drafted_cycle", only(official=200)),
    Row("cycles.redate", "POST", "drafted_cycle", only(official=400)),
    Row("cycles.extend", "GET", "period", only(official=200)),
    Row("cycles.extend", "POST", "period", only(official=400)),
    Row("cycles.annul", "GET", "cycle", only(official=200)),
    Row("cycles.annul", "POST", "cycle", only(official=400)),
)
