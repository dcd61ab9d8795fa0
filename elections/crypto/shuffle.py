"""Verifiable shuffles of ciphertexts, and their proof (specification 4.19 and 6, after CHVote 1.3.2).

A mixer re-encrypts and permutes each contest's ciphertexts, and proves that it did only that. The proof commits to the
permutation (c), chains the challenges (ĉ), and shows with one Schnorr-like argument (t, s) that both fit the two lists.
Names follow the specification: x_hat is x̂, x_prime is x′, x_bar is x̄ and x_tilde is x̃.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256
from itertools import accumulate, pairwise

from .archive import Owned, sha256_hex
from .elgamal import Ciphertext, re_encrypt
from .errors import BadProof, WrongShape
from .exact_json import Json, array, dumps, fields, loads_exact, string
from .group import (
    IDENTITY,
    Element,
    Q,
    divide,
    hash_to_scalar,
    independent_generators,
    multiply,
    parse_scalar,
    power,
    power_of_generator,
    product,
    random_scalar,
    secondary_generator,
)
from .tally import Ciphertexts, ciphertexts_from_value, ciphertexts_to_value


@dataclass(frozen=True, slots=True)
class Commitments:
    """The structure `shuffle_commitment_rand`: t₁, t₂, t₃, (t₄,₁, t₄,₂), t̂."""

    t1: Element
    t2: Element
    t3: Element
    t4: tuple[Element, Element]
    t_hat: tuple[Element, ...]

    def to_value(self) -> Json:
        """Return the JSON value."""
        return [self.t1.text, self.t2.text, self.t3.text, _texts(self.t4), _texts(self.t_hat)]

    @classmethod
    def from_value(cls, value: Json) -> "Commitments":
        """Read the JSON value, without membership."""
        *singles, pair, t_hat = array(value, 5)
        t1, t2, t3 = _elements(singles)
        t41, t42 = _elements(array(pair, 2))
        return cls(t1, t2, t3, (t41, t42), _elements(array(t_hat)))


@dataclass(frozen=True, slots=True)
class Responses:
    """The structure `shuffle_response`: s₁, s₂, s₃, s₄, ŝ, s′."""

    s1: int
    s2: int
    s3: int
    s4: int
    s_hat: tuple[int, ...]
    s_prime: tuple[int, ...]

    def to_value(self) -> Json:
        """Return the JSON value."""
        singles: list[Json] = [str(s) for s in (self.s1, self.s2, self.s3, self.s4)]
        return [*singles, [str(s) for s in self.s_hat], [str(s) for s in self.s_prime]]

    @classmethod
    def from_value(cls, value: Json) -> "Responses":
        """Read the JSON value."""
        *singles, s_hat, s_prime = array(value, 6)
        s1, s2, s3, s4 = _scalars(singles)
        return cls(s1, s2, s3, s4, _scalars(array(s_hat)), _scalars(array(s_prime)))


@dataclass(frozen=True, slots=True)
class ShuffleProof:
    """The structure `shuffle_proof` of one contest: t, s, c, ĉ."""

    t: Commitments
    s: Responses
    c: tuple[Element, ...]
    c_hat: tuple[Element, ...]

    def to_value(self) -> Json:
        """Return the JSON value."""
        return [self.t.to_value(), self.s.to_value(), _texts(self.c), _texts(self.c_hat)]

    @classmethod
    def from_value(cls, value: Json) -> "ShuffleProof":
        """Read the JSON value, without membership."""
        t, s, c, c_hat = array(value, 4)
        return cls(Commitments.from_value(t), Responses.from_value(s), _elements(array(c)), _elements(array(c_hat)))

    def check_lengths(self, count: int) -> None:
        """Raise WrongShape unless every list of the proof has `count` entries."""
        lists: tuple[Sequence[object], ...] = (self.t.t_hat, self.s.s_hat, self.s.s_prime, self.c, self.c_hat)
        if any(len(entries) != count for entries in lists):
            raise WrongShape(f"The proof of a shuffle of {count} ciphertexts has lists of other lengths.")


@dataclass(frozen=True, slots=True)
class Shuffle:
    """The structure `shuffle`: for each contest the shuffled ciphertexts and the proof."""

    ciphertexts: Ciphertexts
    proofs: tuple[ShuffleProof, ...]

    def to_json(self) -> bytes:
        """Return the published bytes."""
        proofs: Json = [proof.to_value() for proof in self.proofs]
        return dumps({"ciphertexts": ciphertexts_to_value(self.ciphertexts), "proofs": proofs})

    @classmethod
    def from_json(cls, data: bytes) -> "Shuffle":
        """Read the published bytes; membership is established by `verify`."""
        value = fields(loads_exact(data), "ciphertexts", "proofs")
        proofs = tuple(ShuffleProof.from_value(proof) for proof in array(value["proofs"]))
        return cls(ciphertexts_from_value(value["ciphertexts"]), proofs)


class OwnedShuffle(Owned):
    """The payload of a Shuffle event: which trustee, and the hash of the shuffle."""

    @classmethod
    def of(cls, owner: int, data: bytes) -> "OwnedShuffle":
        """Return the structure for a shuffle's published bytes."""
        return cls(owner, sha256_hex(data))


