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
from elections.verifier.errors import Broken, NotReached
from elections.verifier.manifest import Manifest, named_in
from elections.verifier.wording import counted

Facts: TypeAlias = dict[str, Any]
"""A report of the counting, as JSON."""

FORMAT = "footing-outcome/2"
WORDING = {"title", "explanation"}


@dataclass(frozen=True)
class Published:
    """What an outcome says: a report and whom to leave out for each contest, and the secrets revealed for lots."""

    uuid: str
    archive: Json
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
        raise NotReached(f"the election names the manifest {named}, which was not given")
    if named != sha256(data).hexdigest():
        raise Broken("The manifest is not the one that the election's description names.")
    # Reading it again raises the refusal that `case.manifest` leaves to this check.
    manifest = Manifest.from_json(data)
    _check_fits(manifest, case)
    return f"manifest {named[:16]}…; {_outcome(manifest, case)}"


def seats_of(outcome: bytes) -> list[Json]:
    """Return for each contest whom an outcome that V35 has accepted elects."""
    published = json.loads(outcome)
    return [report["results"][0]["seats"] for report in published.get("contests", [published])]


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
    published = read_outcome(case.materials.outcome, manifest)
    if published.archive not in {None, sha256(case.board.data).hexdigest()}:
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
    if "contests" in outcome and outcome.get("format") != FORMAT:
        raise Broken(f"Only outcomes of the format {FORMAT} are supported.")
    reports = outcome.get("contests", [outcome])
    if not isinstance(reports, list):
        raise Broken("The outcome does not hold one report for each contest.")
    facts = [report for report in reports if isinstance(report, dict)]
    if len(facts) != len(reports):
        raise Broken("The outcome does not hold one report for each contest.")
    withdrawn = [strings(names) for names in array(outcome.get("withdrawn", [[] for _ in manifest.contests]))]
    if len(withdrawn) != len(manifest.contests):
        raise Broken("The outcome does not say for each contest who withdrew.")
    reveals = _reveals(outcome.get("lots", []), manifest)
    return Published(manifest.uuid, outcome.get("archive"), facts, withdrawn, reveals, len(manifest.lots))


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
    for key in ours.keys() - {"options", "results"}:
        if report.get(key) != ours[key]:
            raise Broken(f"Contest {contest.title[:60]!r}: recounting gives another value of {key!r}.")
    if _results(report) != _results(ours):
        raise Broken(f"Contest {contest.title[:60]!r}: recounting by {contest.method} gives another result.")
    if open_ties(ours) and published.commitments:
        raise Broken(f"Contest {contest.title[:60]!r} has a tie for a seat, and not every lot was revealed.")


def _results(report: Facts) -> list[Facts]:
    """Return the results of all methods without their wording, which is not a matter of counting."""
    results = report.get("results")
    if not isinstance(results, list) or not all(isinstance(entry, dict) for entry in results):
        raise Broken("A report of the outcome has no results.")
    return [{key: value for key, value in entry.items() if key not in WORDING} for entry in results]
