"""V35 and R1: what is ours: the manifest, the outcome recounted, and a voter's receipt."""

import json
from hashlib import sha256
from typing import Any, TypeAlias

from elections.crypto.archive import EventType
from elections.crypto.ballot import tracker
from elections.crypto.exact_json import Json, loads
from elections.crypto.result import Rankings, Result
from elections.verifier.board import Stage
from elections.verifier.case import Case
from elections.verifier.errors import Broken, NotReached
from elections.verifier.manifest import Manifest, ManifestContest, named_in
from elections.verifier.note import BadNote
from elections.verifier.plaintext import read_plaintexts
from elections.verifier.receipt import read as read_receipt
from elections.verifier.wording import counted

Facts: TypeAlias = dict[str, Any]
"""A report of the counting, as JSON."""

WORDING = {"title", "explanation"}


def manifest_and_outcome(case: Case) -> str:
    """V35: the manifest is the one that the election names and fits it; the outcome is what recounting gives."""
    named = named_in(case.election.description)
    data = case.materials.manifest
    if data is None and named is None:
        raise NotReached("the election names no manifest, and none was given")
    if data is None:
        raise NotReached(f"the election names the manifest {named}, which was not given")
    if named != sha256(data).hexdigest():
        raise Broken("The manifest is not the one that the election's description names.")
    # Reading it again raises the refusal that `case.manifest` leaves to this check.
    manifest = Manifest.from_json(data)
    _check_fits(manifest, case)
    return f"manifest {named[:16]}…; {_outcome(manifest, case)}"


def receipt(case: Case) -> str:
    """R1: the receipt is signed with the manifest's key, and the board has that ballot at that height."""
    if case.materials.receipt is None:
        raise NotReached("no receipt given")
    key = case.manifest.receipt_key if case.manifest else None
    try:
        claimed = read_receipt(case.materials.receipt, key)
    except BadNote as error:
        raise Broken(str(error)) from error
    if claimed.uuid != case.election.uuid:
        raise Broken(f"The receipt is for the election {claimed.uuid}.")
    at_height = {link.event.height: link for link in case.board.links}.get(claimed.height)
    if at_height is None or at_height.entry.digest != claimed.event:
        raise Broken(f"The board has no event {claimed.event} at height {claimed.height}: the ballot was dropped.")
    if at_height.event.type is not EventType.BALLOT:
        raise Broken(f"The event at height {claimed.height} is no ballot.")
    if tracker(case.board.payload(at_height)) != claimed.tracker:
        raise Broken(f"The ballot at height {claimed.height} has another tracker than the receipt.")
    signed = f"signed by {key.name}" if key else "signature unchecked without a manifest"
    return f"ballot {claimed.tracker} at height {claimed.height}, {signed}"


def _check_fits(manifest: Manifest, case: Case) -> None:
    if manifest.uuid != case.election.uuid:
        raise Broken(f"The manifest is for the election {manifest.uuid}.")
    if len(manifest.trustees) != len(case.trustees.owners):
        raise Broken("The manifest names another number of trustees than there are keys.")
    theirs = [tuple(candidate.name for candidate in contest.candidates) for contest in manifest.contests]
    if theirs != [question.answers for question in case.election.questions]:
        raise Broken("The manifest's contests and candidates are not those of the election.")


def _outcome(manifest: Manifest, case: Case) -> str:
    if case.materials.outcome is None:
        return "no outcome given"
    if case.board.stage is not Stage.COMPLETE:
        raise Broken("An outcome is given for an election that is not complete.")
    published = loads(case.materials.outcome)
    reports = _reports(published, case)
    result = Result.from_json(case.result_payload)
    if not len(reports) == len(manifest.contests) == len(result.contests):
        raise Broken("The outcome has another number of contests than the election.")
    for contest, report, rankings in zip(manifest.contests, reports, result.contests, strict=True):
        _check_report(contest, report, rankings)
    methods = ", ".join(contest.method for contest in manifest.contests)
    return f"outcome of {counted(len(reports), 'contest')} recounted by {methods}"


def _reports(published: Json, case: Case) -> list[Facts]:
    """Return the reports of an outcome: one for each contest, or the only one by itself."""
    if not isinstance(published, dict):
        raise Broken("The outcome is not a JSON object.")
    if published.get("archive", own := sha256(case.board.data).hexdigest()) != own:
        raise Broken("The outcome is about another archive.")
    reports = published.get("contests", [published])
    if not isinstance(reports, list) or not all(isinstance(report, dict) for report in reports):
        raise Broken("The outcome does not hold one report for each contest.")
    return [report for report in reports if isinstance(report, dict)]


def recount(contest: ManifestContest, rankings: Rankings, seed: bytes | None = None) -> Facts:
    """Return the counting's report on one contest of a raw result; raise NotReached where numpy is not installed."""
    try:
        from elections.counting.report import report
    except ImportError as error:
        raise NotReached(f"the manifest fits; the outcome was not recounted: {error}") from error
    names = [candidate.name for candidate in contest.candidates]
    plaintexts = read_plaintexts(rankings)
    try:
        counted_again = report(names, plaintexts, method=contest.method, seats=contest.seats, seed=seed)
    except ValueError as refusal:
        raise Broken(f"Contest {contest.title[:60]!r} cannot be recounted: {refusal}") from refusal
    facts: Facts = json.loads(json.dumps(counted_again.to_json()))
    return facts


def _check_report(contest: ManifestContest, published: Facts, rankings: Rankings) -> None:
    ours = recount(contest, rankings, _seed(published))
    for key in ours.keys() - {"options", "results"}:
        if published.get(key) != ours[key]:
            raise Broken(f"Contest {contest.title[:60]!r}: recounting gives another value of {key!r}.")
    if _results(published) != _results(ours):
        raise Broken(f"Contest {contest.title[:60]!r}: recounting by {contest.method} gives another result.")


def _seed(published: Facts) -> bytes | None:
    """Return the seed from which lots were drawn; that it is the one agreed on comes with the certificates."""
    options = published.get("options")
    seed = options.get("seed") if isinstance(options, dict) else None
    try:
        return bytes.fromhex(seed) if isinstance(seed, str) else None
    except ValueError as error:
        raise Broken("The seed of the outcome's lots is not hexadecimal.") from error


def _results(report: Facts) -> list[Facts]:
    """Return the results of all methods without their wording, which is not a matter of counting."""
    results = report.get("results")
    if not isinstance(results, list) or not all(isinstance(entry, dict) for entry in results):
        raise Broken("A report of the outcome has no results.")
    return [{key: value for key, value in entry.items() if key not in WORDING} for entry in results]
