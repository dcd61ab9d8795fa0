"""The forms of accounts: shape only; what a service refuses is shown at the field concerned."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from foundation.accounts.addresses import LONGEST_ADDRESS, canonical_address
from foundation.accounts.names import LONGEST_NAME, display_name
from foundation.accounts.passwords import LONGEST, check_password
from foundation.core.errors import Invalid

# Longer than any password that is taken, so that a long one is told apart from one cut off.
LONGEST_TYPED = 4 * LONGEST


def usable_address(_form: Any, field: Field) -> None:
    """Refuse what is no address, in the rule's own words."""
    _ask(canonical_address, field)


def usable_name(_form: Any, field: Field) -> None:
    """Refuse what is no name, in the rule's own words."""
    _ask(display_name, field)


def usable_password(_form: Any, field: Field) -> None:
    """Refuse what is no password, in the rule's own words; the service asks again, knowing whose it is to be."""
    _ask(check_password, field)


def _ask(rule: Any, field: Field) -> None:
    try:
        rule(field.data or "")
    except Invalid as refusal:
        raise ValidationError(refusal.message) from None


def _address() -> EmailField:
    return EmailField(
        _l("E-mail address"),
        [InputRequired(_l("Enter your e-mail address.")), Length(max=2 * LONGEST_ADDRESS), usable_address],
    )


def _new_password() -> PasswordField:
    return PasswordField(
        _l("Password"),
        [InputRequired(_l("Enter a password.")), usable_password],
        description=_l("At least 12 characters. Any characters will do, spaces too; a few unrelated words work well."),
    )


class AddressForm(FlaskForm):  # type: ignore[misc]
    """Where to send a link."""

    address = _address()


def _present_password() -> PasswordField:
    return PasswordField(
        _l("Present password"), [InputRequired(_l("Enter your present password.")), Length(max=LONGEST_TYPED)]
    )


class AddAddressForm(AddressForm):
    """A further address; who adds one could have a new password sent there, and so proves to know the present one."""

    password = _present_password()


class ChangeNameForm(FlaskForm):  # type: ignore[misc]
    """Another name; who takes one is known under it, and so proves to be the person."""

    display_name = StringField(
        _l("New name"),
        [InputRequired(_l("Enter your name.")), Length(max=4 * LONGEST_NAME), usable_name],
        description=_l("As others should see it."),
    )
    password = _present_password()


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Who signs in; the shape of the address is not judged, so that a wrong one is refused like any other."""

    address = EmailField(_l("E-mail address"), [InputRequired(_l("Enter your e-mail address."))])
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password.")), Length(max=LONGEST_TYPED)])


class NewPersonForm(FlaskForm):  # type: ignore[misc]
    """Who makes an account."""

    display_name = StringField(
        _l("Your name"),
        [InputRequired(_l("Enter your name.")), Length(max=4 * LONGEST_NAME), usable_name],
        description=_l("As others should see it. It appears in the public register if you are given an office."),
    )
    password = _new_password()


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password, after a mailed link."""

    password = _new_password()


class ChangePasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password, with the old one."""

    old = _present_password()
    new = PasswordField(
        _l("New password"),
        [InputRequired(_l("Enter a new password.")), usable_password],
        description=_l("At least 12 characters. Any characters will do, spaces too; a few unrelated words work well."),
    )
