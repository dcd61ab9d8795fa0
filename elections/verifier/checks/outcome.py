"""V35: what is ours: the manifest, and the outcome recounted from the raw result (SPEC 3, 8)."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeAlias

from elections.crypto.exact_json import Json, array, fields, loads, string, strings
from elections.crypto.result import Rankings, Result
from elections.verifier import lots
from elections.verifier.board import Stage
from elections.verifier.case import Case
from elections.verifier.contests import ManifestContest
from elections.verifier.errors import Broken, NotGiven, NotReached, Remark
from elections.verifier.manifest import Manifest, named_in
from elections.verifier.wording import counted

Facts: TypeAlias = dict[str, Any]
"""A report of the counting, as JSON."""

FORMAT = "footing-outcome/2"
FRAME = ("format", "uuid", "archive", "lots", "withdrawn", "contests")
WORDING = {"title", "explanation"}


@dataclass(frozen=True)
class Published:
    """What an outcome says: a report and whom to leave out for each contest, and the secrets revealed for lots."""

    uuid: str
    archive: Json
    must_name_archive: bool
    reports: list[Facts]
    withdrawn: list[tuple[str, ...]]
    reveals: list[tuple[str, bytes]]
    commitments: int

    def seed(self, contest: int) -> bytes | None:
        """Return the seed of a contest's lot, or None while a secret is missing, or where nobody committed to any."""
        if not self.commitments or len(self.reveals) < self.commitments:
            return None
        return lots.seed(self.uuid, contest, self.reveals)


def manifest_and_outcome(case: Case) -> str:
    """V35: the manifest is the one that the election names and fits it; the outcome is what recounting gives."""
    named = named_in(case.election.description)
    data = case.materials.manifest
    if data is None and named is None:
        raise NotReached("the election names no manifest, and none was given")
    if data is None:
        raise NotGiven(f"the election names the manifest {named}, which was not given: seats and outcome are unchecked")
    if named != sha256(data).hexdigest():
        raise Broken("The manifest is not the one that the election's description names.")
    # Reading it again raises the refusal that `case.manifest` leaves to this check.
    manifest = Manifest.from_json(data)
    _check_fits(manifest, case)
    said = f"manifest {named[:16]}…; {_outcome(manifest, case)}"
    return said if case.materials.outcome is not None or case.board.stage is not Stage.COMPLETE else Remark(said)


def _check_fits(manifest: Manifest, case: Case) -> None:
    if manifest.uuid != case.election.uuid:
        raise Broken(f"The manifest is for the election {manifest.uuid}.")
    if len(manifest.trustees) != len(case.trustees.owners):
        raise Broken("The manifest names another number of trustees than there are keys.")
    theirs = [(contest.title, contest.names) for contest in manifest.contests]
    if theirs != [(question.text, question.answers) for question in case.election.questions]:
        raise Broken("The manifest's contests and candidates are not those of the election.")


def _outcome(manifest: Manifest, case: Case) -> str:
    if case.materials.outcome is None:
        return "no outcome given"
    if case.board.stage is not Stage.COMPLETE:
        raise Broken("An outcome is given for an election that is not complete.")
    published = read_outcome(case.materials.outcome, manifest)
    if published.must_name_archive and published.archive != sha256(case.board.data).hexdigest():
        raise Broken("The outcome is about another archive.")
    result = Result.from_json(case.result_payload)
    if not len(published.reports) == len(manifest.contests) == len(result.contests):
        raise Broken("The outcome has another number of contests than the election.")
    for place, contest in enumerate(manifest.contests):
        _check_report(contest, published, place, result.contests[place])
    methods = ", ".join(contest.method for contest in manifest.contests)
    counted_again = f"outcome of {counted(len(manifest.contests), 'contest')} recounted by {methods}"
    return "; ".join([counted_again, *_asides(manifest, published, case)])


def _asides(manifest: Manifest, published: Published, case: Case) -> list[str]:
    """Return what a reader of the verdict should know besides: withdrawals, lots, turnout."""
    gone = [name for names in published.withdrawn for name in names]
    found = [f"without {', '.join(gone)}, who withdrew"] if gone else []
    if manifest.lots:
        found.append(
            f"{len(published.reveals)} of {counted(len(manifest.lots), 'secret')} for lots revealed as committed to"
        )
    if manifest.turnout:
        cast, roll = case.sized_tally.num_tallied, manifest.roll.count
        reached = "reached" if manifest.turnout.is_reached(cast, roll) else "not reached"
        found.append(f"turnout {cast} of {roll}, quorum {manifest.turnout.quorum} {reached}")
    return found


