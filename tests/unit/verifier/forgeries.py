"""Archives that are wrong in one place, each with the check that has to notice.

`then` is the check that notices when that one is disabled. Where it is None nothing else does: only the check stands
between the forgery and a clean verdict. Where it is not, the two overlap of necessity, and the entry says why.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from functools import cache

from nacl.signing import SigningKey

from elections.crypto.archive import Chain, Event, EventType, SetupData, event_record, record, sha256_hex
from elections.crypto.ballot import Ballot, tracker
from elections.crypto.elgamal import Ciphertext
from elections.crypto.group import Element, multiply
from elections.crypto.result import Result
from elections.crypto.shuffle import Shuffle, ShuffleProof
from elections.crypto.tally import EncryptedTally
from elections.verifier.board import Board
from elections.verifier.case import CertificatePapers, Materials
from elections.verifier.certificate_form import Certificate, CertifiedContest, Counted, FrozenRoll
from elections.verifier.certificate_form import Rules as CertifiedRules
from elections.verifier.certificate_form import Turnout as CertifiedTurnout
from elections.verifier.checkpoint import Checkpoint
from elections.verifier.lots import commitment, seed
from elections.verifier.manifest import LotShare, Manifest, Rules, Turnout, description
from elections.verifier.receipt import Receipt
from elections.verifier.recount import open_ties, recount
from elections.verifier.sshsig import PublicKey
from elections.verifier.sshsig import sign as ssh_sign
from tests.unit.verifier.workshop import TIMESTAMP, UUID, Piece, Workshop, write

ORDER_TWO = Element((2**255 - 20).to_bytes(32, "little"))
"""The point (0, −1), of order 2: added to a member it gives a point of order 2q."""


@dataclass(frozen=True)
class Forgery:
    """What is wrong, the check that notices, and the one that notices when it is disabled."""

    check: str
    name: str
    make: Callable[[], Materials]
    then: str | None = None


FORGERIES: list[Forgery] = []


def forgery(check: str, *, then: str | None = None) -> Callable[[Callable[[], Materials]], Callable[[], Materials]]:
    """Enter a function among the forgeries."""

    def enter(make: Callable[[], Materials]) -> Callable[[], Materials]:
        FORGERIES.append(Forgery(check, make.__name__, cache(make), then))
        return make

    return enter


@cache
def _honest() -> Workshop:
    return Workshop().set_up().cast_all().finish()


def honest() -> Workshop:
    """Return an honest, finished election to be spoiled: three voters, one of whom voted twice, and two trustees."""
    return copy.deepcopy(_honest())


def outcome_of(
    workshop: Workshop,
    reveals: Sequence[tuple[str, bytes]] = (),
    withdrawn: Sequence[Sequence[str]] | None = None,
) -> bytes:
    """Return the published outcome of a finished election, counted with these secrets and without these candidates."""
    gone = withdrawn or [[] for _ in workshop.manifest.contests]
    reports = [
        recount(contest, rankings, gone[place], seed(workshop.uuid, place, reveals) if reveals else None)
        for place, (contest, rankings) in enumerate(
            zip(workshop.manifest.contests, Result.from_json(workshop.result).contests, strict=True)
        )
    ]
    about = {"format": "footing-outcome/2", "uuid": workshop.uuid, "archive": sha256_hex(workshop.archive())}
    lots = [{"name": name, "secret": secret.hex()} for name, secret in reveals]
    return json.dumps({**about, "lots": lots, "withdrawn": gone, "contests": reports}).encode()


def whole(workshop: Workshop) -> Materials:
    """Return a finished election with all that is published beside its archive."""
    board = Board.read(workshop.archive())
    return Materials(board, workshop.manifest.to_json(), outcome_of(workshop))


def of(pieces: Sequence[Piece]) -> Materials:
    """Return the archive with these pieces, and nothing beside it."""
    return Materials(Board.read(write(pieces)))


def place(pieces: Sequence[Piece], kind: EventType) -> int:
    """Return the place of the first piece of a kind."""
    return [each for each, _ in pieces].index(kind)


def open_election(workshop: Workshop) -> Materials:
    """Return a workshop's archive as it stands while voting is open."""
    setup = (workshop.election.to_json(), workshop.trustees.to_json(), workshop.credentials)
    pieces: list[Piece] = [(EventType.SETUP, [*setup, SetupData.of(*setup).to_json()])]
    return of(pieces + [(EventType.BALLOT, [data]) for data in workshop.ballot_bytes])