@dataclass(frozen=True, slots=True)
class Statement:
    """What a proof is about: one contest's ciphertexts before (e) and after (e′), the election's key and φ."""

    before: tuple[Ciphertext, ...]
    after: tuple[Ciphertext, ...]
    public_key: Element
    fingerprint: str


def shuffle(ciphertexts: Ciphertexts, public_key: Element, fingerprint: str) -> Shuffle:
    """Shuffle every contest's ciphertexts with secure randomness, and prove it."""
    pairs = [_shuffle_contest(contest, public_key, fingerprint) for contest in ciphertexts]
    return Shuffle(tuple(after for after, _ in pairs), tuple(proof for _, proof in pairs))


def verify(mixed: Shuffle, before: Ciphertexts, public_key: Element, fingerprint: str) -> None:
    """Verify a shuffle of the lists `before`: WrongShape, BadElement for one outside the group, or BadProof."""
    for statement, proof in statements(mixed, before, public_key, fingerprint):
        verify_contest(statement, proof)


def statements(
    mixed: Shuffle, before: Ciphertexts, public_key: Element, fingerprint: str
) -> list[tuple[Statement, ShuffleProof]]:
    """Return what each of the shuffle's proofs has to show; raise WrongShape where lengths do not agree."""
    if not len(before) == len(mixed.ciphertexts) == len(mixed.proofs):
        raise WrongShape("The shuffle does not have one list of ciphertexts and one proof for each contest.")
    for old, new, proof in zip(before, mixed.ciphertexts, mixed.proofs, strict=True):
        if len(old) != len(new):
            raise WrongShape(f"The shuffle of {len(old)} ciphertexts has {len(new)}.")
        proof.check_lengths(len(old))
    return [
        (Statement(old, new, public_key, fingerprint), proof)
        for old, new, proof in zip(before, mixed.ciphertexts, mixed.proofs, strict=True)
    ]


def verify_contest(statement: Statement, proof: ShuffleProof) -> None:
    """CheckShuffleProof of specification 6, table 5, on lengths already checked: BadElement or BadProof.

    Every element given by the prover is raised to some power, which establishes its membership in the group, or is
    compared with a computed one.
    """
    for name, claimed, computed in _equations(statement, proof, *challenges(statement, proof)):
        if claimed != computed:
            raise BadProof(f"The proof of the shuffle does not hold: {name} is not what the equation gives.")


def challenges(statement: Statement, proof: ShuffleProof) -> tuple[tuple[int, ...], int]:
    """Return (u, c), the challenges of the permutation and of the argument (specification 6, table 5, lines 6-10)."""
    texts = _statement_text(statement, proof.c)
    u = _permutation_challenges(texts, statement)
    return u, _argument_challenge(texts, statement, proof.t, proof.c_hat)


