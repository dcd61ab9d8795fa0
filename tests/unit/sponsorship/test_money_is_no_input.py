"""Money buys visibility, never a vote, a seat, a deadline or standing: nothing that decides about these reads of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SPONSORSHIP = ROOT / "membership" / "sponsorship"
SOURCES = sorted(
    path
    for package in ("membership", "elections", "foundation")
    for path in (ROOT / package).rglob("*.py")
    if SPONSORSHIP not in path.parents and "migrations" not in path.parts
)
MONEY = re.compile(
    r"^(sponsor\w*|price\w*|tiers?|paid|unpaid|payments?|payer|pays?|invoice\w*|ledger\w*|money|amount\w*|currency|fees?"
    r"|dues|donat\w*|package\w*|benefit\w*|stripe)$"
)
# Files and folders, each with the reason for which the word there is not about money.
ALLOWED: dict[str, set[str]] = {
    "foundation/core/access.py": {"ledger"},  # the treasurer's permission, which gives no standing
    "foundation/app.py": {"sponsorship"},  # puts the application together
    "foundation/demonstration.py": {"sponsorship"},  # seeds the packages of a demonstration
    "elections/counting/": {"tier", "tiers"},  # candidates ranked equal; the package is pure and knows no company
    "elections/certification/": {"tier", "tiers"},  # the same candidates, counted a second time
    "elections/pages/result_view.py": {"tier", "tiers"},  # the same candidates, shown
    "elections/cli.py": {"tier", "tiers"},  # the same candidates, printed
}
PACKAGE_OF_PYTHON = "PackageLoader"


def words_of(identifier: str) -> set[str]:
    """Split an identifier into its words: `sponsorTier` and `sponsor_tier` have the same."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", identifier)
    return {word.lower() for word in apart.split("_") if word}


def identifiers(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.keyword(arg=str(name)):
                yield name
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                module = getattr(node, "module", None) or ""
                for alias in names:
                    yield from (alias.name if not module else f"{module}.{alias.name}").split(".")


def of_money(source: str) -> set[str]:
    """Return the words about money in a module's identifiers and in the names of tables its SQL mentions."""
    tree = ast.parse(source)
    found = {word for name in identifiers(tree) if name != PACKAGE_OF_PYTHON for word in words_of(name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_sql(node.value):
            found |= {word for name in re.findall(r"\w+", node.value) for word in words_of(name)}
    return {word for word in found if MONEY.match(word)}


def _is_sql(text: str) -> bool:
    return re.search(r"\b(SELECT|INSERT|UPDATE|DELETE|JOIN)\b", text) is not None


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_outside_sponsorship_reads_of_money(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    allowed = set[str]().union(*(words for start, words in ALLOWED.items() if name.startswith(start)))
    assert of_money(path.read_text()) - allowed == set()


def test_what_rules_over_votes_and_standing_is_among_what_is_searched() -> None:
    searched = {str(path.relative_to(ROOT).parent) for path in SOURCES}
    assert {"membership/rules", "elections/services", "elections/counting", "foundation/accounts"} <= searched


@pytest.mark.parametrize(
    "source",
    [
        "def votes(member): return member.tier",
        "from membership.sponsorship.models.invoices import Invoice",
        "import membership.sponsorship.services.course",
        "weight = 1 + int(hasPaid(member))",
        "session.execute(text('SELECT count(*) FROM sponsorship'))",
        "def roll(session, *, price): ...",
        "eligible(member, sponsor=True)",
    ],
)
def test_the_search_finds_what_it_is_for(source: str) -> None:
    assert of_money(source)


def test_the_search_leaves_honest_words_alone() -> None:
    assert of_money("def electorate(session, on): return standing(session, on).count") == set()