def with_ballot(change: Callable[[Workshop, Ballot], Ballot]) -> Materials:
    """Return a finished election whose second ballot, by voter 1, is changed; its ciphertexts must stay."""
    workshop = honest()
    workshop.ballot_bytes[1] = change(workshop, workshop.ballots[1]).to_json()
    return of(workshop.lay_out().pieces)


def with_tally(change: Callable[[tuple[Ciphertext, ...]], tuple[Ciphertext, ...]]) -> Workshop:
    """Return an election whose tally was changed before it was mixed, decrypted and counted."""
    workshop = Workshop().set_up().cast_all().take_tally()
    changed = EncryptedTally(tuple(map(change, workshop.tally.ciphertexts)))
    return workshop.take_tally(changed).mix().decrypt().lay_out()


def with_shuffle(change: Callable[[Shuffle], Shuffle]) -> Materials:
    """Return an election whose last shuffle was changed before it was decrypted."""
    workshop = Workshop().set_up().cast_all().take_tally().mix()
    owner, last = workshop.shuffles[-1]
    workshop.shuffles[-1] = owner, change(last)
    return of(workshop.decrypt().lay_out().pieces)


def with_proof(change: Callable[[ShuffleProof], ShuffleProof]) -> Materials:
    """Return an election in which the last shuffle's proof was changed."""
    return with_shuffle(lambda shuffle: replace(shuffle, proofs=tuple(map(change, shuffle.proofs))))


def with_setup(change: Callable[[list[bytes]], None]) -> Materials:
    """Return an election whose setup, [election, trustees, credentials], was changed after the fact."""
    workshop = honest()
    setup = [workshop.election.to_json(), workshop.trustees.to_json(), workshop.credentials]
    change(setup)
    workshop.pieces[0] = EventType.SETUP, [*setup, SetupData.of(*setup).to_json()]
    return of(workshop.pieces)


def with_credentials(change: Callable[[list[str]], list[str]]) -> Materials:
    """Return an election whose list of credentials was changed after the fact."""

    def edit(setup: list[bytes]) -> None:
        setup[2] = json.dumps(change(json.loads(setup[2])), separators=(",", ":")).encode()

    return with_setup(edit)


def chained(pieces: Sequence[Piece], change: Callable[[Event], Event | bytes]) -> Materials:
    """Return an archive whose events were changed as they were chained; bytes are taken for the event's content."""
    chain = Chain(TIMESTAMP)
    parts = [chain.begin()]
    for kind, contents in pieces:
        grown, added = chain.append(kind, *contents)
        event = Event(chain.parent, chain.height, kind, sha256_hex(contents[-1]) if contents else None)
        content = changed if isinstance(changed := change(event), bytes) else changed.to_json()
        name = f"{sha256_hex(content)}.event.json"
        parts += [added[: -len(event_record(event, TIMESTAMP))], record(name, content, TIMESTAMP)]
        chain = replace(grown, parent=sha256_hex(content))
    return Materials(Board.read(b"".join(parts)))


def order_two_q(element: Element) -> Element:
    """Return the element times the point of order 2: on the curve, but outside the group."""
    return multiply(element, ORDER_TWO)


def under(change: Callable[[Manifest], Manifest]) -> Workshop:
    """Return a finished election whose manifest was changed before it was published: its three voters disagree."""
    workshop = Workshop().set_up()
    workshop.manifest = change(workshop.manifest)
    workshop.election = replace(workshop.election, description=description("", workshop.manifest.sha256))
    return workshop.cast_all().finish()


def with_contest(manifest: Manifest, **changes: object) -> Manifest:
    """Return a manifest whose first contest is changed."""
    return replace(manifest, contests=(replace(manifest.contests[0], **changes),))  # type: ignore[arg-type]


SECRETS = (("Olga Official", bytes(range(32))), ("the election server", bytes(range(32, 64))))


