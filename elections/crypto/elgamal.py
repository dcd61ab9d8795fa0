"""ElGamal encryption of group elements (specification 4.3, 4.11.2 and 6, table 3)."""

from dataclasses import dataclass

from .exact_json import Json, fields, string
from .group import Element, check_member, divide, multiply, power, power_of_generator


@dataclass(frozen=True, slots=True)
class Ciphertext:
    """The structure `ciphertext` of specification 4.3: α = g^r and β = y^r · ξ."""

    alpha: Element
    beta: Element

    @property
    def sort_key(self) -> tuple[bytes, bytes]:
        """What an encrypted tally is sorted by: belenios-tool compares encoded points from their least byte on."""
        return self.alpha.data, self.beta.data

    @property
    def text(self) -> str:
        """The form hashed in proofs about shuffles, without the trailing comma."""
        return f"{self.alpha.text},{self.beta.text}"

    def to_value(self) -> Json:
        """Return the JSON value."""
        return {"alpha": self.alpha.text, "beta": self.beta.text}

    @classmethod
    def from_value(cls, value: Json, *, member: bool = True) -> "Ciphertext":
        """Read the JSON value; with `member=False` membership of both elements is left to the caller."""
        pair = fields(value, "alpha", "beta")
        alpha, beta = string(pair["alpha"]), string(pair["beta"])
        return cls(Element.parse(alpha, member=member), Element.parse(beta, member=member))

    def check_members(self) -> None:
        """Raise BadElement unless both elements are in the group."""
        check_member(self.alpha)
        check_member(self.beta)


def encrypt(message: Element, public_key: Element, r: int) -> Ciphertext:
    """Encrypt `message` with the random exponent `r`."""
    return Ciphertext(power_of_generator(r), multiply(power(public_key, r), message))


def re_encrypt(ciphertext: Ciphertext, public_key: Element, r: int) -> Ciphertext:
    """Return another encryption of the same message: (α·g^r, β·y^r), specification 6, table 3."""
    alpha = multiply(ciphertext.alpha, power_of_generator(r))
    return Ciphertext(alpha, multiply(ciphertext.beta, power(public_key, r)))


def decrypt(ciphertext: Ciphertext, factor: Element) -> Element:
    """Return the message β / F, given the decryption factor F = α^x of all trustees together (specification 4.21)."""
    return divide(ciphertext.beta, factor)
