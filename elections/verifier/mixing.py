"""Checking all shuffles' proofs with one product of powers (specification 6, table 5).

Every equation of every proof says that a product of powers is the identity. Each is raised to a random exponent of 128
bits and all are multiplied: if one of them is wrong, the product is the identity with chance at most 2^-128, provided
that all elements lie in the group, which is tested beside it. The commitments t, which table 5 recomputes, are given in
these proofs, so no hash stands in the way; the hashes themselves are computed as in table 5.

A mixer's output is the next one's input, and the generators h are the same for all: powers of the same element are
merged before anything is computed. When the product is wrong, the proofs are checked one by one to name the culprit.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from typing import TypeAlias

from elections.crypto import edwards
from elections.crypto.election import Election
from elections.crypto.errors import BadElement, Refusal
from elections.crypto.group import GENERATOR, IDENTITY, Element, Q, secondary_generator
from elections.crypto.multiexp import all_in_subgroup, sum_of_multiples
from elections.crypto.shuffle import Shuffle, ShuffleProof, Statement, challenges, statements, verify
from elections.crypto.tally import Ciphertexts

from .errors import Broken
from .work import Work

Powers: TypeAlias = list[tuple[bytes, int]]
"""Encoded elements and their exponents."""

WEIGHT_BITS = 128
LEAST_PART = 2000


@dataclass(frozen=True, slots=True)
class Step:
    """One trustee's shuffle and the ciphertexts that it had to shuffle."""

    owner: int
    shuffle: Shuffle
    before: Ciphertexts


class Mixing:
    """The shuffles of an election, to be examined."""

    def __init__(self, steps: Sequence[Step], election: Election, work: Work) -> None:
        self._steps = steps
        self._election = election
        self._work = work

    def begin(self) -> None:
        """Hand out the work; raise Broken where the lists' lengths do not agree."""
        if not self._work.has_begun("mixing"):
            if edwards.FAST:
                self._work.begin("mixing", product_of_powers, self._parts())
            else:
                self._work.begin("mixing", verify_step, [(step, self._election) for step in self._steps])

    def verify(self) -> None:
        """Raise Broken, naming the trustee, unless each shuffle is one."""
        self.begin()
        outcomes = list(self._work.results("mixing"))
        if not edwards.FAST:
            sentences = [sentence for sentence in outcomes if sentence]
        elif all(members for members, _ in outcomes) and _is_identity(point for _, point in outcomes):
            return
        else:
            sentences = [sentence for step in self._steps if (sentence := verify_step(step, self._election))]
            if not sentences:
                raise Broken("The proofs hold one by one but not together: the verifier is at fault.")
        if sentences:
            raise Broken(sentences[0])

    def _parts(self) -> list[tuple["Part"]]:
        product = Product(self._steps[0].before if self._steps else ())
        for step in self._steps:
            try:
                proofs = statements(step.shuffle, step.before, self._election.public_key, self._election.fingerprint)
            except Refusal as refusal:
                raise Broken(f"The shuffle of trustee {step.owner}: {refusal}") from refusal
            for statement, proof in proofs:
                product.include(statement, proof)
        return [(part,) for part in product.parts(self._work.parts)]


@dataclass(frozen=True, slots=True)
class Part:
    """Some factors of a product: elements to be tested for membership, elements known to be members, generators h."""

    tested: Powers
    members: Powers
    generators: list[tuple[int, int]]


