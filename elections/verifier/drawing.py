"""Lots for people to check: who committed to what, whether the secrets fit, and whom each contest's lot draws when."""

from collections.abc import Sequence
from dataclasses import dataclass

from elections.counting.lots import permutation

from . import lots
from .checks.outcome import read_outcome
from .manifest import LotShare, Manifest
from .wording import printable


@dataclass(frozen=True, slots=True)
class Drawing:
    """The lots of an election: `reveals` are the names and secrets published so far, in the manifest's order."""

    manifest: Manifest
    reveals: Sequence[tuple[str, bytes]] = ()

    @property
    def is_complete(self) -> bool:
        """Whether everybody who committed to a secret has revealed it."""
        return len(self.reveals) == len(self.manifest.lots) > 0

    def to_text(self) -> str:
        """Return the commitments and, when every secret is revealed, the seed and the order drawn in each contest."""
        if not self.manifest.lots:
            return "Nobody committed to a secret: in this election no lot is drawn, and a tie stays open."
        lines = [f"Election {self.manifest.uuid}, manifest {self.manifest.sha256}"]
        for share in self.manifest.lots:
            lines += self._share(share)
        if self.is_complete:
            lines += [line for contest in range(len(self.manifest.contests)) for line in self._contest(contest)]
        else:
            lines.append("A lot is drawn when every secret is revealed.")
        return "\n".join(printable(line) for line in lines)

    def order(self, contest: int) -> tuple[str, ...]:
        """Return a contest's candidates as its lot draws them, those who withdrew among them; contests from 0."""
        names = self.manifest.contests[contest].names
        seed = lots.seed(self.manifest.uuid, contest, self.reveals)
        return tuple(names[number] for number in permutation(len(names), seed))

    def _share(self, share: LotShare) -> list[str]:
        secret = dict(self.reveals).get(share.name)
        revealed = "not revealed yet" if secret is None else f"{secret.hex()} ✓ is what was committed to"
        return [f"{share.name}", f"  commitment {share.commitment}", f"  secret     {revealed}"]

    def _contest(self, contest: int) -> list[str]:
        seed = lots.seed(self.manifest.uuid, contest, self.reveals)
        drawn = ", ".join(self.order(contest))
        return [
            f"Contest {contest + 1}, {self.manifest.contests[contest].title}",
            f"  seed  {seed.hex()}",
            f"  drawn {drawn}",
        ]


def drawing_of(manifest: bytes, outcome: bytes | None) -> Drawing:
    """Return the lots of a published manifest and outcome; raise Broken where a secret is not what was committed to."""
    read = Manifest.from_json(manifest)
    return Drawing(read, read_outcome(outcome, read).reveals if outcome is not None else ())
