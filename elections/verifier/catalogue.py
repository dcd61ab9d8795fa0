"""All checks, in the order of the voting protocol, each with the stage from which on there is something to check."""

from collections.abc import Callable
from dataclasses import dataclass

from . import ballots
from .ballots import BallotRule
from .board import Stage
from .case import Case
from .checks import archive, certified, decryption, outcome, papers, setup, tally
from .checks import ballots as all_ballots


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its number, what it is about, and the function that performs it."""

    id: str
    name: str
    verify: Callable[[Case], str]
    since: Stage = Stage.OPEN


@dataclass(frozen=True, slots=True)
class BallotCheck:
    """A check that each ballot must pass by itself."""

    id: str
    name: str
    rule: BallotRule


CATALOGUE: tuple[Check | BallotCheck, ...] = (
    Check("V1", "header", archive.header),
    Check("V2", "bytes of the tar records", archive.tar_bytes),
    Check("V3", "names are hashes of contents", archive.names_are_hashes),
    Check("V4", "chain of events", archive.chain),
    Check("V5", "payloads, and nothing unreferenced", archive.payloads),
    Check("V6", "order of events", archive.grammar),
    Check("V7", "older head is an ancestor", archive.older_head_is_ancestor),
    Check("V8", "setup: hashes, version, group, uuid", setup.hashes_version_group_uuid),
    Check("V9", "trustees' proofs of knowledge", setup.trustees_proofs),
    Check("V10", "certificates of threshold trustees", setup.certificates),
    Check("V11", "verification keys of threshold trustees", setup.verification_keys),
    Check("V12", "election key is the product", setup.election_key_is_product),
    Check("V13", "keys in the group and different", setup.keys_are_members),
    Check("V14", "contexts of threshold trustees", setup.contexts),
    Check("V15", "public credentials and the roll", setup.credentials),
    BallotCheck("V16", "exact bytes", ballots.canonical_bytes),
    BallotCheck("V17", "uuid and election hash", ballots.uuid_and_election_hash),
    Check("V18", "credentials are listed", all_ballots.credentials_are_listed),
    BallotCheck("V19", "signatures", ballots.signature),
    BallotCheck("V20", "answers' count and shape", ballots.answers_count_and_shape),
    BallotCheck("V21", "proofs of encryption", ballots.encryption_proofs),
    Check("V23", "no ballot twice", all_ballots.no_ballot_twice),
    Check("V24", "last ballot of each voter", all_ballots.last_per_credential),
    Check("V26", "encrypted tally recomputed", tally.encrypted_tally, Stage.TALLIED),
    Check("V27", "order of the encrypted tally", tally.tally_order, Stage.TALLIED),
    Check("V28", "proofs of the shuffles", tally.shuffles, Stage.TALLIED),
    Check("V29", "agreed mixers, once each", tally.agreed_mixers, Stage.TALLIED),
    Check("V30", "proofs of the decryptions", decryption.decryption_proofs, Stage.DECRYPTING),
    Check("V31", "owners of the decryptions", decryption.share_owners, Stage.DECRYPTING),
    Check("V32", "interpolation of threshold shares", decryption.lagrange, Stage.DECRYPTING),
    Check("V33", "result is what was decrypted", decryption.result_is_decryption, Stage.COMPLETE),
    Check("V34", "one result, and it is last", decryption.one_result_and_last, Stage.COMPLETE),
    Check("V35", "manifest and outcome recounted", outcome.manifest_and_outcome),
    Check("V36", "decryptions are whole", decryption.decryptions_are_whole, Stage.DECRYPTING),
    Check("R1", "receipt", papers.receipt),
    Check("R2", "checkpoint", papers.checkpoint),
    Check("R3", "certificate and its signatures", certified.certificate),
)
