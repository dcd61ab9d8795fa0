"""The closed set of reasons for which this package refuses something.

Each refusal carries a stable `code` for programs and a sentence for people; nothing here signals failure
by returning None or False.
"""

from typing import ClassVar


class Refusal(ValueError):
    """Something was refused; `code` is stable, `str()` is a sentence fit to show."""

    code: ClassVar[str] = "refused"


class Malformed(Refusal):
    """The bytes are not JSON of the expected shape."""

    code = "malformed"


class TooLarge(Refusal):
    """The input is larger, or nested deeper, than anything the protocol can produce."""

    code = "too-large"


class NotCanonical(Refusal):
    """The bytes differ from their own re-serialisation (specification 4.1)."""

    code = "not-canonical"


class BadElement(Refusal):
    """A string is not the canonical form of a group element other than the identity (specification 5.2.1)."""

    code = "bad-element"


class BadScalar(Refusal):
    """A string is not a decimal number below the group order (specification 4.2)."""

    code = "bad-scalar"


class BadCredential(Refusal):
    """A voter's secret credential is mistyped (specification 4.8)."""

    code = "bad-credential"


class Unsupported(Refusal):
    """Belenios knows this, but this package does not handle it."""

    code = "unsupported"


class WrongElection(Refusal):
    """A ballot or archive belongs to another election."""

    code = "wrong-election"


class UnknownCredential(Refusal):
    """A ballot's credential is not on the list of public credentials."""

    code = "unknown-credential"


class WrongShape(Refusal):
    """Well-formed, but with the wrong number of answers, ciphertexts, proofs or ranks."""

    code = "wrong-shape"


class BadSignature(Refusal):
    """A ballot's signature does not verify (specification 4.16)."""

    code = "bad-signature"


class BadProof(Refusal):
    """A zero-knowledge proof does not verify."""

    code = "bad-proof"


class BadArchive(Refusal):
    """The archive's own framing is broken (specification 4.4); `offset` is where, in bytes."""

    code = "bad-archive"

    def __init__(self, sentence: str, offset: int) -> None:
        super().__init__(f"{sentence.removesuffix('.')} (at byte {offset} of the archive).")
        self.offset = offset
