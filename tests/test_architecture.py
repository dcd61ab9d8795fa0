"""The house as DESIGN draws it: what the import contracts do not see, read from the source itself."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import CheckConstraint, create_engine, text

from foundation.core.access import public, refuse_undeclared
from foundation.core.db import Base, db

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("foundation", "membership", "elections")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
PURE = [path for path in SOURCES if path.relative_to(ROOT).parts[1] in {"counting", "crypto", "verifier"}]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def calls(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


@pytest.mark.parametrize("path", [p for p in SOURCES if p.name == "__init__.py"], ids=named)
def test_every_package_init_is_a_docstring_alone(path: Path) -> None:
    body = ast.parse(path.read_text()).body
    assert len(body) == 1
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_only_the_clock_reads_the_time(path: Path) -> None:
    if path == ROOT / "foundation" / "core" / "clock.py":
        return
    read = [name for name in calls(path) if re.search(r"(datetime\.(now|today|utcnow)|^time\.time|date\.today)$", name)]
    assert not read


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_randomness_is_never_the_guessable_kind(path: Path) -> None:
    imported = [
        alias.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in [*node.names, ast.alias(getattr(node, "module", "") or "")]
    ]
    assert "random" not in imported


@pytest.mark.parametrize("path", [p for p in SOURCES if "services" in p.parts], ids=named)
def test_services_flush_and_never_commit(path: Path) -> None:
    assert not [name for name in calls(path) if name.endswith(".commit")]


@pytest.mark.parametrize("path", PURE, ids=named)
def test_the_pure_core_reads_no_environment(path: Path) -> None:
    assert "os.environ" not in path.read_text()


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_no_module_has_grown_past_400_lines(path: Path) -> None:
    if "migrations" not in path.parts:
        assert len(path.read_text().splitlines()) <= 400


def test_an_application_with_an_undeclared_endpoint_does_not_start() -> None:
    app = Flask("undeclared")
    app.add_url_rule("/declared", "declared", public(lambda: "fine"))
    app.add_url_rule("/forgotten", "forgotten", lambda: "open to anyone")
    with pytest.raises(RuntimeError, match="forgotten"):
        refuse_undeclared(app)


def test_migrations_end_at_the_models(app: Flask) -> None:
    engine = create_engine(db.engine.url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()
    assert differences == []


def test_the_named_checks_of_the_models_stand_in_the_database_and_no_others(app: Flask) -> None:
    """Alembic compares no CHECK constraints, so their names are compared here."""
    expected = {
        f"{table.name}: {constraint.name}"
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    named = "SELECT relname || ': ' || conname FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid"
    inside = " JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE contype = 'c' AND nspname = 'public'"
    found = {name for name in db.session.execute(text(named + inside)).scalars() if not name.startswith("huey")}
    assert found == expected


def test_migrations_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "foundation" / "migrations").glob("0*.py"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_stranger_needs_only_the_pure_packages_and_pynacl(tmp_path: Path) -> None:
    """Copy three folders elsewhere, hide every package but PyNaCl's, and the verifier still starts."""
    shutil.copytree(ROOT / "elections" / "crypto", tmp_path / "elections" / "crypto")
    shutil.copytree(ROOT / "elections" / "counting", tmp_path / "elections" / "counting")
    shutil.copytree(ROOT / "elections" / "verifier", tmp_path / "elections" / "verifier")
    (tmp_path / "elections" / "__init__.py").write_text('"""Copied."""')
    hide = (
        "import sys\n"
        "class Hidden:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in {'flask', 'sqlalchemy', 'wtforms', 'gmpy2', 'huey', 'foundation'}:\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Hidden())\n"
        "import runpy\n"
        "sys.argv = ['verifier', '/nonexistent']\n"
        "runpy.run_module('elections.verifier', run_name='__main__')\n"
    )
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COV"))}
    done = subprocess.run(
        [sys.executable, "-c", hide], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "nonexistent" in done.stderr
