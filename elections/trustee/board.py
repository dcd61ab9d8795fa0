"""What a trustee has to know of the board: the election, the keys, the ciphertexts as last mixed, who has done what."""

from __future__ import annotations

from dataclasses import dataclass, field

from elections.crypto.archive import Event, EventType, Owned, SetupData, records
from elections.crypto.election import Election
from elections.crypto.group import Element
from elections.crypto.shuffle import Shuffle
from elections.crypto.tally import Ciphertexts, EncryptedTally, SizedEncryptedTally
from elections.crypto.trustees import Trustees


class NotNow(ValueError):
    """The trustee has nothing to do on this board as it stands; the sentence says why."""


@dataclass(slots=True)
class Board:
    """A board that was verified, as far as it has come; shuffles are (owner, hash) in the order of mixing."""

    events: list[EventType] = field(default_factory=list)
    contents: dict[str, bytes] = field(default_factory=dict)
    setup: SetupData | None = None
    tally: str | None = None
    shuffles: list[Owned] = field(default_factory=list)
    decryptions: list[Owned] = field(default_factory=list)

    @property
    def election(self) -> Election:
        """The election that the board was set up for."""
        return Election.from_json(self.contents[self._setup.election])

    @property
    def trustees(self) -> Trustees:
        """The trustees that the board was set up with."""
        return Trustees.from_json(self.contents[self._setup.trustees])

    @property
    def _setup(self) -> SetupData:
        if self.setup is None:
            raise NotNow("The board has no Setup event yet.")
        return self.setup

    def ciphertexts(self) -> Ciphertexts:
        """Return the ciphertexts as they came out of the last shuffle, or of the tally before the first."""
        content = self.contents[self.ciphertexts_sha256()]
        read = Shuffle.from_json if self.shuffles else EncryptedTally.from_json
        return read(content).ciphertexts

    def ciphertexts_sha256(self) -> str:
        """Return the SHA-256 of the last shuffle, or of the tally before the first."""
        if self.tally is None:
            raise NotNow("The ballots are not closed and tallied yet: there is nothing to mix or decrypt.")
        if self.shuffles:
            return self.shuffles[-1].payload
        return SizedEncryptedTally.from_json(self.contents[self.tally]).encrypted_tally

    def decryption_of(self, owner: int) -> bytes | None:
        """Return the published bytes of a trustee's partial decryption, or None while it is not on the board."""
        return next((self.contents[entry.payload] for entry in self.decryptions if entry.owner == owner), None)

    def owner_of(self, public_key: Element) -> int:
        """Return the number, from 1, of the trustee with this key, or raise NotNow: it is not this election's."""
        for number, trustee in enumerate(self.trustees.owners, start=1):
            if trustee.public_key == public_key:
                return number
        raise NotNow("This private key belongs to none of the election's trustees.")


def read_board(archive: bytes) -> Board:
    """Read a verified archive into what a trustee needs; raise Refusal where its records cannot be read."""
    board = Board()
    for record in records(archive):
        if record.is_event:
            _follow(board, Event.from_json(record.content))
        else:
            board.contents[record.hash] = record.content
    return board


def _follow(board: Board, event: Event) -> None:
    board.events.append(event.type)
    payload = board.contents[event.payload] if event.payload else b""
    match event.type:
        case EventType.SETUP:
            board.setup = SetupData.from_json(payload)
        case EventType.ENCRYPTED_TALLY:
            board.tally = event.payload
        case EventType.SHUFFLE:
            board.shuffles.append(Owned.from_json(payload))
        case EventType.PARTIAL_DECRYPTION:
            board.decryptions.append(Owned.from_json(payload))
        case _:
            pass
