"""Finding an archive and what is published beside it: a file, a directory, or an address on the web."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from .errors import Unusable

SUFFIX = ".bel"
BESIDE = ("manifest", "outcome", "decryptions")
LIMIT_BYTES = 2 * 1024**3
TIMEOUT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Found:
    """An archive's bytes, and those of the manifest, the outcome and the second proofs where there are any."""

    archive: bytes
    manifest: bytes | None = None
    outcome: bytes | None = None
    decryptions: bytes | None = None


def load(source: str) -> Found:
    """Return what is at `source`: a .bel file, a directory that holds one, or an http(s) address; else raise Unusable.

    Beside `x.bel` lie `x.manifest.json`, `x.outcome.json` and `x.decryptions.json`; in a directory also the same
    without `x.`; at an address, `archive`, `manifest`, `outcome` and `decryptions` below that of the public interface.
    """
    if source.startswith(("http://", "https://")):
        return _load_address(source)
    path = Path(source)
    if path.is_dir():
        return _load_directory(path)
    return _load_beside(_read(path), path)


def _load_directory(directory: Path) -> Found:
    archives = sorted(directory.glob("*" + SUFFIX))
    if len(archives) != 1:
        raise Unusable(f"{directory}: this directory holds {len(archives)} archives (*{SUFFIX}); one is needed.")
    found = _load_beside(_read(archives[0]), archives[0])
    beside = (found.manifest, found.outcome, found.decryptions)
    papers = (_only(directory / f"{what}.json", one) for what, one in zip(BESIDE, beside, strict=True))
    return Found(found.archive, *papers)


def _only(path: Path, beside: bytes | None) -> bytes | None:
    """Return what lies under either of two names; raise Unusable where they differ: nobody could say which counts."""
    content = _read_if_there(path)
    if content is not None and beside is not None and content != beside:
        raise Unusable(f"{path}: another {path.stem} of other content lies beside the archive.")
    return content if beside is None else beside


def _load_beside(archive: bytes, path: Path) -> Found:
    names = (path.with_name(f"{path.stem}.{what}.json") for what in BESIDE)
    return Found(archive, *map(_read_if_there, names))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror or error}.") from error


def _read_if_there(path: Path) -> bytes | None:
    return _read(path) if path.is_file() else None


def _load_address(address: str) -> Found:
    try:
        path = urlsplit(address).path
    except ValueError as error:
        raise Unusable(f"{address}: {error}.") from error
    if path.endswith(SUFFIX):
        return _load_below(address, lambda name: _beside(address, name))
    base = address.removesuffix("/").removesuffix("/archive")
    return _load_below(f"{base}/archive", lambda name: f"{base}/{name}")


def _load_below(archive: str, address_of: Callable[[str], str]) -> Found:
    content = _fetch(archive)
    if content is None:
        raise Unusable(f"{archive}: there is no such archive.")
    return Found(content, *(_fetch(address_of(what)) for what in BESIDE))


def _beside(address: str, name: str) -> str:
    parts = urlsplit(address)
    return urlunsplit(parts._replace(path=f"{parts.path.removesuffix(SUFFIX)}.{name}.json"))


def _fetch(address: str) -> bytes | None:
    """Return what is at an http(s) address, or None where the server says that there is nothing."""
    # These take longer to load than a small archive takes to verify.
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import urlopen

    try:
        with urlopen(address, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310 - the scheme was tested by `load`
            content: bytes = response.read(LIMIT_BYTES + 1)
    except HTTPError as error:
        error.close()
        if error.code == HTTPStatus.NOT_FOUND:
            return None
        raise Unusable(f"{address}: the server answers {error.code} {error.reason}.") from error
    except (OSError, HTTPException, ValueError) as error:
        raise Unusable(f"{address}: {getattr(error, 'reason', None) or error}.") from error
    if len(content) > LIMIT_BYTES:
        raise Unusable(f"{address}: more than {LIMIT_BYTES} bytes.")
    return content
