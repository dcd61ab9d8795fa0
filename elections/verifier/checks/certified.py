"""R3: the officials' certificate: who signed it, and that it contradicts nothing that is published (SPEC 10)."""

from collections.abc import Iterable
from fractions import Fraction
from hashlib import sha256
from typing import TypeAlias

from elections.verifier.board import Stage
from elections.verifier.case import Case, CertificatePapers
from elections.verifier.certificate import namespace_of, verify_certificate
from elections.verifier.certificate_form import Certificate, CertifiedContest, Skipped
from elections.verifier.checks.outcome import Facts, Published, read_outcome
from elections.verifier.contests import ManifestContest
from elections.verifier.errors import Broken, NotReached, Remark
from elections.verifier.manifest import Manifest
from elections.verifier.rules import signatures_needed
from elections.verifier.wording import counted

Claim: TypeAlias = tuple[str, object, object]
"""What a certificate is about, what it says, and what is published."""


def certificate(case: Case) -> str:
    """R3: the certificate is about this archive, says what is published, and enough allowed signers have signed it."""
    papers = case.materials.certificate
    if papers is None:
        raise NotReached("no certificate given")
    if case.board.stage is not Stage.COMPLETE:
        raise Broken("A certificate is given for an election that is not complete.")
    data = case.materials.manifest
    signed = verify_certificate(
        papers.certificate,
        papers.signatures,
        papers.allowed_signers,
        sha256(case.board.data).hexdigest(),
        namespace=namespace_of(case.manifest.host) if case.manifest else None,
        manifest_sha256=None if data is None else sha256(data).hexdigest(),
        result_sha256=sha256(case.result_payload).hexdigest(),
    )
    _agree(_archive_claims(signed.certificate, case), "the archive")
    said = f"{counted(len(signed.principals), 'signature')}, by {', '.join(signed.principals)}"
    unchecked = [*_beside(signed.certificate, case), *_rules(signed.certificate, papers)]
    return Remark(f"{said}; not given, so not compared: {', '.join(unchecked)}") if unchecked else said


def _agree(claims: Iterable[Claim], whose: str) -> None:
    for what, certified, published in claims:
        if certified != published:
            raise Broken(
                f"The certificate has another {what} than {whose}: {certified!r:.200}, not {published!r:.200}."
            )


def _archive_claims(certified: Certificate, case: Case) -> list[Claim]:
    election = case.election
    return [
        ("uuid", certified.uuid, election.uuid),
        ("title", certified.title, election.name),
        ("turnout", certified.turnout.voters, case.sized_tally.num_tallied),
        ("number of voters", certified.turnout.roll, len(case.credentials.credentials)),
        ("list of contests", [one.title for one in certified.contests], [one.text for one in election.questions]),
        ("number of lists of who withdrew", len(certified.withdrawn), len(election.questions)),
    ]


def _beside(certified: Certificate, case: Case) -> list[str]:
    """Compare with the manifest and the outcome, which V35 has checked; return which of them were not given."""
    manifest, outcome = case.manifest, case.materials.outcome
    if manifest is None:
        return ["the manifest", "the outcome"]
    _agree(_manifest_claims(certified, manifest), "the manifest")
    if outcome is None:
        return ["the outcome"]
    _agree(_outcome_claims(certified, manifest, read_outcome(outcome, manifest)), "the outcome")
    return []


def _manifest_claims(certified: Certificate, manifest: Manifest) -> list[Claim]:
    rules = manifest.rules and (manifest.rules.version, manifest.rules.sha256)
    quorum = certified.turnout.quorum
    return [
        ("foundation", certified.foundation, manifest.foundation),
        ("version of the rules", (certified.rules.version, certified.rules.sha256), rules),
        ("quorum", quorum and Fraction(quorum), manifest.turnout and manifest.turnout.quorum),
        ("method or number of seats", *_methods(certified.contests, manifest.contests)),
        (
            "list of commitments to the lot",
            [(lot.name, lot.commitment) for lot in certified.lots],
            [(lot.name, lot.commitment) for lot in manifest.lots],
        ),
    ]


def _methods(
    certified: Iterable[CertifiedContest], published: Iterable[ManifestContest]
) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    return [(one.method, one.seats) for one in certified], [(one.method, one.seats) for one in published]


def _outcome_claims(certified: Certificate, manifest: Manifest, published: Published) -> list[Claim]:
    secrets = {name: secret.hex() for name, secret in published.reveals}
    claims: list[Claim] = [
        ("list of secrets of the lot", [lot.secret for lot in certified.lots], [*map(secrets.get, _names(manifest))]),
        ("list of who withdrew", certified.withdrawn, tuple(published.withdrawn)),
    ]
    for contest, report in zip(certified.contests, published.reports, strict=True):
        claims += _contest_claims(contest, report)
    return claims


def _names(manifest: Manifest) -> list[str]:
    return [lot.name for lot in manifest.lots]


def _contest_claims(contest: CertifiedContest, report: Facts) -> list[Claim]:
    result = report["results"][0]
    skipped = tuple(Skipped(one["name"], one["reason"]) for one in result["skipped_by_cap"])
    claims: list[Claim] = [
        ("list of the elected", contest.elected, tuple(result["seats"])),
        ("order", contest.order, tuple(map(tuple, result["order"]))),
        ("list of whom the cap passed over", contest.skipped_by_cap, skipped),
        ("list of reasons", contest.reasons, tuple(result["explanation"])),
    ]
    try:
        from elections.verifier.recount import open_ties
    except ImportError:
        # Without numpy V35 has recounted nothing either, and has said so.
        return claims
    return [*claims, ("list of open ties", contest.unresolved, tuple(map(tuple, open_ties(report))))]


def _rules(certified: Certificate, papers: CertificatePapers) -> list[str]:
    """Compare the number of signatures with what the rules ask, where their file is given; else return what is not."""
    if papers.rules is None:
        return []
    digest = sha256(papers.rules).hexdigest()
    _agree([("hash of the rules", certified.rules.sha256, digest)], "the rules given")
    asked = signatures_needed(papers.rules)
    _agree([("number of signatures needed", certified.rules.signatures, asked)], "the rules ask")
    return []