class Product:
    """A product of powers that is to be the identity: the elements and their exponents."""

    def __init__(self, tally: Ciphertexts) -> None:
        """Begin with 1; the tally's ciphertexts are members already, by V21 of their ballots and V26."""
        self._exponents: defaultdict[bytes, int] = defaultdict(int)
        self._generators: defaultdict[int, int] = defaultdict(int)
        self._members = {part.data for contest in tally for each in contest for part in (each.alpha, each.beta)}
        self._members |= {GENERATOR.data, secondary_generator().data}

    def include(self, statement: Statement, proof: ShuffleProof) -> None:
        """Multiply by every equation of one proof, each to a random power (table 5, lines 11 to 22)."""
        u, c = challenges(statement, proof)
        w1, w2, w3, w41, w42 = (secrets.randbits(WEIGHT_BITS) for _ in range(5))
        t, s, count = proof.t, proof.s, len(u)
        h = secondary_generator()
        self._raise([t.t1, t.t2, t.t3, *t.t4], [w1, w2, w3, w41, w42])
        self._raise([GENERATOR], [w42 * s.s4 - w1 * s.s1 - w2 * s.s2 - w3 * s.s3])
        self._raise([statement.public_key], [w41 * s.s4])
        self._raise([proof.c_hat[-1] if count else h, h], [w2 * c, -w2 * c * reduce(_times, u, 1)])
        self._raise(proof.c, [(w1 + w3 * each) * c for each in u])
        self._raise_generators([-w1 * c - w3 * each for each in s.s_prime])
        for weight, part in ((w41, "beta"), (w42, "alpha")):
            self._raise((getattr(each, part) for each in statement.before), [weight * c * each for each in u])
            self._raise((getattr(each, part) for each in statement.after), [-weight * each for each in s.s_prime])
        self._include_chain(proof, c)

    def _include_chain(self, proof: ShuffleProof, c: int) -> None:
        """Multiply by t̂ᵢ · ĉᵢ^c · g^-ŝᵢ · ĉᵢ₋₁^-s′ᵢ, each to a random power."""
        weights = [secrets.randbits(WEIGHT_BITS) for _ in proof.c_hat]
        chain = [secondary_generator(), *proof.c_hat]
        self._raise(proof.t.t_hat, weights)
        self._raise([GENERATOR], [-sum(w * s for w, s in zip(weights, proof.s.s_hat, strict=True))])
        for (former, latter), weight, response in zip(pairwise(chain), weights, proof.s.s_prime, strict=True):
            self._raise([latter, former], [weight * c, -weight * response])

    def parts(self, count: int) -> list[Part]:
        """Cut the product into at most `count` parts, of which each is worth a process."""
        powers = [(element, exponent % Q) for element, exponent in self._exponents.items()]
        tested = [power for power in powers if power[0] not in self._members]
        members = [power for power in powers if power[0] in self._members]
        generators = [(index, exponent % Q) for index, exponent in self._generators.items()]
        count = max(1, min(count, len(powers) // LEAST_PART))
        return [Part(tested[i::count], members[i::count], generators[i::count]) for i in range(count)]

    def _raise(self, elements: Iterable[Element], exponents: Iterable[int]) -> None:
        for element, exponent in zip(elements, exponents, strict=True):
            self._exponents[element.data] += exponent

    def _raise_generators(self, exponents: Iterable[int]) -> None:
        for index, exponent in enumerate(exponents):
            self._generators[index] += exponent


def product_of_powers(part: Part) -> tuple[bool, tuple[int, ...]]:
    """Return whether the elements to be tested are in the group, and the product in extended coordinates."""
    if any(element == IDENTITY.data for element, _ in part.tested):
        return False, ()
    try:
        tested, members = (
            [edwards.addend(edwards.decompress(element)) for element, _ in powers]
            for powers in (part.tested, part.members)
        )
    except BadElement:
        return False, ()
    if not all_in_subgroup(tested):
        return False, ()
    generators = edwards.affine([edwards.independent_generator(index) for index, _ in part.generators])
    points = [*tested, *members, *map(edwards.addend, generators)]
    total = sum_of_multiples(points, [power[1] for power in (*part.tested, *part.members, *part.generators)])
    return True, tuple(int(coordinate) for coordinate in total)


def verify_step(step: Step, election: Election) -> str:
    """Check one shuffle plainly, equation by equation; return what is wrong with it, or nothing."""
    try:
        verify(step.shuffle, step.before, election.public_key, election.fingerprint)
    except Refusal as refusal:
        return f"The shuffle of trustee {step.owner}: {refusal}"
    return ""


def _is_identity(points: Iterable[tuple[int, int, int, int]]) -> bool:
    return edwards.is_identity(reduce(edwards.add, points, edwards.IDENTITY))


def _times(former: int, latter: int) -> int:
    return former * latter % Q
