"""The forms that persons and signatories of organizations fill in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from membership.forms.base import (
    Form,
    NumberField,
    VersionedForm,
    choices_of,
    optional_day,
    required_day,
    visibility_field,
)
from membership.pages.wording import AFFILIATION_KINDS, CONTRIBUTION_KINDS, MANDATE_ROLES


class StatementForm(VersionedForm):
    """What an applicant does in the community."""

    statement = TextAreaField(
        _l("What you do in the community"),
        [InputRequired(_l("Say what you do in the community")), Length(max=8000)],
        description=_l("A few sentences, with links where there are some. The membership committee reads it."),
    )


class AnswerForm(VersionedForm):
    """An answer to the committee."""

    text = TextAreaField(_l("Your answer"), [InputRequired(_l("Enter your answer")), Length(max=8000)])


class AppealForm(VersionedForm):
    """Why a decision is wrong."""

    text = TextAreaField(
        _l("Why you appeal"),
        [InputRequired(_l("Say why you appeal")), Length(max=8000)],
        description=_l("Somebody else than the one who declined will decide."),
    )


class SignForm(VersionedForm):
    """A signature: one's own name, typed."""

    name = StringField(
        _l("Your name, to sign"),
        [InputRequired(_l("Type your name to sign")), Length(max=400)],
        description=_l("Type it as it stands in your account."),
    )


class ProfileForm(Form):
    """What the directory shows of a party, and to whom."""

    name_visibility = visibility_field(_l("Who finds you in the directory"))
    about = TextAreaField(_l("About"), [Length(max=2000)])
    about_visibility = visibility_field(_l("Who sees this text"))
    location = StringField(_l("Place"), [Length(max=300)])
    location_visibility = visibility_field(_l("Who sees the place"))
    website = StringField(_l("Web site"), [Length(max=300)])
    website_visibility = visibility_field(_l("Who sees the web site"))
    contact = StringField(_l("How to reach you"), [Length(max=300)])
    contact_visibility = visibility_field(_l("Who sees how to reach you"))


class AffiliationForm(Form):
    """An organization that one belongs to."""

    organization = NumberField(
        _l("Number of the organization"),
        [Optional()],
        description=_l("Look it up in the list below. Leave this empty if it is not there."),
    )
    typed_name = StringField(
        _l("Its name, if it is not listed"),
        [Length(max=400)],
        description=_l("An officer links it to the register later."),
    )
    kind = SelectField(_l("What you are there"), choices=choices_of(AFFILIATION_KINDS))
    from_on = required_day(_l("Since"))
    until_on = optional_day(_l("Until"), description=_l("Leave this empty if it goes on."))
    visibility = visibility_field(
        _l("Who sees this in the directory"),
        _l("The organization's signatories and the officers see it in any case, so that a false one can be disputed."),
    )


class OrganizationForm(Form):
    """An organization as its register knows it."""

    legal_name = StringField(_l("Legal name"), [InputRequired(_l("Enter the legal name")), Length(max=400)])
    jurisdiction = StringField(
        _l("Jurisdiction"),
        [InputRequired(_l("Enter the jurisdiction")), Length(max=10)],
        description=_l("The code of the country, and of the state where registers are kept by states: DE, US-CA."),
    )
    registry_number = StringField(
        _l("Registry number"),
        [InputRequired(_l("Enter the registry number")), Length(max=100)],
        description=_l("As the commercial, association or charity register gives it."),
    )


class CodeAddressForm(Form):
    """Where to send the code that proves a mail domain."""

    address = EmailField(
        _l("An e-mail address at the organization's domain"),
        [InputRequired(_l("Enter an e-mail address at the domain")), Length(max=400)],
        id="domain-address",
    )


class CodeForm(Form):
    """The code from the letter."""

    code = StringField(_l("The code from the letter"), [InputRequired(_l("Enter the code")), Length(max=40)])


class InviteForm(Form):
    """Who is to act for the organization."""

    address = EmailField(
        _l("E-mail address of their account"),
        [InputRequired(_l("Enter the e-mail address of their account")), Length(max=400)],
        id="invite-address",
    )
    role = SelectField(_l("What for"), choices=choices_of(MANDATE_ROLES))


class ReasonForm(Form):
    """One line that says why."""

    reason = StringField(_l("Reason"), [InputRequired(_l("Enter the reason")), Length(max=500)])


class AttestForm(Form):
    """What somebody did for a project."""

    address = EmailField(
        _l("E-mail address of their account"),
        [InputRequired(_l("Enter the e-mail address of their account")), Length(max=400)],
    )
    kind = SelectField(_l("Kind of contribution"), choices=choices_of(CONTRIBUTION_KINDS))
    on = required_day(_l("Day"))
    note = StringField(_l("What was done"), [InputRequired(_l("Say what was done")), Length(max=500)])


class StandingAppealForm(Form):
    """Why a finding about one's standing is wrong."""

    text = TextAreaField(_l("Why the finding is wrong"), [InputRequired(_l("Say why it is wrong")), Length(max=4000)])


class EraseForm(Form):
    """That somebody means it."""

    sure = BooleanField(_l("I am sure. It cannot be undone."), [InputRequired(_l("Tick that you are sure"))])


class ConfirmForm(Form):
    """Nothing but the token: the page has said what the button does."""