def _equations(
    statement: Statement, proof: ShuffleProof, u: Sequence[int], c: int
) -> Iterator[tuple[str, Element, Element]]:
    """Yield the name, the claimed and the computed value of each commitment (table 5, lines 11 to 21)."""
    t, s, after = proof.t, proof.s, statement.after
    h, hs = secondary_generator(), independent_generators(len(u))
    chain = (h, *proof.c_hat)
    c_bar = divide(product(proof.c), product(hs))
    c_hat = divide(chain[-1], power(h, _product(u)))
    c_tilde = _powers(proof.c, u)
    alpha, beta = _powers((e.alpha for e in statement.before), u), _powers((e.beta for e in statement.before), u)
    yield "t1", t.t1, multiply(power(c_bar, -c), power_of_generator(s.s1))
    yield "t2", t.t2, multiply(power(c_hat, -c), power_of_generator(s.s2))
    yield "t3", t.t3, multiply(power(c_tilde, -c), power_of_generator(s.s3), _powers(hs, s.s_prime))
    betas, alphas = (_powers(part, s.s_prime) for part in ((e.beta for e in after), (e.alpha for e in after)))
    yield "t4,1", t.t4[0], multiply(power(beta, -c), power(statement.public_key, -s.s4), betas)
    yield "t4,2", t.t4[1], multiply(power(alpha, -c), power_of_generator(-s.s4), alphas)
    for i, (former, latter) in enumerate(pairwise(chain)):
        link = multiply(power(latter, -c), power_of_generator(s.s_hat[i]), power(former, s.s_prime[i]))
        yield f"t̂ of ciphertext {i + 1}", t.t_hat[i], link


def _shuffle_contest(
    before: tuple[Ciphertext, ...], public_key: Element, fingerprint: str
) -> tuple[tuple[Ciphertext, ...], ShuffleProof]:
    """GenShuffle (tables 1 to 3) and its proof: `order[i]` is j_i, counted from 0, `r_prime` goes with `before`."""
    order = list(range(len(before)))
    secrets.SystemRandom().shuffle(order)
    r_prime = _random_scalars(len(before))
    re_encrypted = [re_encrypt(e, public_key, r) for e, r in zip(before, r_prime, strict=True)]
    after = tuple(re_encrypted[j] for j in order)
    return after, prove(Statement(before, after, public_key, fingerprint), order, r_prime)


def prove(statement: Statement, order: Sequence[int], r_prime: Sequence[int]) -> ShuffleProof:
    """GenShuffleProof of specification 6, table 4: after[i] re-encrypts before[order[i]] with r_prime[order[i]]."""
    count = len(order)
    c, r = _commit_to_permutation(order)
    texts = _statement_text(statement, c)
    u = _permutation_challenges(texts, statement)
    u_prime = [u[j] for j in order]
    c_hat, r_hat = _commit_to_chain(u_prime)
    omega, omega_hat, omega_prime = _random_scalars(4), _random_scalars(count), _random_scalars(count)
    t = _commitments(statement, c_hat, omega, (omega_hat, omega_prime))
    challenge = _argument_challenge(texts, statement, t, c_hat)
    secret = (sum(r), _dot(r_hat, _suffix_products(u_prime)), _dot(r, u), _dot(r_prime, u))
    s1, s2, s3, s4 = _respond(omega, challenge, secret)
    s = Responses(s1, s2, s3, s4, _respond(omega_hat, challenge, r_hat), _respond(omega_prime, challenge, u_prime))
    return ShuffleProof(t, s, c, c_hat)


def _commit_to_permutation(order: Sequence[int]) -> tuple[tuple[Element, ...], list[int]]:
    """GenPermutationCommitment (table 10): c_{j_i} = g^{r_{j_i}} · h_i."""
    r = _random_scalars(len(order))
    c = [IDENTITY] * len(order)
    for h, j in zip(independent_generators(len(order)), order, strict=True):
        c[j] = multiply(power_of_generator(r[j]), h)
    return tuple(c), r


def _commit_to_chain(u_prime: Sequence[int]) -> tuple[tuple[Element, ...], list[int]]:
    """GenCommitmentChain (table 13) from ĉ₀ = h: ĉ_i = g^{r̂_i} · ĉ_{i-1}^{u′_i}."""
    r_hat = _random_scalars(len(u_prime))
    chain = [secondary_generator()]
    for r, u in zip(r_hat, u_prime, strict=True):
        chain.append(multiply(power_of_generator(r), power(chain[-1], u)))
    return tuple(chain[1:]), r_hat