@cache
def _with_lots() -> Workshop:
    shares = tuple(LotShare(name, commitment(UUID, name, secret)) for name, secret in SECRETS)
    return under(lambda manifest: replace(manifest, lots=shares))


def with_lots() -> Workshop:
    """Return a finished election in which all three candidates are tied and two parties committed to secrets."""
    return copy.deepcopy(_with_lots())


def with_outcome(workshop: Workshop, outcome: bytes) -> Materials:
    """Return a finished election with this outcome beside it."""
    return Materials(Board.read(workshop.archive()), workshop.manifest.to_json(), outcome)


def receipt_of(workshop: Workshop, height: int = 2) -> Receipt:
    """Return the receipt for the ballot at a height of an honest board."""
    board = Board.read(workshop.archive())
    data = workshop.ballot_bytes[height - 1]
    time = datetime(2026, 5, 4, 12, tzinfo=UTC)
    return Receipt(workshop.uuid, tracker(data), height, board.links[height].entry.digest, time)


def checkpoint_of(workshop: Workshop, height: int = 2) -> Checkpoint:
    """Return the checkpoint of an honest board as it stood at a height."""
    event = Board.read(workshop.archive()).links[height].entry.digest
    length = len(write(workshop.pieces[: height + 1]))
    return Checkpoint(workshop.uuid, height, event, length, datetime(2026, 5, 4, 12, tzinfo=UTC))


NAMESPACE = "election-certificate@tests.example"


CERTIFIERS = (b"the first certifier of the tests", b"the other certifier of the tests")


@cache
def under_rules() -> Workshop:
    return under(lambda manifest: replace(manifest, rules=Rules("2026-1", "e" * 64), turnout=Turnout(Fraction(1, 10))))


def certificate_of(workshop: Workshop) -> Certificate:
    """Return the certificate of a finished election under rules that ask for two signatures."""
    manifest, outcome = workshop.manifest, json.loads(outcome_of(workshop))
    contests = [
        CertifiedContest(
            contest.title,
            contest.method,
            contest.seats,
            tuple(report["results"][0]["seats"]),
            tuple(map(tuple, report["results"][0]["order"])),
            tuple(map(tuple, open_ties(report))),
            (),
            tuple(report["results"][0]["explanation"]),
        )
        for contest, report in zip(manifest.contests, outcome["contests"], strict=True)
    ]
    return Certificate(
        uuid=workshop.uuid,
        title="Tests",
        foundation="Tests",
        archive_sha256=sha256_hex(workshop.archive()),
        manifest_sha256=manifest.sha256,
        roll=FrozenRoll(manifest.roll.count, "d" * 64),
        turnout=CertifiedTurnout(3, manifest.roll.count, "1/10", reached=True),
        result_sha256=sha256_hex(workshop.result),
        contests=tuple(contests),
        lots=(),
        withdrawn=((),),
        rules=CertifiedRules("2026-1", "e" * 64, 2),
        complaints=(),
        second_counts=(Counted(0, "another program", agrees=True),),
        made_at="2026-05-20T12:00:00Z",
    )


def papers_of(
    certificate: Certificate, namespace: str = NAMESPACE, seeds: Sequence[bytes] = CERTIFIERS
) -> CertificatePapers:
    """Return a certificate as it is published: signed by these, and with the list of those who may sign."""
    return signed_papers(certificate.to_bytes(), namespace, seeds)


def signed_papers(body: bytes, namespace: str = NAMESPACE, seeds: Sequence[bytes] = CERTIFIERS) -> CertificatePapers:
    """Return these bytes, whatever they are, signed as a certificate."""
    keys = [PublicKey(bytes(SigningKey(seed).verify_key)) for seed in CERTIFIERS]
    lines = [f'certifier-{number}@tests.example namespaces="{NAMESPACE}" {key.line}' for number, key in enumerate(keys)]
    return CertificatePapers(body, tuple(ssh_sign(body, namespace, seed) for seed in seeds), "\n".join(lines))


def certified(change: Callable[[Certificate], Certificate] = lambda certificate: certificate) -> Materials:
    """Return an election with its certificate, changed before it was signed."""
    workshop = copy.deepcopy(under_rules())
    return replace(whole(workshop), certificate=papers_of(change(certificate_of(workshop))))
