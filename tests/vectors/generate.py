"""Golden vectors for every implementation of the ballot's cryptography: `python -m tests.vectors.generate` writes them.

The randomness is derived from labels, so that the files come out the same each time; a test checks that they do, and
another shows the ballots to belenios-tool.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from elections.crypto import credentials, group
from elections.crypto.ballot import Ballot, Randomness, seal, tracker
from elections.crypto.credentials import BASE58
from elections.crypto.election import Election, Question

FOLDER = Path(__file__).parent

# Name, candidates of each contest, rankings.
CASES: list[tuple[str, list[int], list[list[int]]]] = [
    ("two candidates", [2], [[1, 2]]),
    ("blank", [3], [[0, 0, 0]]),
    ("ties and unranked", [5], [[1, 2, 1, 0, 2]]),
    ("all equal", [4], [[1, 1, 1, 1]]),
    ("ten candidates", [10], [[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]]),
    ("thirty candidates", [30], [list(range(1, 31))]),
    ("thirty candidates, largest numbers", [30], [[255] * 30]),
    ("thirty candidates, blank", [30], [[0] * 30]),
    ("two contests", [3, 2], [[2, 1, 3], [0, 1]]),
    ("two contests, one blank", [12, 30], [[0] * 12, [1] * 15 + [0] * 15]),
    ("one candidate", [1], [[1]]),
]

VALUES = [[0], [1], [255], [0, 0], [0, 1], [1, 0], [1, 2, 3], [255, 0, 255], [0] * 29 + [1], [0] * 30, [255] * 30]
ODD_TEXT = 'Wahl „Nord“ / "éa" \\ tab\t del\x7f line\u2028 😀 <script>'


def number(label: str) -> int:
    """Return a number modulo q that follows from the label."""
    return int.from_bytes(sha256(f"footing test vector|{label}".encode()).digest(), "big") % group.Q


def characters(label: str, length: int) -> str:
    """Return Base58 characters that follow from the label."""
    digits = number(label)
    return "".join(BASE58[digits // 58**place % 58] for place in range(length))


def credential(label: str) -> str:
    """Return a credential that follows from the label."""
    return "-".join(characters(f"{label}|{part}", size) for part, size in enumerate(credentials.GROUPS))


def election(name: str, sizes: list[int]) -> Election:
    """Return an election with that many candidates in its contests; its private key is `number(name|key)`."""
    questions = tuple(
        Question(f"Contest {place}", tuple(f"Candidate {letter}" for letter in range(size)))
        for place, size in enumerate(sizes, 1)
    )
    key = group.power_of_generator(number(f"{name}|key"))
    return Election(ODD_TEXT, name, key, questions, characters(f"{name}|uuid", 14))


def golden(name: str, sizes: list[int], rankings: list[list[int]]) -> tuple[Election, str, Randomness, Ballot]:
    """Return the parts of one vector."""
    chosen = Randomness(
        tuple((number(f"{name}|r{i}"), number(f"{name}|w{i}")) for i in range(len(sizes))), number(f"{name}|signature")
    )
    made = election(name, sizes)
    secret = credential(name)
    return made, secret, chosen, seal(made, secret, rankings, chosen)


def ballots() -> Iterator[dict[str, Any]]:
    """Yield the entries of ballots.json."""
    for name, sizes, rankings in CASES:
        made, secret, chosen, ballot = golden(name, sizes, rankings)
        yield {
            "name": name,
            "election": made.to_json().decode(),
            "fingerprint": made.fingerprint,
            "credential": secret,
            "rankings": rankings,
            "randomness": {
                "answers": [{"r": str(r), "w": str(w)} for r, w in chosen.answers],
                "signature": str(chosen.signature),
            },
            "ballot": ballot.to_json().decode(),
            "tracker": tracker(ballot.to_json()),
        }


def elements() -> dict[str, Any]:
    """Return the content of group.json."""
    right = credential("refused")
    return {
        "order": str(group.Q),
        "generator": group.GENERATOR.text,
        "powers_of_generator": [_power(exponent) for exponent in (0, 1, 2, group.Q - 1, number("exponent"))],
        "encode_ints": [{"values": values, "element": group.encode_ints(values).text} for values in VALUES],
        "independent_generators": [{"index": i, "element": group.independent_generator(i).text} for i in range(-1, 11)],
        "credentials": [_derivation(f"voter {i}") for i in range(4)],
        "hashes": [_hash(text) for text in ("", "abc", f"sig|{ODD_TEXT}|{group.GENERATOR.text}")],
        "refused_elements": REFUSED_ELEMENTS,
        "refused_scalars": ["", "00", "007", "+5", "-1", "0x1", "1_0", " 1", "1\n", "١", "1.0", str(group.Q)],
        "refused_credentials": ["", "abc", right[:-1], right.replace("-", ""), "0" + right[1:], right + right[0]],
    }


def _power(exponent: int) -> dict[str, str]:
    return {"exponent": str(exponent), "element": group.power_of_generator(exponent).text}


def _derivation(label: str) -> dict[str, str]:
    uuid, secret = characters(f"{label}|uuid", 14), credential(label)
    exponent = str(credentials.secret_exponent(secret, uuid))
    public = credentials.public_credential(secret, uuid).text
    return {"uuid": uuid, "credential": secret, "secret": exponent, "public": public}


def _hash(text: str) -> dict[str, str]:
    return {"input": text, "scalar": str(group.hash_to_scalar(text))}


def _text(z: int) -> str:
    return f"{z:064x}"


# A point of order 8, and the sum of the generator and that point, whose order is 8q.
SMALL_ORDER = "7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7"
LARGE_ORDER = group.multiply(group.GENERATOR, group.Element(bytes.fromhex(SMALL_ORDER)[::-1])).text

REFUSED_ELEMENTS = [
    {"why": "empty", "text": ""},
    {"why": "too short", "text": group.GENERATOR.text[1:]},
    {"why": "too long", "text": "0" + group.GENERATOR.text},
    {"why": "upper case", "text": group.independent_generator(0).text.upper()},
    {"why": "white space", "text": " " + group.GENERATOR.text[1:]},
    {"why": "other digits", "text": "\u0661" + group.GENERATOR.text[1:]},
    {"why": "not on the curve", "text": _text(2)},
    {"why": "identity", "text": _text(1)},
    {"why": "identity with a sign", "text": _text(1 | 1 << 255)},
    {"why": "identity not reduced", "text": _text(group.P + 1)},
    {"why": "order 2", "text": _text(group.P - 1)},
    {"why": "order 2 with a sign", "text": _text(group.P - 1 | 1 << 255)},
    {"why": "order 4", "text": _text(0)},
    {"why": "order 4 with a sign", "text": _text(1 << 255)},
    {"why": "order 4 not reduced", "text": _text(group.P)},
    {"why": "order 8", "text": SMALL_ORDER},
    {"why": "order 8q", "text": LARGE_ORDER},
    {"why": "coordinate not reduced", "text": _text(group.P + 3)},
    {"why": "largest number", "text": "f" * 64},
]


def files() -> dict[str, str]:
    """Return the name and the content of each vector file."""
    contents = {"ballots.json": list(ballots()), "group.json": elements()}
    return {name: json.dumps(content, ensure_ascii=False, indent=1) + "\n" for name, content in contents.items()}


if __name__ == "__main__":
    for name, content in files().items():
        (FOLDER / name).write_text(content, encoding="utf-8")
