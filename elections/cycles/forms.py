"""The forms of cycles: their shape only; the rules decide whether what they say is allowed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from elections.cycles.dates import ANYWHERE_ON_EARTH, MOST_COMPLAINT_DAYS
from elections.cycles.services.drafting import LONGEST_CYCLE_TITLE
from elections.forms import TranslatedForm, WholeNumberField, on_one_line
from elections.models import CredentialSource
from elections.services.once import LONGEST_KEY, new_key
from elections.services.wording import SHORTEST_REASON

# The first is how a browser writes it and how it is written for one; the rest is read as well.
WRITTEN = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]


class WallTimeField(DateTimeLocalField):  # type: ignore[misc]
    """A date and time on the wall clock of the zone that the form names."""

    def __init__(self, label: str, validators: Any = None, **others: Any) -> None:
        super().__init__(label, validators, format=WRITTEN, **others)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the browser's form of a date and time, or raise ValueError with a sentence."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Enter a date and a time")) from error


def zones() -> list[Any]:
    """Return the zones one can choose: UTC, Anywhere on Earth, and those of places."""
    places = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    first = [SelectChoice("UTC", "UTC"), SelectChoice(ANYWHERE_ON_EARTH, _("Anywhere on Earth (UTC−12)"))]
    return first + [SelectChoice(name, name.replace("_", " ")) for name in places]


def _checkboxes(label: str, *validators: Any, coerce: Any = str, description: str = "") -> Any:
    return SelectMultipleField(
        label,
        [*validators],
        coerce=coerce,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=description,
    )


class CycleForm(TranslatedForm):
    """Elections under the rules in force: which contests are up, when, and with which trustees."""

    title = StringField(
        _l("Title of the elections"),
        [InputRequired(_l("Enter a title")), Length(max=LONGEST_CYCLE_TITLE)],
        description=_l("For example: Elections 2027"),
    )
    contests = _checkboxes(
        _l("What is up for election"),
        InputRequired(_l("Choose what is up for election")),
        description=_l("Seats, counting method and voters are those of the rules."),
    )
    zone = SelectField(
        _l("Time zone of these dates"),
        default="UTC",
        description=_l("A date is over anywhere on Earth when it is over in UTC−12."),
    )
    nominations_open = WallTimeField(_l("Nominations open"), [InputRequired(_l("Enter when nominations open"))])
    nominations_close = WallTimeField(_l("Nominations close"), [InputRequired(_l("Enter when nominations close"))])
    voting_opens = WallTimeField(_l("Voting opens"), [InputRequired(_l("Enter when voting opens"))])
    voting_closes = WallTimeField(_l("Voting closes"), [InputRequired(_l("Enter when voting closes"))])
    complaint_days = WholeNumberField(
        _l("Days for complaints after the result"),
        [
            InputRequired(_l("Enter for how many days complaints can be made")),
            NumberRange(0, MOST_COMPLAINT_DAYS, _l("Enter a number of days between 0 and 366")),
        ],
    )
    trustees = _checkboxes(
        _l("Trustees"),
        coerce=int,
        description=_l("The server is always one of them. Every trustee mixes, and every one is needed to decrypt."),
    )
    credential_source = RadioField(
        _l("Who makes the voting credentials"),
        [InputRequired(_l("Choose who makes the voting credentials"))],
        choices=[
            SelectChoice(CredentialSource.REGISTRAR.value, _l("A registrar, away from this server")),
            SelectChoice(
                CredentialSource.SERVER.value, _l("This server: for small elections; the election's page will say so")
            ),
        ],
    )
    demonstration = BooleanField(
        _l("This is a demonstration: the server keeps every key, and its page says so"), [Optional()]
    )
    once = HiddenField(default=new_key, validators=[Length(max=LONGEST_KEY)])


class RedateForm(TranslatedForm):
    """Other dates for a draft; `expecting` are those that the official saw."""

    zone = CycleForm.zone
    nominations_open = CycleForm.nominations_open
    nominations_close = CycleForm.nominations_close
    voting_opens = CycleForm.voting_opens
    voting_closes = CycleForm.voting_closes
    complaint_days = CycleForm.complaint_days
    expecting = HiddenField()


class ExtendForm(TranslatedForm):
    """Until when a period is extended, and why; `expecting` is the end that the official saw."""

    until = WallTimeField(_l("The period ends on"), [InputRequired(_l("Enter when the period ends"))])
    reason = TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Enter the reason")),
            Length(min=SHORTEST_REASON, max=1000, message=_l("Give the reason in a sentence")),
        ],
        filters=[on_one_line],
        description=_l("It is published in the register and told to those concerned."),
    )
    expecting = HiddenField()

    def expected(self) -> datetime | None:
        """Return the end that the official saw when the form was shown, if it says one."""
        try:
            seen = datetime.fromisoformat(self.expecting.data or "")
        except ValueError:
            return None
        return seen if seen.tzinfo else None
