"""The report of a count as text for a terminal."""

from collections.abc import Iterator

from elections.counting.numerals import counted, listed, written
from elections.counting.rankings import Unranked
from elections.counting.report import Options, Report
from elections.counting.result import Result

WIDEST_TABLE = 20


def text_of(report: Report) -> str:
    """Return the report as lines: the electorate, the pairwise table, then each method's order, seats and reasons."""
    return (
        "\n".join([*_electorate(report), "", *(line for result in report.results for line in _result(result))]) + "\n"
    )


def _electorate(report: Report) -> Iterator[str]:
    found = report.to_json()
    if found["ballots"] is not None:
        ballots, candidates = counted(found["ballots"], "ballot"), counted(len(found["candidates"]), "candidate")
        yield f"{ballots}, {found['blank']} of them blank, {candidates}."
    yield from _options(report.options)
    yield f"Condorcet winner: {found['condorcet_winner'] or 'there is none'}."
    yield f"Condorcet loser: {found['condorcet_loser'] or 'there is none'}."
    yield f"Smith set: {listed(found['smith'])}. Schwartz set: {listed(found['schwartz'])}."
    yield from (f"Dropped by {one['rule']}: {one['name']}. {one['reason']}" for one in found["dropped"])
    if len(found["candidates"]) <= WIDEST_TABLE:
        width = max(len(str(cell)) for row in found["pairwise"] for cell in row)
        rows = zip(found["candidates"], found["pairwise"], strict=True)
        longest = max(len(name) for name in found["candidates"])
        yield from (f"  {name:<{longest}}  {'  '.join(f'{cell:>{width}}' for cell in row)}" for name, row in rows)


def _options(options: Options) -> Iterator[str]:
    """Yield how the ballots were read and counted: whatever could have been otherwise."""
    unranked = "tied last" if options.unranked is Unranked.LAST else "no opinion"
    yield f"Seats: {options.seats}. Equal ranks are allowed. Not ranked means: {unranked}."
    yield "A blank ballot counts as cast and prefers nobody; a ballot of weight n counts as n ballots."
    if options.seed is not None:
        yield f"Ties are decided by the lot drawn from the seed {options.seed.hex()}."
    else:
        yield "There is no lot: a tie that decides something stays open."
    if options.cap is not None:
        groups = "; ".join(f"{name}: {', '.join(sorted(held))}" for name, held in options.cap.groups.items())
        sitting = ", ".join(f"{number} of {group}" for group, number in options.cap.sitting.items())
        limit, of = options.cap.limit, groups or "nobody has one"
        yield f"At most {limit} of one control group ({of}); sitting: {sitting or 'nobody'}."
    if options.approval is not None:
        larger = [f"{n} by {r.numerator}:{r.denominator}" for n, r in options.approval.majorities.items()]
        majorities = f", {', '.join(larger)}" if larger else ""
        quorum = written(options.approval.quorum)
        yield f"Every option must beat {options.approval.default}{majorities}; the quorum is {quorum}."


def _result(result: Result) -> Iterator[str]:
    yield f"{result.method.title}"
    if result.facts is None:
        yield f"  Not counted: {result.refused}"
        return
    yield f"  Order: {' > '.join(' = '.join(tier) for tier in result.order)}"
    yield f"  Seats: {', '.join(result.facts.seating.seats) or 'none filled'}"
    yield from (f"  {sentence}" for sentence in result.explanation)
    yield ""
