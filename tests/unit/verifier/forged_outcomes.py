"""Forgeries of manifests and outcomes: V35."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace

from elections.crypto.result import Result
from elections.verifier.board import Board
from elections.verifier.case import Materials
from elections.verifier.contests import ManifestCandidate, Sitting
from elections.verifier.lots import commitment, seed
from elections.verifier.manifest import LotShare, Manifest, description
from elections.verifier.recount import recount
from tests.unit.verifier.forgeries import (
    SECRETS,
    forgery,
    honest,
    outcome_of,
    under,
    whole,
    with_contest,
    with_lots,
    with_outcome,
)
from tests.unit.verifier.workshop import UUID, Workshop, write

# V35: what is ours


@forgery("V35")
def manifest_changed() -> Materials:
    materials = whole(honest())
    assert materials.manifest is not None
    return replace(materials, manifest=materials.manifest.replace(b'"foundation":"Tests"', b'"foundation":"Others"'))


@forgery("V35")
def manifest_that_is_no_json() -> Materials:
    return replace(whole(honest()), manifest=b"{")


def _with_manifest(change: Callable[[Workshop], None]) -> Materials:
    workshop = Workshop().set_up()
    change(workshop)
    workshop.election = replace(workshop.election, description=description("", workshop.manifest.sha256))
    return replace(whole(workshop.cast_all().finish()), outcome=None)


@forgery("V35")
def manifest_of_another_election() -> Materials:
    def change(workshop: Workshop) -> None:
        workshop.manifest = replace(workshop.manifest, uuid="1" * 14)

    return _with_manifest(change)


@forgery("V35")
def manifest_with_other_candidates() -> Materials:
    def change(workshop: Workshop) -> None:
        contest = workshop.manifest.contests[0]
        changed = replace(contest, candidates=contest.candidates[::-1])
        workshop.manifest = replace(workshop.manifest, contests=(changed,))

    return _with_manifest(change)


@forgery("V35")
def manifest_with_another_number_of_trustees() -> Materials:
    def change(workshop: Workshop) -> None:
        workshop.manifest = replace(workshop.manifest, trustees=(*workshop.manifest.trustees, "One more"))

    return _with_manifest(change)


def _with_outcome(change: Callable[[dict[str, object]], None]) -> Materials:
    materials = whole(honest())
    assert materials.outcome is not None
    outcome = json.loads(materials.outcome)
    change(outcome)
    return replace(materials, outcome=json.dumps(outcome).encode())


@forgery("V35")
def outcome_with_another_winner() -> Materials:
    return _with_outcome(lambda outcome: outcome["contests"][0]["results"][0].update(winners=["Nobody"]))  # type: ignore[index]


@forgery("V35")
def outcome_with_another_pairwise_table() -> Materials:
    return _with_outcome(lambda outcome: outcome["contests"][0]["pairwise"][0].__setitem__(1, 99))  # type: ignore[index]


@forgery("V35")
def outcome_of_another_archive() -> Materials:
    return _with_outcome(lambda outcome: outcome.update(archive="0" * 64))


@forgery("V35")
def outcome_with_a_contest_missing() -> Materials:
    return _with_outcome(lambda outcome: outcome.update(contests=[]))


@forgery("V35")
def outcome_before_there_is_a_result() -> Materials:
    workshop = honest()
    return replace(whole(workshop), board=Board.read(write(workshop.pieces[:-1])))


@forgery("V35")
def outcome_by_a_method_that_nobody_knows() -> Materials:
    finished = under(lambda manifest: with_contest(manifest, method="a show of hands"))
    return replace(whole(honest()), board=Board.read(finished.archive()), manifest=finished.manifest.to_json())


def _with_lots_and(change: Callable[[dict[str, object]], None]) -> Materials:
    workshop = with_lots()
    outcome = json.loads(outcome_of(workshop, SECRETS))
    change(outcome)
    return with_outcome(workshop, json.dumps(outcome).encode())


@forgery("V35")
def outcome_with_a_secret_that_nobody_committed_to() -> Materials:
    workshop = with_lots()
    other = (SECRETS[0], (SECRETS[1][0], bytes(32)))
    return with_outcome(workshop, outcome_of(workshop, other))


@forgery("V35")
def outcome_with_a_secret_of_somebody_who_committed_to_none() -> Materials:
    workshop = with_lots()
    return with_outcome(workshop, outcome_of(workshop, (SECRETS[0], ("Somebody", bytes(32)))))


@forgery("V35")
def outcome_with_secrets_in_another_order() -> Materials:
    workshop = with_lots()
    return with_outcome(workshop, outcome_of(workshop, SECRETS[::-1]))


@forgery("V35")
def outcome_with_a_secret_in_capitals() -> Materials:
    def change(outcome: dict[str, object]) -> None:
        outcome["lots"][0]["secret"] = SECRETS[0][1].hex().upper()  # type: ignore[index]

    return _with_lots_and(change)


@forgery("V35")
def outcome_that_leaves_a_tie_open_although_lots_were_promised() -> Materials:
    workshop = with_lots()
    return with_outcome(workshop, outcome_of(workshop))


@forgery("V35")
def outcome_by_another_lot_than_the_secrets_give() -> Materials:
    workshop = with_lots()
    contest, rankings = workshop.manifest.contests[0], Result.from_json(workshop.result).contests[0]
    drawn = recount(contest, rankings, (), seed(UUID, 0, SECRETS))
    another = next(
        other
        for number in range(256)
        if (other := recount(contest, rankings, (), bytes([number])))["results"] != drawn["results"]
    )
    return _with_lots_and(lambda outcome: outcome.update(contests=[another]))


@forgery("V35")
def outcome_that_draws_a_lot_where_none_was_needed() -> Materials:
    """One seat for three who are tied needs a lot; three seats for them need none, and are then not drawn for."""
    workshop = under(
        lambda manifest: with_contest(
            replace(manifest, lots=tuple(LotShare(name, commitment(UUID, name, secret)) for name, secret in SECRETS)),
            seats=3,
        )
    )
    contest, rankings = workshop.manifest.contests[0], Result.from_json(workshop.result).contests[0]
    one_seat = replace(contest, seats=1)
    drawn = recount(one_seat, rankings, (), seed(UUID, 0, SECRETS))
    honest_report = json.loads(outcome_of(workshop, SECRETS))
    honest_report["contests"][0]["results"][0]["seats"] = drawn["results"][0]["lots"][0]["order"]
    honest_report["contests"][0]["results"][0]["lots"] = drawn["results"][0]["lots"]
    return with_outcome(workshop, json.dumps(honest_report).encode())


@forgery("V35")
def outcome_that_counts_somebody_who_withdrew() -> Materials:
    workshop = honest()
    outcome = json.loads(outcome_of(workshop))
    outcome["withdrawn"] = [["Ada"]]
    return with_outcome(workshop, json.dumps(outcome).encode())


@forgery("V35")
def outcome_without_somebody_who_is_no_candidate() -> Materials:
    return _with_outcome(lambda outcome: outcome.update(withdrawn=[["Nobody"]]))


@forgery("V35")
def outcome_that_says_of_too_few_contests_who_withdrew() -> Materials:
    return _with_outcome(lambda outcome: outcome.update(withdrawn=[]))


@forgery("V35")
def outcome_of_an_older_format() -> Materials:
    return _with_outcome(lambda outcome: outcome.update(format="footing-outcome/1"))


@forgery("V35")
def outcome_for_another_uuid() -> Materials:
    return _with_outcome(lambda outcome: outcome.update(uuid="1" * 14))


def _capped(manifest: Manifest) -> Manifest:
    """Let a group, which two of the three candidates are of, hold one seat at most, and have it already."""
    of_engines = [ManifestCandidate(name, (), ("Engines",)) for name in ("Ada", "Barbara")]
    candidates = (*of_engines, ManifestCandidate("Frances"))
    return with_contest(manifest, candidates=candidates, seats=3, cap=1, sitting=(Sitting("Engines", 1),))


@forgery("V35")
def outcome_that_seats_more_than_the_cap_allows() -> Materials:
    workshop = under(_capped)
    uncapped = copy.deepcopy(workshop)
    uncapped.manifest = with_contest(workshop.manifest, cap=None, sitting=())
    return with_outcome(workshop, outcome_of(uncapped))


@forgery("V35")
def outcome_that_forgets_the_sitting_members() -> Materials:
    workshop = under(_capped)
    forgetful = copy.deepcopy(workshop)
    forgetful.manifest = with_contest(workshop.manifest, sitting=())
    return with_outcome(workshop, outcome_of(forgetful, SECRETS))
