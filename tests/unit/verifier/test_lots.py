"""Lots: commitments, seeds and permutations as SPEC 8.3 defines them, and the command that shows them."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.verifier import lots
from elections.verifier.__main__ import main
from elections.verifier.drawing import drawing_of
from tests.unit.verifier.forgeries import SECRETS, honest, outcome_of, with_lots
from tests.unit.verifier.workshop import UUID, Workshop

COMMITMENTS = (
    "ac57d98340e9135256572d23004779420691376ea19d6712af15b1ac90cc501d",
    "4fb90ec6b823ea6f475d9fc1aeb1be510a0cdcdab9691bf079ebdc4d4922cf11",
)
SEEDS = (
    "8240042e63fe48b38435fd78270c73dcce2f6dd8b691b23d6d8843ac49a8f227",
    "b86f66ff6936afb5b1c9a487762e886dc02939ce7a40a499727890139f20637f",
)
"""Of "Olga Official" (bytes 0 to 31) and "The server" (bytes 32 to 63), in the election FootingTestE1ection."""

NAMED = (("Olga Official", bytes(range(32))), ("The server", bytes(range(32, 64))))
BYTES = st.binary(min_size=32, max_size=32)


def test_the_vectors_of_the_specification() -> None:
    assert tuple(lots.commitment(UUID, name, secret) for name, secret in NAMED) == COMMITMENTS
    assert tuple(lots.seed(UUID, contest, NAMED).hex() for contest in (0, 1)) == SEEDS


def test_a_commitment_is_the_framed_hash_that_the_specification_writes_out() -> None:
    def frame(part: bytes) -> bytes:
        return len(part).to_bytes(8, "big") + part

    name, secret = NAMED[0]
    parts = (b"footing commitment 1", UUID.encode(), name.encode(), secret)
    assert lots.commitment(UUID, name, secret) == sha256(b"".join(frame(part) for part in parts)).hexdigest()


@given(BYTES, BYTES, st.integers(0, 19))
def test_each_secret_each_name_their_order_and_the_contest_change_the_seed(
    one: bytes, two: bytes, contest: int
) -> None:
    reveals = [("Ada", one), ("Barbara", two)]
    seeds = {
        lots.seed(UUID, contest, reveals),
        lots.seed(UUID, contest + 1, reveals),
        lots.seed(UUID, contest, reveals[:1]),
        lots.seed(UUID, contest, [("Ada", one), ("Bea", two)]),
        lots.seed(UUID, contest, reveals[::-1]),
        lots.seed("1" * 14, contest, reveals),
    }
    assert len(seeds) == 6


def test_names_and_secrets_cannot_flow_into_each_other() -> None:
    assert lots.commitment("ab", "c", bytes(32)) != lots.commitment("a", "bc", bytes(32))


@pytest.mark.parametrize("text", ["", "00", "0" * 63, "0" * 65, "A" * 64, "g" * 64, " " + "0" * 63, "٠" * 64])
def test_a_secret_that_is_not_64_digits_is_refused(text: str) -> None:
    with pytest.raises(lots.BadSecret):
        lots.read_secret(text)


def test_a_secret_of_another_length_and_a_lot_of_nobody_are_refused() -> None:
    for act in (lambda: lots.commitment(UUID, "Ada", b"short"), lambda: lots.seed(UUID, 0, [])):
        with pytest.raises(lots.BadSecret):
            act()


def lay(folder: Path, workshop: Workshop, outcome: bytes | None) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{workshop.uuid}.bel").write_bytes(workshop.archive())
    (folder / "manifest.json").write_bytes(workshop.manifest.to_json())
    if outcome is not None:
        (folder / "outcome.json").write_bytes(outcome)
    return folder


def test_lots_are_shown_with_their_seed_and_the_order_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workshop = with_lots()
    assert main(["--lots", str(lay(tmp_path, workshop, outcome_of(workshop, SECRETS)))]) == 0
    out = capsys.readouterr().out
    drawing = drawing_of(workshop.manifest.to_json(), outcome_of(workshop, SECRETS))
    assert f"commitment {workshop.manifest.lots[0].commitment}" in out
    assert f"{SECRETS[1][1].hex()} ✓" in out
    assert lots.seed(UUID, 0, SECRETS).hex() in out
    assert f"drawn {', '.join(drawing.order(0))}" in out
    assert sorted(drawing.order(0)) == ["Ada", "Barbara", "Frances"]


def test_the_order_drawn_is_the_one_that_seats_the_tied(tmp_path: Path) -> None:
    workshop = with_lots()
    outcome = outcome_of(workshop, SECRETS)
    order = drawing_of(workshop.manifest.to_json(), outcome).order(0)
    assert f'"seats": ["{order[0]}"]' in outcome.decode()


def test_who_withdrew_is_drawn_and_passed_over_so_that_withdrawing_moves_nobody_else() -> None:
    workshop = with_lots()
    manifest = workshop.manifest.to_json()
    first, *others = drawing_of(manifest, outcome_of(workshop, SECRETS)).order(0)
    without = outcome_of(workshop, SECRETS, [[first]])
    assert drawing_of(manifest, without).order(0) == (first, *others)


def test_before_the_secrets_are_revealed_only_commitments_are_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--lots", str(lay(tmp_path, with_lots(), None))]) == 0
    out = capsys.readouterr().out
    assert out.count("not revealed yet") == 2
    assert "seed" not in out


def test_an_election_without_lots_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lots", str(lay(tmp_path, honest(), None))]) == 0
    assert "a tie stays open" in capsys.readouterr().out


def test_another_secret_than_committed_to_ends_with_status_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workshop = with_lots()
    other = (SECRETS[0], (SECRETS[1][0], bytes(32)))
    assert main(["--lots", str(lay(tmp_path, workshop, outcome_of(workshop, other)))]) == 1
    assert "is not the one that the election server committed to" in capsys.readouterr().out


def test_another_manifest_than_the_archives_ends_with_status_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = lay(tmp_path, with_lots(), None)
    (folder / "manifest.json").write_bytes(honest().manifest.to_json())
    assert main(["--lots", str(folder)]) == 1
    assert "The manifest is not the one" in capsys.readouterr().out


def test_lots_without_a_manifest_cannot_be_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.bel").write_bytes(honest().archive())
    assert main(["--lots", str(tmp_path / "x.bel")]) == 2
    assert "without a manifest" in capsys.readouterr().err


def test_a_commitment_is_printed_for_a_secret_and_a_new_secret_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    name, secret = NAMED[0]
    assert main(["--commit", UUID, name, secret.hex()]) == 0
    assert capsys.readouterr().out == f"commitment {COMMITMENTS[0]}\n"
    assert main(["--commit", UUID, name]) == 0
    words = capsys.readouterr().out.split()
    assert lots.commitment(UUID, name, lots.read_secret(words[1])) == words[-1]


@pytest.mark.parametrize("words", [[UUID], [UUID, "Ada", "00"], [UUID, "Ada", "0" * 64, "more"]])
def test_a_commitment_of_another_form_ends_with_status_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--commit", *words]) == 2
    assert capsys.readouterr().err.startswith("elections.verifier: ")
