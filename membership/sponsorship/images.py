"""Pictures from outside: decoded, made small and written anew, so that nothing but their pixels gets in."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from foundation.core.errors import Invalid
from membership.sponsorship.language import translated as _

MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 24_000_000
SMALLEST_SIDE = 40
BOX = (640, 320)
# What is said of the type is never believed: only these decoders are tried, and none of them runs a program.
FORMATS = ("PNG", "JPEG", "WEBP")


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG that we wrote ourselves."""

    png: bytes
    sha256: str
    width: int
    height: int


def as_png(data: bytes) -> Picture:
    """Return the picture as a PNG of at most 640 × 320 pixels, or raise Invalid with the reason.

    SVG is refused: it can carry programs and fetch from elsewhere. Comments, profiles, places and whatever follows the
    picture in the file are left behind.
    """
    if not data:
        raise Invalid(_("Choose a file."))
    if len(data) > MOST_BYTES:
        raise Invalid(_("The file is larger than 2 MB."))
    start = data[:1024].lstrip().lower()
    if start.startswith((b"<svg", b"<?xml", b"<!doctype svg")) or b"<svg" in start:
        raise Invalid(_("SVG files are not accepted, because they can carry programs. Use PNG, JPEG or WebP."))
    picture = _decoded(data)
    if min(picture.size) < SMALLEST_SIDE:
        raise Invalid(_("The picture is too small: each side needs at least 40 pixels."))
    picture.thumbnail(BOX, Image.Resampling.LANCZOS)
    plain = Image.new("RGBA", picture.size)
    plain.paste(picture)
    out = io.BytesIO()
    plain.save(out, format="PNG", optimize=True)
    png = out.getvalue()
    return Picture(png, hashlib.sha256(png).hexdigest(), plain.width, plain.height)


def _decoded(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            # A small file that unpacks to a huge picture is an attack: what the decoder warns of is refused.
            warnings.simplefilter("error")
            opened = Image.open(io.BytesIO(data), formats=FORMATS)
            if opened.width * opened.height > MOST_PIXELS:
                raise Invalid(_("The picture has too many pixels."))
            opened.load()
            return ImageOps.exif_transpose(opened).convert("RGBA")
    except UnidentifiedImageError:
        raise Invalid(_("This is not a PNG, JPEG or WebP picture.")) from None
    except (OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError):
        raise Invalid(_("The picture is damaged and cannot be read.")) from None
