"""The forms of certification: their shape only; the services decide whether what they say is allowed."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length

from elections.certification.models import Disposition
from elections.certification.services.complaints import LONGEST_COMPLAINT, LONGEST_REASON
from elections.forms import TranslatedForm
from elections.verifier.sshsig import LONGEST


class ComplaintForm(TranslatedForm):
    """A complaint, in the words of whoever makes it."""

    text = TextAreaField(
        _l("Your complaint"),
        [InputRequired(_l("Enter your complaint")), Length(max=LONGEST_COMPLAINT, message=_l("This is too long"))],
        description=_l("Say what went wrong, and how it can be checked. It is published with your name."),
    )


class DispositionForm(TranslatedForm):
    """What becomes of a complaint, and why."""

    disposition = RadioField(
        _l("Decision"),
        [InputRequired(_l("Choose what becomes of the complaint"))],
        choices=[
            SelectChoice(Disposition.DISMISSED.value, _l("Dismissed: it is not founded")),
            SelectChoice(Disposition.NOTED.value, _l("Noted: it is founded, and does not touch the result")),
            SelectChoice(
                Disposition.UPHELD.value,
                _l("Upheld: the rules were broken. If that can have changed the result, annul the election as well"),
            ),
        ],
    )
    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(_l("Enter the reason")), Length(max=LONGEST_REASON, message=_l("This is too long"))],
        description=_l("It is published, stands in the certificate, and cannot be changed."),
    )


class SignatureForm(TranslatedForm):
    """A certifier's signature, made in the browser or by ssh-keygen, and what it stands for."""

    signature = TextAreaField(
        _l("Your signature"),
        [Length(max=LONGEST, message=_l("This is too long for a signature"))],
        description=_l("It begins with the line -----BEGIN SSH SIGNATURE-----."),
    )
    file = FileField(_l("Or the file that ssh-keygen wrote (.sig)"))
    reviewed = BooleanField(
        _l("I have read this certificate, and I have verified the archive it names"),
        [InputRequired(_l("Confirm that you have read the certificate and verified the archive"))],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the form; the signature comes in one of two ways."""
        valid = super().validate(extra_validators)
        if not self.text():
            self.signature.errors = [_("Sign in the browser, paste a signature, or choose its file")]
            return False
        return valid

    def text(self) -> str:
        """Return the signature's text; what is no text is no signature, and is refused as one."""
        pasted: str = (self.signature.data or "").strip()
        if pasted or not self.file.data:
            return pasted
        if not hasattr(self, "_read"):
            self._read: str = self.file.data.read(LONGEST + 1).decode("utf-8", errors="replace").strip()
        return self._read


class KeyForm(TranslatedForm):
    """A certifier's public key, as it stands in a .pub file, and a signature which shows that they hold it."""

    public_key = TextAreaField(
        _l("Your public key"),
        [InputRequired(_l("Enter your public key")), Length(max=1000, message=_l("This is too long for a key"))],
        description=_l("One line that begins with ssh-ed25519, from a file such as id_ed25519.pub."),
    )
    proof = TextAreaField(
        _l("Its signature"),
        [
            InputRequired(_l("Enter the signature that the key has made")),
            Length(max=LONGEST, message=_l("This is too long for a signature")),
        ],
        description=_l("It shows that you hold the key. It begins with the line -----BEGIN SSH SIGNATURE-----."),
    )
