"""Forgeries of receipts, checkpoints and certificates: R1 to R3."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace

from elections.verifier.board import Board
from elections.verifier.case import Materials
from elections.verifier.certificate_form import Certificate
from elections.verifier.certificate_form import Rules as CertifiedRules
from elections.verifier.certificate_form import Turnout as CertifiedTurnout
from elections.verifier.checkpoint import Checkpoint
from elections.verifier.receipt import Receipt
from tests.unit.verifier.forgeries import (
    CERTIFIERS,
    certificate_of,
    certified,
    checkpoint_of,
    forgery,
    honest,
    papers_of,
    receipt_of,
    under_rules,
    whole,
)
from tests.unit.verifier.workshop import RECEIPT_SEED, write

# R1 to R3: what was handed out


def with_receipt(change: Callable[[Receipt], Receipt]) -> Materials:
    """Return an honest election with the receipt of one of its ballots, changed before it was signed."""
    workshop = honest()
    return replace(whole(workshop), receipt=change(receipt_of(workshop)).sign("tests.example", RECEIPT_SEED))


@forgery("R1")
def receipt_signed_by_somebody_else() -> Materials:
    workshop = honest()
    note = receipt_of(workshop).sign("tests.example", bytes(32))
    return replace(whole(workshop), receipt=note)


@forgery("R1")
def receipt_changed_after_it_was_signed() -> Materials:
    materials = with_receipt(lambda receipt: receipt)
    assert materials.receipt is not None
    return replace(materials, receipt=materials.receipt.replace("2026-05-04", "2026-05-05"))


@forgery("R1")
def receipt_for_a_ballot_that_was_dropped() -> Materials:
    return with_receipt(lambda receipt: replace(receipt, event="0" * 64))


@forgery("R1")
def receipt_beyond_the_board() -> Materials:
    return with_receipt(lambda receipt: replace(receipt, height=999))


@forgery("R1")
def receipt_for_another_tracker() -> Materials:
    return with_receipt(lambda receipt: replace(receipt, tracker="A" * 43))


@forgery("R1")
def receipt_of_another_election() -> Materials:
    return with_receipt(lambda receipt: replace(receipt, uuid="1" * 14))


@forgery("R1")
def receipt_for_an_event_that_is_no_ballot() -> Materials:
    workshop = honest()
    event = Board.read(workshop.archive()).links[0].entry.digest
    return with_receipt(lambda receipt: replace(receipt, height=0, event=event))


def with_checkpoint(change: Callable[[Checkpoint], Checkpoint]) -> Materials:
    """Return an honest election with a checkpoint of its board, changed before it was signed."""
    workshop = honest()
    return replace(whole(workshop), checkpoint=change(checkpoint_of(workshop)).sign("tests.example", RECEIPT_SEED))


@forgery("R2")
def checkpoint_signed_by_somebody_else() -> Materials:
    workshop = honest()
    return replace(whole(workshop), checkpoint=checkpoint_of(workshop).sign("tests.example", bytes(32)))


@forgery("R2")
def checkpoint_of_another_history() -> Materials:
    return with_checkpoint(lambda checkpoint: replace(checkpoint, event="0" * 64))


@forgery("R2")
def checkpoint_beyond_the_board() -> Materials:
    return with_checkpoint(lambda checkpoint: replace(checkpoint, height=999))


@forgery("R2")
def checkpoint_of_another_length() -> Materials:
    return with_checkpoint(lambda checkpoint: replace(checkpoint, position=checkpoint.position + 512))


@forgery("R2")
def checkpoint_of_another_election() -> Materials:
    return with_checkpoint(lambda checkpoint: replace(checkpoint, uuid="1" * 14))


@forgery("R2")
def receipt_shown_as_a_checkpoint() -> Materials:
    workshop = honest()
    return replace(whole(workshop), checkpoint=receipt_of(workshop).sign("tests.example", RECEIPT_SEED))


@forgery("R3")
def certificate_of_another_archive() -> Materials:
    return certified(lambda certificate: replace(certificate, archive_sha256="0" * 64))


@forgery("R3")
def certificate_with_another_manifest() -> Materials:
    return certified(lambda certificate: replace(certificate, manifest_sha256="0" * 64))


@forgery("R3")
def certificate_with_another_raw_result() -> Materials:
    return certified(lambda certificate: replace(certificate, result_sha256="0" * 64))


@forgery("R3")
def certificate_of_another_election() -> Materials:
    return certified(lambda certificate: replace(certificate, uuid="1" * 14))


@forgery("R3")
def certificate_that_elects_somebody_else() -> Materials:
    def change(certificate: Certificate) -> Certificate:
        return replace(certificate, contests=(replace(certificate.contests[0], elected=("Nobody",)),))

    return certified(change)


@forgery("R3")
def certificate_under_other_rules() -> Materials:
    return certified(lambda certificate: replace(certificate, rules=CertifiedRules("2026-2", "e" * 64, 2)))


@forgery("R3")
def certificate_with_another_turnout() -> Materials:
    turnout = CertifiedTurnout(2, 3, "1/10", reached=True)
    return certified(lambda certificate: replace(certificate, turnout=turnout))


@forgery("R3")
def certificate_changed_after_it_was_signed() -> Materials:
    materials = certified()
    assert materials.certificate is not None
    body = materials.certificate.certificate.replace(b"2026-05-20", b"2026-05-21")
    return replace(materials, certificate=replace(materials.certificate, certificate=body))


@forgery("R3")
def certificate_with_too_few_signatures() -> Materials:
    certificate = certificate_of(under_rules())
    return replace(certified(), certificate=papers_of(certificate, seeds=CERTIFIERS[:1]))


@forgery("R3")
def certificate_signed_twice_by_one() -> Materials:
    certificate = certificate_of(under_rules())
    return replace(certified(), certificate=papers_of(certificate, seeds=CERTIFIERS[:1] * 2))


@forgery("R3")
def certificate_signed_by_a_stranger() -> Materials:
    certificate = certificate_of(under_rules())
    return replace(certified(), certificate=papers_of(certificate, seeds=(CERTIFIERS[0], bytes(32))))


@forgery("R3")
def certificate_signed_for_something_else() -> Materials:
    certificate = certificate_of(under_rules())
    return replace(certified(), certificate=papers_of(certificate, namespace="git"))


@forgery("R3")
def certificate_before_there_is_a_result() -> Materials:
    workshop = copy.deepcopy(under_rules())
    materials = certified()
    return replace(materials, board=Board.read(write(workshop.pieces[:-1])), outcome=None)
