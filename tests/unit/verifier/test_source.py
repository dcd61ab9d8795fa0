"""Where archives are found, and what is said when they are not."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from elections.verifier.errors import Unusable
from elections.verifier.source import Found, load

BOTH = Found(b"the archive", b"the manifest", b"the outcome")
ALL = Found(b"the archive", b"the manifest", b"the outcome", b"the proofs")


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass

    def do_GET(self) -> None:
        if self.path.startswith("/broken/"):
            self.send_error(503)
        else:
            super().do_GET()


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The address of a server of the test's folder."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(tmp_path))) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def lay(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in zip(names, ("the archive", "the manifest", "the outcome", "the proofs"), strict=False):
        (folder / name).write_text(content)


def test_beside_a_file_lie_its_manifest_and_outcome(tmp_path: Path) -> None:
    lay(tmp_path, "e.bel", "e.manifest.json", "e.outcome.json")
    assert load(str(tmp_path / "e.bel")) == BOTH


def test_a_file_may_lie_alone(tmp_path: Path) -> None:
    lay(tmp_path, "e.bel")
    lay(tmp_path, "other.bel", "other.manifest.json")
    assert load(str(tmp_path / "e.bel")) == Found(b"the archive")


@pytest.mark.parametrize("names", [("manifest.json", "outcome.json"), ("e.manifest.json", "e.outcome.json")])
def test_a_directory_holds_one_archive_and_what_belongs_to_it(tmp_path: Path, names: tuple[str, str]) -> None:
    lay(tmp_path, "e.bel", *names)
    assert load(str(tmp_path)) == BOTH


@pytest.mark.parametrize("before", ["", "e."])
def test_second_proofs_lie_where_the_outcome_lies(tmp_path: Path, address: str, before: str) -> None:
    lay(tmp_path, "e.bel", *(f"{before}{name}.json" for name in ("manifest", "outcome", "decryptions")))
    assert load(str(tmp_path)) == ALL
    (tmp_path / "e.decryptions.json").write_text("the proofs")
    assert load(f"{address}/e.bel").decryptions == b"the proofs"
    (tmp_path / "decryptions.json").write_text("other proofs")
    with pytest.raises(Unusable, match="another decryptions of other content"):
        load(str(tmp_path))


def test_two_manifests_that_differ_are_unusable_and_two_that_are_equal_are_one(tmp_path: Path) -> None:
    lay(tmp_path, "e.bel", "e.manifest.json", "e.outcome.json")
    (tmp_path / "manifest.json").write_text("the manifest")
    assert load(str(tmp_path)) == BOTH
    for name in ("manifest.json", "outcome.json"):
        (tmp_path / name).write_text("another")
        with pytest.raises(Unusable, match="of other content"):
            load(str(tmp_path))
        (tmp_path / name).unlink()
    (tmp_path / "e.manifest.json").write_text("")
    (tmp_path / "manifest.json").write_text("the manifest")
    with pytest.raises(Unusable, match="of other content"):
        load(str(tmp_path))


@pytest.mark.parametrize("archives", [(), ("a.bel", "b.bel")])
def test_a_directory_with_no_archive_or_several_is_unusable(tmp_path: Path, archives: tuple[str, ...]) -> None:
    lay(tmp_path, *archives)
    with pytest.raises(Unusable, match=f"{len(archives)} archives"):
        load(str(tmp_path))


def test_a_file_that_is_not_there_is_unusable(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="No such file"):
        load(str(tmp_path / "nothing.bel"))


@pytest.mark.parametrize("path", ["/api/elections/u/", "/api/elections/u", "/api/elections/u/archive"])
def test_the_public_interface_has_all_three(tmp_path: Path, address: str, path: str) -> None:
    lay(tmp_path / "api/elections/u", "archive", "manifest", "outcome")
    assert load(address + path) == BOTH
    (tmp_path / "api/elections/u/decryptions").write_text("the proofs")
    assert load(address + path) == ALL


def test_the_public_interface_may_have_no_outcome_yet(tmp_path: Path, address: str) -> None:
    lay(tmp_path / "api/elections/u", "archive", "manifest")
    assert load(address + "/api/elections/u/") == Found(b"the archive", b"the manifest")


def test_an_archive_on_the_web_may_have_files_beside_it(tmp_path: Path, address: str) -> None:
    lay(tmp_path, "e.bel", "e.manifest.json", "e.outcome.json")
    assert load(address + "/e.bel") == BOTH


@pytest.mark.parametrize("path", ["/api/elections/u/", "/e.bel"])
def test_an_archive_that_is_not_on_the_server_is_unusable(address: str, path: str) -> None:
    with pytest.raises(Unusable, match="there is no such archive"):
        load(address + path)


def test_a_server_that_fails_is_named_with_what_it_answers(address: str) -> None:
    with pytest.raises(Unusable, match="503"):
        load(address + "/broken/")


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/", "http://[", "https://127.0.0.1:1/x.bel", "http:///"])
def test_a_server_that_is_not_there_is_unusable(address: str) -> None:
    with pytest.raises(Unusable):
        load(address)
