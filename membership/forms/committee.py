"""The forms of the membership committee and the secretary."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from membership.forms.base import Form, NumberField, VersionedForm, choices_of, optional_day, required_day
from membership.pages.wording import CLASSES, CONTROL_KINDS, MEASURES


class DecisionForm(VersionedForm):
    """What the committee does with an application, and why; the applicant reads it."""

    decision = RadioField(
        _l("Decision"),
        [InputRequired(_l("Choose what to do"))],
        choices=choices_of({"approve": _l("Approve"), "ask": _l("Ask for information"), "decline": _l("Decline")}),
    )
    text = TextAreaField(
        _l("Reason or question"),
        [InputRequired(_l("Give a reason or ask a question")), Length(max=4000)],
        description=_l("The applicant reads it."),
    )


class AppealDecisionForm(DecisionForm):
    """What the committee does with an appeal: it decides, for there is nothing left to ask."""

    decision = RadioField(
        _l("Decision"),
        [InputRequired(_l("Choose what to do"))],
        choices=choices_of({"approve": _l("Approve"), "decline": _l("Decline")}),
    )


class MeasureForm(VersionedForm):
    """What is done to a membership, and what it rests on."""

    kind = RadioField(_l("Measure"), [InputRequired(_l("Choose a measure"))], choices=choices_of(MEASURES))
    reason = TextAreaField(_l("Reason"), [InputRequired(_l("Enter the reason")), Length(max=4000)])
    reference = StringField(
        _l("Reference"), [Length(max=200)], description=_l("An expulsion names the carried motion that decided it.")
    )
    until = optional_day(_l("Suspended until"), description=_l("Leave this empty to suspend until reinstated."))
    on = optional_day(_l("Day of death or dissolution"))


class LinkForm(Form):
    """The organization that a typed name means."""

    organization = NumberField(_l("Number of the organization"), [InputRequired(_l("Enter the organization's number"))])


class ResolveForm(Form):
    """How a dispute about an affiliation is decided."""

    verdict = RadioField(
        _l("Decision"),
        [InputRequired(_l("Choose a decision"))],
        choices=choices_of({"upheld": _l("The organization is right: it counts no more"), "rejected": _l("It stands")}),
    )
    reason = StringField(_l("Reason"), [InputRequired(_l("Enter the reason")), Length(max=500)])


class MergeForm(Form):
    """Two entries of one party."""

    kept = NumberField(_l("Number of the entry to keep"), [InputRequired(_l("Enter the entry to keep"))])
    duplicate = NumberField(_l("Number of the duplicate"), [InputRequired(_l("Enter the duplicate"))])
    reason = TextAreaField(_l("Reason"), [InputRequired(_l("Enter the reason")), Length(max=2000)])


class SignatoryForm(Form):
    """Who is to sign for an organization that nobody can act for any more."""

    organization = NumberField(_l("Number of the organization"), [InputRequired(_l("Enter the organization's number"))])
    address = EmailField(
        _l("E-mail address of their account"), [InputRequired(_l("Enter the e-mail address")), Length(max=400)]
    )
    reason = StringField(
        _l("Reason"),
        [InputRequired(_l("Enter the reason")), Length(max=500)],
        description=_l("It stands in the public register: name no private person."),
    )


class ControlForm(Form):
    """That one organization controls another."""

    parent = NumberField(_l("Number of the controlling organization"), [InputRequired(_l("Enter its number"))])
    child = NumberField(_l("Number of the controlled organization"), [InputRequired(_l("Enter its number"))])
    kind = SelectField(_l("How"), choices=choices_of(CONTROL_KINDS))
    from_on = required_day(_l("Since"))
    source = StringField(
        _l("Where this is known from"), [InputRequired(_l("Say where this is known from")), Length(max=500)]
    )


class EndForm(Form):
    """The day on which something ended."""

    until = required_day(_l("Ended on"))


class CloseForm(VersionedForm):
    """How a case is closed."""

    outcome = StringField(_l("Outcome"), [InputRequired(_l("Enter the outcome")), Length(max=500)])


class ProjectForm(Form):
    """A project that people contribute to."""

    key = StringField(
        _l("Key"), [InputRequired(_l("Enter a key")), Length(max=60)], description=_l("Small letters and hyphens.")
    )
    name = StringField(_l("Name"), [InputRequired(_l("Enter the name")), Length(max=200)])


class LeadForm(Form):
    """Who leads a project."""

    project = StringField(_l("Key of the project"), [InputRequired(_l("Enter the project's key")), Length(max=60)])
    address = EmailField(
        _l("E-mail address of their account"), [InputRequired(_l("Enter the e-mail address")), Length(max=400)]
    )


class AgreementForm(Form):
    """A version of an agreement."""

    member_class = SelectField(_l("For"), choices=choices_of(CLASSES))
    title = StringField(_l("Title"), [InputRequired(_l("Enter the title")), Length(max=200)])
    text = TextAreaField(_l("Text"), [InputRequired(_l("Enter the text")), Length(max=200_000)])
    material = BooleanField(_l("It changes what members agree to: ask everyone to sign again"))
