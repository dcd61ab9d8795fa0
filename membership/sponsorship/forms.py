"""The forms of sponsoring: their shape only; the services decide whether what they say is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from foundation.core.errors import Invalid
from membership.forms.base import DayField, NumberField
from membership.sponsorship.models.packages import BenefitKind, Package
from membership.sponsorship.rules import money
from membership.sponsorship.rules.money import CURRENCIES, Money
from membership.sponsorship.services.applying import address_of
from membership.sponsorship.services.contracts import signature_of
from membership.sponsorship.services.packages import NewBenefit, PackageTerms
from membership.sponsorship.services.refusals import reason_of

LONGEST = 500
PREFIX = re.compile(r"\s*(?P<kind>logo|text)\s*:\s*(?P<name>.+)", re.IGNORECASE)


def benefit_of(line: str) -> NewBenefit:
    """Read one line of the benefits: "logo:" or "text:" before it says what the company has to give."""
    found = PREFIX.fullmatch(line)
    name = " ".join((found["name"] if found else line).split())
    return NewBenefit(name[:200], BenefitKind(found["kind"].lower()) if found else BenefitKind.PLAIN)


def line_of(name: str, kind: BenefitKind) -> str:
    """Return the line that `benefit_of` reads as this benefit."""
    return name if kind is BenefitKind.PLAIN else f"{kind.value}: {name}"


def usable_reason(_form: Any, field: Field) -> None:
    """Refuse what is no reason, in the rule's own words."""
    _ask(reason_of, field)


def usable_address(_form: Any, field: Field) -> None:
    """Refuse what is no postal address, in the rule's own words."""
    _ask(address_of, field)


def usable_signature(_form: Any, field: Field) -> None:
    """Refuse what is no name to sign with, in the rule's own words."""
    _ask(signature_of, field)


def _ask(rule: Callable[[str], str], field: Field) -> None:
    try:
        rule(field.data or "")
    except Invalid as refusal:
        raise ValidationError(refusal.message) from None


class AmountForm(FlaskForm):  # type: ignore[misc]
    """A form with an amount of money in a currency that the page knows."""

    amount = StringField(_l("Amount"), [InputRequired(_l("Enter the amount")), Length(max=20)])

    def money(self, currency: str) -> Money:
        """Return the amount, or raise BadAmount."""
        return money.parse(self.amount.data or "", currency)


class PackageForm(FlaskForm):  # type: ignore[misc]
    """A package of a year."""

    version = HiddenField()
    year = NumberField(_l("Year"), [InputRequired(_l("Enter the year")), NumberRange(2000, 2200)])
    name = StringField(_l("Name"), [InputRequired(_l("Enter the package's name")), Length(max=100)])
    tier = NumberField(
        _l("Place on the sponsors' page"),
        [InputRequired(_l("Enter a number")), NumberRange(1, 99, _l("Enter a number from 1 to 99"))],
        description=_l("1 is shown first."),
    )
    amount = StringField(_l("Price of a year"), [InputRequired(_l("Enter the price")), Length(max=20)])
    currency = SelectField(_l("Currency"), choices=list(CURRENCIES), default="EUR")
    places = NumberField(
        _l("Number of places"),
        [Optional(), NumberRange(1, 10_000, _l("Enter 1 or more"))],
        description=_l("Leave empty when any number of companies can have it."),
    )
    description = TextAreaField(_l("Description"), [Length(max=2000)])
    benefits = TextAreaField(
        _l("Benefits"),
        [InputRequired(_l("Enter at least one benefit")), Length(max=10_000)],
        description=_l(
            "One a line. Begin with “logo:” or “text:” where the company has to give one: "
            "logo: Your logo on our sponsors' page."
        ),
    )

    def terms(self) -> PackageTerms:
        """Return what was entered, for the service, or raise BadAmount."""
        lines = [line for line in (self.benefits.data or "").splitlines() if line.strip()]
        return PackageTerms(
            year=self.year.data,
            name=self.name.data,
            tier=self.tier.data,
            price=money.parse(self.amount.data, self.currency.data),
            places=self.places.data,
            description=self.description.data or "",
            benefits=tuple(benefit_of(line) for line in lines),
        )

    def show(self, package: Package) -> None:
        """Fill the form with what the package says."""
        for name in ("year", "name", "tier", "currency", "places", "description", "version"):
            getattr(self, name).data = getattr(package, name)
        self.amount.data = package.money.number()
        self.benefits.data = "\n".join(line_of(each.name, each.kind) for each in package.benefits)


