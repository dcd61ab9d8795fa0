"""The forms of nominations: their shape only; the services decide whether what they say is allowed."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice, StringField, SubmitField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from elections.forms import TranslatedForm
from elections.models import Contest
from elections.nominations.services.eligibility import LONGEST_REASON
from elections.nominations.services.questions import LONGEST_ANSWER, LONGEST_QUESTION
from elections.services.setup import LONGEST_STATEMENT
from elections.services.wording import SHORTEST_REASON

LONGEST_ADDRESS = 254
# A browser counts a line's end as two characters, the service as one.
ROOM = 2


def at_most(characters: int) -> Length:
    """Ask for no more characters, in our own words; what is only a little too long the service refuses."""
    return Length(max=characters * ROOM, message=_l("Use at most %(most)s characters", most=characters))


class ContestForm(TranslatedForm):
    """A form about one of an election's contests; where there is only one, it is chosen already."""

    contest = RadioField(_l("For"), [InputRequired(_l("Choose what the nomination is for"))], coerce=int)

    def offer(self, contests: Sequence[Contest], chosen: int | None = None) -> None:
        """Offer these contests, the one `chosen` by the address first."""
        self.contest.choices = [SelectChoice(contest.id, contest.title) for contest in contests]
        only = contests[0].id if len(contests) == 1 else chosen
        if self.contest.data is None and only is not None:
            self.contest.data = only


class StandForm(ContestForm):
    """Standing oneself."""

    complete = BooleanField(
        _l("These are all organizations I belong to, and they may be printed beside my name"),
        [InputRequired(_l("Confirm that your affiliations are complete, or complete them first"))],
    )


class AcceptForm(TranslatedForm):
    """Accepting a nomination by somebody else."""

    complete = BooleanField(
        _l("These are all organizations I belong to, and they may be printed beside my name"),
        [InputRequired(_l("Confirm that your affiliations are complete, or complete them first"))],
    )


class PersonForm(ContestForm):
    """Nominating somebody who was found in the directory."""

    person = RadioField(_l("Members found"), [InputRequired(_l("Choose a member"))], coerce=int)


class AddressForm(ContestForm):
    """Nominating somebody by an address of theirs."""

    address = StringField(
        _l("E-mail address"),
        [InputRequired(_l("Enter an e-mail address")), at_most(LONGEST_ADDRESS)],
        description=_l("One that they confirmed for their account here."),
    )


class StatementForm(TranslatedForm):
    """One's statement."""

    statement = TextAreaField(
        _l("Statement"),
        [Optional(), at_most(LONGEST_STATEMENT)],
        description=_l(
            "You can use Markdown: an empty line between paragraphs, *emphasis*, **strong**, - for a list, "
            "[words](https://…) for a link. Pictures and HTML are not shown."
        ),
    )
    preview = SubmitField(_l("Preview"))


class WithdrawForm(TranslatedForm):
    """Withdrawing."""

    why = StringField(_l("Reason (optional)"), [Optional(), at_most(500)], description=_l("It is public."))


class QuestionForm(ContestForm):
    """A question to the nominees of a contest."""

    contest = RadioField(_l("To those who stand for"), [InputRequired(_l("Choose whom you ask"))], coerce=int)
    text = TextAreaField(_l("Your question"), [InputRequired(_l("Enter your question")), at_most(LONGEST_QUESTION)])


class AnswerForm(TranslatedForm):
    """An answer."""

    text = TextAreaField(
        _l("Your answer"),
        [InputRequired(_l("Enter your answer")), at_most(LONGEST_ANSWER)],
        description=_l("You can use Markdown. An answer is public and stays as it is."),
    )


class HideForm(TranslatedForm):
    """Hiding a question."""

    reason = StringField(
        _l("Reason"),
        [
            InputRequired(_l("Enter the reason")),
            Length(min=SHORTEST_REASON, max=500, message=_l("Give the reason in a sentence")),
        ],
        description=_l("It is published in its place, and in the register."),
    )


class DecisionForm(TranslatedForm):
    """Whether a nominee can be elected, and why."""

    eligible = RadioField(
        _l("Can this person be elected?"),
        [InputRequired(_l("Choose yes or no"))],
        choices=[SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))],
    )
    reason = TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Enter the reason")),
            Length(min=SHORTEST_REASON, max=LONGEST_REASON * ROOM, message=_l("Give the reason in a sentence")),
        ],
        description=_l("It is public, and the nominee gets it by mail. It cannot be changed, only appealed."),
    )
