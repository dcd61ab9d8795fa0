from __future__ import annotations

import hashlib
import io
import struct
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from foundation.core.errors import Invalid
from membership.sponsorship.images import BOX, MOST_BYTES, as_png
from tests.sponsorship_factories import picture


@pytest.fixture(autouse=True)
def _in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentences as they stand: there is no application here to translate them."""
    monkeypatch.setattr("membership.sponsorship.images._", lambda text, **_values: text)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_comes_out_as_a_png_of_our_own(kind: str) -> None:
    made = as_png(picture((300, 200), kind))
    read = Image.open(io.BytesIO(made.png))
    assert (read.format, read.size) == ("PNG", (300, 200))
    assert (made.width, made.height) == (300, 200)
    assert made.sha256 == hashlib.sha256(made.png).hexdigest()


def test_a_large_picture_is_made_to_fit_and_keeps_its_shape() -> None:
    made = as_png(picture((2000, 500)))
    assert (made.width, made.height) == (BOX[0], BOX[0] // 4)


def test_nothing_but_the_pixels_gets_in() -> None:
    info = PngInfo()
    info.add_text("Comment", "<script>alert(1)</script>")
    made = as_png(picture((100, 100), pnginfo=info) + b"<script>appended</script>")
    assert b"script" not in made.png
    assert "Comment" not in Image.open(io.BytesIO(made.png)).info


def test_a_photograph_loses_its_place_and_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010E] = "52.5200 N, 13.4050 E"
    made = as_png(picture((200, 100), "JPEG", exif=exif))
    assert (made.width, made.height) == (100, 200)
    assert b"52.5200" not in made.png


@pytest.mark.parametrize(
    "data",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<?xml version="1.0"?><svg/>',
        b"  \n<SVG onload=alert(1)>",
        b"\xef\xbb\xbf<!-- a logo --><svg/>",
    ],
)
def test_svg_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(Invalid, match="SVG"):
        as_png(data)


@pytest.mark.parametrize(
    "data",
    [b"GIF89a" + b"\0" * 64, b"%PDF-1.7 ...", b"<html><body>logo.png</body></html>", b"BM" + b"\0" * 100, b"MZ" * 50],
)
def test_what_is_none_of_the_three_kinds_is_refused_whatever_it_is_called(data: bytes) -> None:
    with pytest.raises(Invalid, match="not a PNG, JPEG or WebP"):
        as_png(data)


def test_a_gif_is_refused_though_the_library_could_read_it() -> None:
    out = io.BytesIO()
    Image.new("P", (100, 100)).save(out, format="GIF")
    with pytest.raises(Invalid):
        as_png(out.getvalue())


def test_an_empty_a_small_and_a_heavy_file_are_refused() -> None:
    for data, reason in ((b"", "Choose"), (picture((20, 200)), "too small"), (b"x" * (MOST_BYTES + 1), "2 MB")):
        with pytest.raises(Invalid, match=reason):
            as_png(data)


def test_a_truncated_picture_is_refused() -> None:
    with pytest.raises(Invalid, match="damaged"):
        as_png(picture((300, 200), "JPEG")[:-200])


def test_a_small_file_that_unpacks_to_a_huge_picture_is_refused() -> None:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    side = 20_000
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    with pytest.raises(Invalid):
        as_png(bomb)
