"""The forms of an election: their shape only; the services decide whether what they say is allowed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from elections.models import CredentialSource
from elections.pages.wording import METHODS
from elections.services.once import LONGEST_KEY, new_key
from elections.services.setup import NewCandidate, NewContest
from elections.services.wording import SHORTEST_REASON

LONGEST_NAME = 200
MOST_SEATS = 30
MOST_CONTESTS = 20


def candidate_of(line: str) -> NewCandidate:
    """Read one line of the candidates: a name, then after a semicolon its affiliations, separated by commas."""
    name, _semicolon, affiliations = line.partition(";")
    return NewCandidate(name.strip(), tuple(part.strip() for part in affiliations.split(",") if part.strip()))


class TranslatedForm(FlaskForm):  # type: ignore[misc]
    """A form whose messages are plain text once it was checked, in the reader's language."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the form and translate what is wrong."""
        valid: bool = super().validate(extra_validators)
        _translate(self)
        return valid


def _translate(form: Any) -> None:
    for field in form:
        if isinstance(field, FieldList):
            for entry in field:
                _translate(entry.form)
        else:
            field.errors = [str(message) for message in field.errors]


class WholeNumberField(IntegerField):  # type: ignore[misc]
    """A whole number; what is none is told in our words, not the library's."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number, or raise ValueError with a sentence."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Enter a whole number")) from error


class ContestForm(Form):  # type: ignore[misc]
    """One contest: what is to be filled, and who stands."""

    title = StringField(
        _l("What is to be filled"),
        [InputRequired(_l("Enter what is to be filled")), Length(max=LONGEST_NAME)],
        description=_l("For example: Board of directors"),
    )
    seats = WholeNumberField(
        _l("Number of seats"),
        [InputRequired(_l("Enter the number of seats")), NumberRange(1, MOST_SEATS, _l("Enter 1 or more seats"))],
        default=1,
    )
    method = SelectField(
        _l("Counting method"), choices=[SelectChoice(*method) for method in METHODS.items()], default="schulze"
    )
    candidates = TextAreaField(
        _l("Candidates"),
        [InputRequired(_l("Enter the candidates, one a line")), Length(max=20_000)],
        description=_l(
            "One a line, at least 2 and at most 30. After a semicolon, affiliations separated by commas: "
            "Ada Lovelace; Analytical Engines, Royal Society. The order on the ballot is drawn by lot."
        ),
    )

    def new_contest(self) -> NewContest:
        """Return what was entered, for the service."""
        lines = [line for line in (self.candidates.data or "").splitlines() if line.strip()]
        return NewContest(
            title=self.title.data.strip(),
            candidates=tuple(candidate_of(line) for line in lines),
            seats=self.seats.data,
            method=self.method.data,
        )


class ElectionForm(TranslatedForm):
    """A new election: its title, contests, trustees, and who makes the credentials."""

    title = StringField(_l("Title of the election"), [InputRequired(_l("Enter a title")), Length(max=LONGEST_NAME)])
    contests = FieldList(FormField(ContestForm), min_entries=1, max_entries=MOST_CONTESTS)
    trustees = SelectMultipleField(
        _l("Trustees"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
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


class FileForm(TranslatedForm):
    """One file to upload; each page says which."""

    file = FileField(_l("File"), [FileRequired(_l("Choose a file"))])


class ConfirmForm(TranslatedForm):
    """Nothing but the token: the page has said what the button does."""


class InstantField(DateTimeLocalField):  # type: ignore[misc]
    """A date and time in UTC; what cannot be read is told in our words, not the library's."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the browser's form of a date and time, or raise ValueError with a sentence."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Enter a date and a time, or leave both empty")) from error


class OpenForm(TranslatedForm):
    """When voting is to close; left empty, an official closes it."""

    closes_at = InstantField(
        _l("Voting closes (UTC)"),
        [Optional()],
        description=_l("Date and time in UTC. Leave it empty to close by hand."),
    )

    def closing_time(self) -> datetime | None:
        """Return the chosen instant in UTC, or None when voting is closed by hand."""
        chosen: datetime | None = self.closes_at.data
        return chosen.replace(tzinfo=UTC) if chosen else None


def on_one_line(typed: str | None) -> str | None:
    """Return what was typed into a larger field as one line: where it goes, a paragraph has no place."""
    return typed if typed is None else " ".join(typed.split())


class AnnulForm(TranslatedForm):
    """Why an election is annulled; the reason is public."""

    reason = TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Enter the reason")),
            Length(min=SHORTEST_REASON, max=1000, message=_l("Give the reason in a sentence")),
        ],
        filters=[on_one_line],
        description=_l("It is published in the register and cannot be changed."),
    )


class ReplaceForm(TranslatedForm):
    """Which trustee falls away, who takes the place, and why; the reason is public."""

    leaving = RadioField(_l("Who falls away"), [InputRequired(_l("Choose who falls away"))], coerce=int)
    successor = RadioField(
        _l("Who takes the place"),
        [InputRequired(_l("Choose who takes the place"))],
        coerce=int,
        description=_l("Who holds the office of a trustee now, is none of this election yet and does not stand in it."),
    )
    reason = TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Enter the reason")),
            Length(min=SHORTEST_REASON, max=1000, message=_l("Give the reason in a sentence")),
        ],
        filters=[on_one_line],
        description=_l("It is published in the register and told to both."),
    )


def problems_of(form: Any) -> list[dict[str, str]]:
    """List what is wrong in a form and in the forms within it, each with the address of its field, for the summary."""
    found: list[dict[str, str]] = []
    for field in form:
        if isinstance(field, FieldList):
            found += [problem for entry in field for problem in problems_of(entry.form)]
        elif field.errors:
            found.append({"text": str(field.errors[0]), "href": f"#{field.id}"})
    return found
