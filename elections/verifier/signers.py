"""The file of allowed signers (ssh-keygen(1), "ALLOWED SIGNERS"): which keys may sign in whose name, and for what.

Lines are read as `ssh-keygen` writes and reads them, with the one option that certificates use: namespaces. A line with
any other option is refused rather than passed over, because an option can only narrow what a key may do. A line names
one principal: with patterns or several names nobody could count how many persons have signed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .sshsig import BadSignature, PublicKey

_LINE = re.compile(
    r'(?P<principal>[^\s",*?!]+) (?:namespaces="(?P<namespaces>[^"]+)" )?(?P<key>ssh-ed25519 \S+)(?: .*)?'
)


@dataclass(frozen=True, slots=True)
class Signer:
    """One line: a principal, the namespaces the key may sign for (empty: all), and the key."""

    principal: str
    namespaces: tuple[str, ...]
    key: PublicKey

    @property
    def line(self) -> str:
        """The line as it stands in the file, without its end."""
        option = f'namespaces="{",".join(self.namespaces)}" ' if self.namespaces else ""
        return f"{self.principal} {option}{self.key.line}"

    def may_sign(self, namespace: str) -> bool:
        """Tell whether the key may sign for this namespace."""
        return not self.namespaces or namespace in self.namespaces


def parse(text: str) -> tuple[Signer, ...]:
    """Read a file of allowed signers; raise BadSignature for a line that cannot be read."""
    lines = [line.strip() for line in text.splitlines()]
    return tuple(_signer(line) for line in lines if line and not line.startswith("#"))


def written(signers: Iterable[Signer]) -> str:
    """Return the file that has these lines."""
    return "".join(f"{signer.line}\n" for signer in signers)


def _signer(line: str) -> Signer:
    match = _LINE.fullmatch(line)
    if match is None:
        raise BadSignature(f"This line of allowed signers cannot be read: {line[:60]}")
    namespaces = tuple((match["namespaces"] or "").split(",")) if match["namespaces"] else ()
    return Signer(match["principal"], namespaces, PublicKey.parse(match["key"]))
