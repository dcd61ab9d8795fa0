"""The forms of the electorate: their shape only; the services decide whether what they say is allowed."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length

from elections.electorate.services.appealing import LONGEST_REASON, LONGEST_TEXT
from elections.forms import TranslatedForm

# A browser counts a line's end as two characters, the service as one.
ROOM = 2


class AppealForm(TranslatedForm):
    """Why the roll, or a decision, is wrong."""

    text = TextAreaField(
        _l("Why is it wrong?"),
        [InputRequired(_l("Say why it is wrong")), Length(max=ROOM * LONGEST_TEXT)],
        description=_l("Only officials read this. Name what they can look up: dates, projects, organizations."),
    )


class VerdictForm(TranslatedForm):
    """One official's verdict on an appeal."""

    upheld = RadioField(
        _l("Your verdict"),
        [InputRequired(_l("Choose your verdict"))],
        choices=[SelectChoice("yes", _l("Grant the appeal")), SelectChoice("no", _l("Refuse the appeal"))],
    )
    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(_l("Enter the reason")), Length(max=ROOM * LONGEST_REASON)],
        description=_l("It is published in the register: do not name the person who appeals."),
    )
