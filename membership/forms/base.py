"""What all forms of membership share."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from foundation.core.errors import Invalid


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose messages are plain text, which the macros of the pages ask for.

    `refused` is the status of the answer that shows the form again.
    """

    refused = 400

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge the shape of what was sent."""
        valid: bool = super().validate(extra_validators)
        for field in self:
            field.errors = [str(error) for error in field.errors]
        return valid


class VersionedForm(Form):
    """A form about something that others may change meanwhile: it brings back which version was shown."""

    version = HiddenField()

    def seen(self) -> int:
        """Return the version that the page showed, or raise Invalid."""
        try:
            return int(self.version.data or "")
        except ValueError:
            raise Invalid(_("The form is incomplete. Reload the page and try again.")) from None


class DayField(DateField):  # type: ignore[misc]
    """A day; what is none is told in our words, not the library's."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.type = "DateField"  # by which the macros choose how to show a field

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day, or raise ValueError with a sentence."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Enter a day like 2026-01-31")) from error


class NumberField(IntegerField):  # type: ignore[misc]
    """A number under which something is kept; what is none is told in our words."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.type = "IntegerField"

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number, or raise ValueError with a sentence."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Enter a number")) from error


def visibility_field(label: Any, description: Any = "") -> SelectField:
    """A choice of who sees something."""
    return SelectField(
        label,
        description=description,
        choices=choices_of({"everyone": _l("Everyone"), "members": _l("Members only"), "nobody": _l("Nobody")}),
        default="everyone",
    )


def required_day(label: Any, **more: Any) -> DayField:
    """A day that must be given."""
    return DayField(label, [InputRequired(_l("Enter a day like 2026-01-31"))], **more)


def optional_day(label: Any, **more: Any) -> DayField:
    """A day that may be left out."""
    return DayField(label, [Optional()], **more)


def choices_of(words: Mapping[Any, Any]) -> list[SelectChoice]:
    """Return the choices of an enumeration in words."""
    return [SelectChoice(key.value if isinstance(key, StrEnum) else key, text) for key, text in words.items()]