class ApplyForm(FlaskForm):  # type: ignore[misc]
    """A company applies for a package."""

    organization = SelectField(_l("Company"), coerce=int)
    website = StringField(
        _l("Website"),
        [InputRequired(_l("Enter the company's website")), Length(max=LONGEST)],
        description=_l("Where the logo leads, like https://www.example.com."),
    )
    billing_address = TextAreaField(
        _l("Postal address for the invoice"),
        [InputRequired(_l("Enter the address")), Length(max=LONGEST), usable_address],
        description=_l("The company's legal name is put before it."),
    )
    order_reference = StringField(_l("Your order number (optional)"), [Optional(), Length(max=100)])


class BillingForm(FlaskForm):  # type: ignore[misc]
    """What is to stand on the invoice."""

    billing_address = TextAreaField(
        _l("Postal address for the invoice"),
        [InputRequired(_l("Enter the address")), Length(max=LONGEST), usable_address],
    )
    order_reference = StringField(_l("Your order number (optional)"), [Optional(), Length(max=100)])


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """An act that needs a reason, on the row as it was shown."""

    version = HiddenField()
    reason = TextAreaField(_l("Reason"), [InputRequired(_l("Give a reason")), Length(max=LONGEST), usable_reason])


class ApproveForm(FlaskForm):  # type: ignore[misc]
    """Approving an application for a term."""

    version = HiddenField()
    starts_on = DayField(_l("First day of the term"), [InputRequired(_l("Enter the first day"))])


class VersionForm(FlaskForm):  # type: ignore[misc]
    """An act on the row as it was shown."""

    version = HiddenField()


class SignForm(FlaskForm):  # type: ignore[misc]
    """Signing the contract that was read."""

    sha256 = HiddenField()
    name = StringField(
        _l("Your full name"), [InputRequired(_l("Write your full name to sign")), Length(max=200), usable_signature]
    )
    agree = BooleanField(
        _l("I have read the contract and sign it for the company"),
        [InputRequired(_l("Confirm that you have read the contract and sign it"))],
    )


class LogoForm(FlaskForm):  # type: ignore[misc]
    """A picture for a benefit."""

    file = FileField(
        _l("Picture"),
        [FileRequired(_l("Choose a file"))],
        description=_l("PNG, JPEG or WebP, at most 2 MB. Pictures with a transparent background look best."),
    )


class TextForm(FlaskForm):  # type: ignore[misc]
    """A text for a benefit."""

    wording = TextAreaField(_l("Text"), [InputRequired(_l("Enter the text")), Length(max=2000)])


class ProvideForm(FlaskForm):  # type: ignore[misc]
    """Checking a benefit off."""

    note = StringField(_l("Where or how it was provided (optional)"), [Optional(), Length(max=LONGEST)])


class TransferForm(AmountForm):
    """Money that moved."""

    on = DayField(_l("Day it arrived or left"), [InputRequired(_l("Enter the day"))])
    reference = StringField(
        _l("The bank's reference"),
        [InputRequired(_l("Enter the bank's reference")), Length(max=200)],
        description=_l("As it stands on the bank's statement. The same payment cannot be recorded twice."),
    )


class PaymentForm(TransferForm):
    """Money that arrived, also more than is owed where that is meant."""

    beyond = BooleanField(_l("So much did arrive, although it is more than is owed"))


class CreditForm(AmountForm):
    """A credit note."""

    reason = TextAreaField(_l("Reason"), [InputRequired(_l("Give a reason")), Length(max=LONGEST), usable_reason])


def shown_version(form: Any) -> int:
    """Return the version of the row that the form showed; one that was tampered with fits no row."""
    typed = form.version.data or ""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1  # noqa: PLR2004