def read_outcome(data: bytes, manifest: Manifest) -> Published:
    """Return an outcome's parts, or raise Broken; the report of an election's only contest may come by itself."""
    outcome = loads(data)
    if not isinstance(outcome, dict):
        raise Broken("The outcome is not a JSON object.")
    if outcome.get("uuid", manifest.uuid) != manifest.uuid:
        raise Broken("The outcome is about another election.")
    is_framed = "contests" in outcome
    if is_framed and outcome.get("format") != FORMAT:
        raise Broken(f"Only outcomes of the format {FORMAT} are supported.")
    # A key that nobody compares could say anything, and would have been verified.
    reports = fields(outcome, *FRAME)["contests"] if is_framed else [_bare(outcome)]
    if not isinstance(reports, list):
        raise Broken("The outcome does not hold one report for each contest.")
    facts = [report for report in reports if isinstance(report, dict)]
    if len(facts) != len(reports):
        raise Broken("The outcome does not hold one report for each contest.")
    withdrawn = [strings(names) for names in array(outcome.get("withdrawn", [[] for _ in manifest.contests]))]
    if len(withdrawn) != len(manifest.contests):
        raise Broken("The outcome does not say for each contest who withdrew.")
    reveals = _reveals(outcome.get("lots", []), manifest)
    names_archive = is_framed or "archive" in outcome
    return Published(
        manifest.uuid, outcome.get("archive"), names_archive, facts, withdrawn, reveals, len(manifest.lots)
    )


def _bare(outcome: Facts) -> Facts:
    """Return a report that came by itself, without the two keys that may say which election it is about."""
    return {key: value for key, value in outcome.items() if key not in {"uuid", "archive"}}


def _reveals(revealed: Json, manifest: Manifest) -> list[tuple[str, bytes]]:
    """Return names and secrets of the lots; each must be the one that the manifest commits to, in its order."""
    reveals = []
    for entry in array(revealed):
        share = fields(entry, "name", "secret")
        reveals.append((string(share["name"]), string(share["secret"])))
    places = {share.name: place for place, share in enumerate(manifest.lots)}
    if strangers := [name for name, _secret in reveals if name not in places]:
        raise Broken(f"{strangers[0]} reveals a secret for the lots and committed to none.")
    order = [places[name] for name, _secret in reveals]
    if order != sorted(set(order)):
        raise Broken("The secrets of the lots do not stand in the manifest's order, each once.")
    try:
        found = [(name, lots.read_secret(secret)) for name, secret in reveals]
    except lots.BadSecret as error:
        raise Broken(str(error)) from error
    for name, secret in found:
        if lots.commitment(manifest.uuid, name, secret) != manifest.lots[places[name]].commitment:
            raise Broken(f"The secret of {name} is not the one that {name} committed to before the vote.")
    return found


def _check_report(contest: ManifestContest, published: Published, place: int, rankings: Rankings) -> None:
    report = published.reports[place]
    seed = published.seed(place)
    try:
        from elections.verifier.recount import open_ties, recount
    except ImportError as error:
        raise NotReached(f"the manifest fits; the outcome was not recounted: {error}") from error
    try:
        ours = recount(contest, rankings, published.withdrawn[place], seed)
    except ValueError as refusal:
        raise Broken(f"Contest {contest.title[:60]!r} cannot be recounted: {refusal}") from refusal
    for key in sorted((ours.keys() | report.keys()) - {"results"}):
        if key not in ours or key not in report or _exact(report[key]) != _exact(ours[key]):
            raise Broken(f"Contest {contest.title[:60]!r}: recounting gives another value of {key[:40]!r}.")
    if _exact(_results(report)) != _exact(_results(ours)):
        raise Broken(f"Contest {contest.title[:60]!r}: recounting by {contest.method} gives another result.")
    if open_ties(ours) and published.commitments:
        raise Broken(f"Contest {contest.title[:60]!r} has a tie for a seat, and not every lot was revealed.")


def _exact(value: object) -> str:
    """Return the text to compare: to Python `true` equals 1, and it is another thing in a report."""
    return json.dumps(value, sort_keys=True)


def _results(report: Facts) -> list[Facts]:
    """Return the results of all methods without their wording, which is not a matter of counting."""
    results = report.get("results")
    if not isinstance(results, list) or not all(isinstance(entry, dict) for entry in results):
        raise Broken("A report of the outcome has no results.")
    return [{key: value for key, value in entry.items() if key not in WORDING} for entry in results]
