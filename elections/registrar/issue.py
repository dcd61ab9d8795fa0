"""Issuing: one fresh private credential a voter, and what of it goes to whom."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from elections.crypto import credentials
from elections.crypto.group import Element
from elections.registrar.roll import RollRow, table


@dataclass(frozen=True, slots=True, repr=False)
class Issued:
    """One voter's credential: `private` is for the voter alone, `public` stands on the board."""

    voter: RollRow
    private: str
    public: Element


def issue(voters: Sequence[RollRow], uuid: str, *, step: Callable[[], None] = lambda: None) -> tuple[Issued, ...]:
    """Make a credential for each voter of election `uuid`, all different; `step` is called after each."""
    issued = []
    for voter in voters:
        private = credentials.generate()
        issued.append(Issued(voter, private, credentials.public_credential(private, uuid)))
        step()
    if len({one.public for one in issued}) != len(issued):
        raise ValueError("Two credentials came out equal: this machine's randomness is broken. Nothing was written.")
    return tuple(issued)


def public_credentials(issued: Sequence[Issued]) -> bytes:
    """Return the public credentials as they stand in the archive: sorted, bare (specification, section 4.8)."""
    return credentials.PublicCredentials.of([one.public for one in issued]).to_json()


def mapping(issued: Sequence[Issued], uuid: str) -> bytes:
    """Return what the server is told: which public credential belongs to which address of the roll."""
    pairs = {one.voter.address: one.public.text for one in sorted(issued, key=lambda one: one.public.text)}
    document = {"uuid": uuid, "credentials": pairs}
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def private_table(issued: Sequence[Issued]) -> bytes:
    """Return the private credentials as a CSV file, one row a voter in the order of the roll. It is secret."""
    rows = ([one.voter.address, one.voter.name, one.private] for one in issued)
    return table(["address", "name", "credential"], rows).encode()