def _commitments(
    statement: Statement,
    c_hat: Sequence[Element],
    omega: Sequence[int],
    omegas: tuple[Sequence[int], Sequence[int]],
) -> Commitments:
    """Return t (table 4, lines 10 to 13) from ω, ω̂ and ω′."""
    omega_hat, omega_prime = omegas
    after, hs = statement.after, independent_generators(len(c_hat))
    chain = (secondary_generator(), *c_hat)[: len(c_hat)]
    return Commitments(
        power_of_generator(omega[0]),
        power_of_generator(omega[1]),
        multiply(power_of_generator(omega[2]), _powers(hs, omega_prime)),
        (
            multiply(power(statement.public_key, -omega[3]), _powers((e.beta for e in after), omega_prime)),
            multiply(power_of_generator(-omega[3]), _powers((e.alpha for e in after), omega_prime)),
        ),
        tuple(
            multiply(power_of_generator(w_hat), power(link, w_prime))
            for w_hat, link, w_prime in zip(omega_hat, chain, omega_prime, strict=True)
        ),
    )


def _statement_text(statement: Statement, c: Sequence[Element]) -> str:
    """Return str_c = ⟦e⟧⟦e′⟧⟦c⟧ (table 4, line 3)."""
    return _listed(e.text for e in statement.before) + _listed(e.text for e in statement.after) + _listed(_texts(c))


def _permutation_challenges(texts: str, statement: Statement) -> tuple[int, ...]:
    """GetNIZKPChallenges of table 12, which hashes indices from 0, in decimal, and concatenates hexadecimal digests."""
    digest = sha256_hex(f"shuffle-challenges|{statement.fingerprint}|{texts}".encode())
    count = len(statement.before)
    return tuple(hash_to_scalar(digest + sha256(str(i).encode()).hexdigest()) for i in range(count))


def _argument_challenge(texts: str, statement: Statement, t: Commitments, c_hat: Sequence[Element]) -> int:
    """GetNIZKPChallenge of table 14 over str_t and str_y (table 4, lines 14 to 16)."""
    listed = _listed(_texts((t.t1, t.t2, t.t3, *t.t4))) + _listed(_texts(t.t_hat))
    y = texts + _listed(_texts(c_hat)) + statement.public_key.text
    return hash_to_scalar(f"shuffle-challenge|{statement.fingerprint}|{listed}{y}")


def _listed(texts: Iterable[object]) -> str:
    """Return ⟦…⟧ of table 11: every entry is followed by a comma."""
    return "".join(f"{text}," for text in texts)


def _powers(bases: Iterable[Element], exponents: Iterable[int]) -> Element:
    return product(power(base, exponent) for base, exponent in zip(bases, exponents, strict=True))


def _product(numbers: Iterable[int]) -> int:
    return reduce(lambda former, latter: former * latter % Q, numbers, 1)


def _dot(left: Iterable[int], right: Iterable[int]) -> int:
    return sum(a * b for a, b in zip(left, right, strict=True)) % Q


def _suffix_products(numbers: Sequence[int]) -> list[int]:
    """Return v (table 4, lines 18 and 19): for each place the product modulo q of all later numbers."""
    later = accumulate(reversed(numbers), lambda former, latter: former * latter % Q, initial=1)
    return list(later)[-2::-1] if numbers else []


def _respond(blinding: Sequence[int], challenge: int, secret: Sequence[int]) -> tuple[int, ...]:
    return tuple((w + challenge * x) % Q for w, x in zip(blinding, secret, strict=True))


def _random_scalars(count: int) -> list[int]:
    return [random_scalar() for _ in range(count)]


def _texts(elements: Iterable[Element]) -> list[Json]:
    return [element.text for element in elements]


def _elements(values: Iterable[Json]) -> tuple[Element, ...]:
    return tuple(Element.parse(string(value), member=False) for value in values)


def _scalars(values: Iterable[Json]) -> tuple[int, ...]:
    return tuple(parse_scalar(string(value)) for value in values)
