"""The forms of lots: their shape only; the services decide whether what they say is allowed."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from elections.forms import TranslatedForm

LONGEST = 200


class CommitmentForm(TranslatedForm):
    """A commitment, and the name that it covers as the page said it."""

    name = HiddenField()
    commitment = StringField(
        _l("Commitment"),
        [InputRequired(_l("Enter the commitment")), Length(max=LONGEST)],
        description=_l("64 hexadecimal digits. Never enter the secret here."),
    )


class SecretForm(TranslatedForm):
    """The secret that was committed to."""

    secret = StringField(
        _l("Secret"),
        [InputRequired(_l("Enter the secret")), Length(max=LONGEST)],
        description=_l("The 64 hexadecimal digits that you kept. They are published."),
    )
