"""The report of a count as text for a terminal."""

from collections.abc import Iterator

from elections.counting.explanation.facts import listed
from elections.counting.report import Report
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
        yield f"{found['ballots']} ballots, {found['blank']} of them blank, {len(found['candidates'])} candidates."
    yield f"Not ranked means: {'tied last' if report.options.unranked.value == 'last' else 'no opinion'}."
    yield f"Condorcet winner: {found['condorcet_winner'] or 'there is none'}."
    yield f"Smith set: {listed(found['smith'])}. Schwartz set: {listed(found['schwartz'])}."
    yield from (f"Dropped by {one['rule']}: {one['name']}. {one['reason']}" for one in found["dropped"])
    if len(found["candidates"]) <= WIDEST_TABLE:
        width = max(len(str(cell)) for row in found["pairwise"] for cell in row)
        rows = zip(found["candidates"], found["pairwise"], strict=True)
        longest = max(len(name) for name in found["candidates"])
        yield from (f"  {name:<{longest}}  {'  '.join(f'{cell:>{width}}' for cell in row)}" for name, row in rows)


def _result(result: Result) -> Iterator[str]:
    yield f"{result.method.title}"
    if result.facts is None:
        yield f"  Not counted: {result.refused}"
        return
    yield f"  Order: {' > '.join(' = '.join(tier) for tier in result.order)}"
    yield f"  Seats: {', '.join(result.facts.seating.seats) or 'none filled'}"
    yield from (f"  {sentence}" for sentence in result.explanation)
    yield ""
