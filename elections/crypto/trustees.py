"""Trustees and their keys (specification 4.5 and 4.7).

The structure is a list of items, each of which says how one part of a decryption is computed. Only items of kind
"Single", one mandatory key, are handled; `_item` is the one place that refuses the others.
"""

from dataclasses import dataclass, field

from .elgamal import Ciphertext
from .errors import Unsupported
from .exact_json import Json, array, dumps, fields, loads_exact, string
from .group import Element, Q, check_member, parse_scalar, power, power_of_generator, product, random_scalar
from .proofs import Proof, key_challenge, prove, verify


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A trustee's secret number x modulo q; never shown by `repr`."""

    x: int = field(repr=False)

    @property
    def public_key(self) -> Element:
        """X = g^x."""
        return power_of_generator(self.x)

    def factor(self, ciphertext: Ciphertext) -> Element:
        """Return the decryption factor α^x."""
        return power(ciphertext.alpha, self.x)

    def to_json(self) -> bytes:
        """Return the content of a .privkey file: a decimal number as a JSON string."""
        return dumps(str(self.x))

    @classmethod
    def from_json(cls, data: bytes) -> "PrivateKey":
        """Read the content of a .privkey file."""
        return cls(parse_scalar(string(loads_exact(data))))


@dataclass(frozen=True, slots=True)
class TrusteePublicKey:
    """The structure `trustee_public_key` of specification 4.5, without the signature of threshold mode."""

    pok: Proof
    public_key: Element

    def verify(self) -> None:
        """Raise BadElement for a key outside the group or the identity, BadProof if the proof of knowledge fails."""
        check_member(self.public_key)
        self.verify_pok()

    def verify_pok(self) -> None:
        """Raise BadProof unless the proof of knowledge holds; the identity as a key is not noticed here."""
        verify(self.pok, self.public_key, lambda a: key_challenge(self.public_key, a), what="proof of a trustee's key")

    def to_json(self) -> bytes:
        """Return the content of a .pubkey file."""
        return dumps(self.to_value())

    @classmethod
    def from_json(cls, data: bytes) -> "TrusteePublicKey":
        """Read the content of a .pubkey file; call `verify` before using it."""
        return cls.from_value(loads_exact(data))

    def to_value(self) -> Json:
        """Return the JSON value."""
        return {"pok": self.pok.to_value(), "public_key": self.public_key.text}

    @classmethod
    def from_value(cls, value: Json, *, member: bool = True) -> "TrusteePublicKey":
        """Read the JSON value; with `member=False` only shape is checked, and the identity passes."""
        pair = fields(value, "pok", "public_key")
        key = Element.parse(string(pair["public_key"]), member=member, identity=not member)
        return cls(Proof.from_value(pair["pok"]), key)


@dataclass(frozen=True, slots=True)
class Single:
    """An item of kind "Single": one trustee, who must take part in every decryption (specification 3.1.1)."""

    trustee: TrusteePublicKey

    @property
    def owners(self) -> tuple[TrusteePublicKey, ...]:
        """The trustees of this item, in the order in which they are numbered."""
        return (self.trustee,)

    @property
    def sub_key(self) -> Element:
        """The item's part of the election's public key."""
        return self.trustee.public_key

    def to_value(self) -> Json:
        """Return the JSON value."""
        return ["Single", self.trustee.to_value()]


@dataclass(frozen=True, slots=True)
class Trustees:
    """The structure `trustees` of specification 4.7."""

    items: tuple[Single, ...]

    @property
    def owners(self) -> tuple[TrusteePublicKey, ...]:
        """All trustees; owner number i of shuffles and decryptions, counted from 1, is entry i - 1."""
        return tuple(owner for item in self.items for owner in item.owners)

    def to_json(self) -> bytes:
        """Return the published bytes."""
        return dumps([item.to_value() for item in self.items])

    @classmethod
    def from_json(cls, data: bytes, *, member: bool = True) -> "Trustees":
        """Read the published bytes; with `member=False` only shape is checked. Proofs are left to `verify`."""
        return cls(tuple(_item(value, member) for value in array(loads_exact(data))))

    def verify(self) -> None:
        """Verify each trustee's key and proof of knowledge."""
        for owner in self.owners:
            owner.verify()


def generate_key() -> tuple[PrivateKey, TrusteePublicKey]:
    """Return a fresh private key and its public key with proof of knowledge (specification 4.5)."""
    private_key = PrivateKey(1 + random_scalar() % (Q - 1))
    return private_key, publish(private_key)


def publish(private_key: PrivateKey, *, w: int | None = None) -> TrusteePublicKey:
    """Return the public key of a private one, with proof of knowledge; `w` is the proof's randomness."""
    public_key = private_key.public_key
    return TrusteePublicKey(prove(private_key.x, lambda a: key_challenge(public_key, a), w=w), public_key)


def election_key(trustees: Trustees) -> Element:
    """Return y, the product of the items' sub-keys (specification 3.1.1)."""
    return product(item.sub_key for item in trustees.items)


def _item(value: Json, member: bool) -> Single:
    kind, content = array(value, 2)
    if string(kind) != "Single":
        raise Unsupported(f"Trustees of kind {string(kind)[:40]!r} are not supported, only mandatory ones, Single.")
    return Single(TrusteePublicKey.from_value(content, member=member))
