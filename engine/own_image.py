"""The learner's own image: a PNG or JPEG file becomes an Image, or is refused with a sentence.

Nothing is sent anywhere. Everything that can be known without decoding (size of the file, format, pixels that the
header promises) is checked before the pixels are decoded, so a small file that unpacks to gigabytes is refused unread.
"""

from __future__ import annotations

import io
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data import Image
from engine.errors import DataRefused

MOST_BYTES = 10_000_000
MOST_PIXELS = 2**22  # 4 megapixels: 2,048 x 2,048
MOST_SCANS = 500  # of a progressive JPEG, which has about ten; each may visit every pixel again

_KNOWN = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG"}
_OTHERS = {
    b"GIF8": "a GIF",
    b"BM": "a BMP picture",
    b"II*\x00": "a TIFF picture",
    b"MM\x00*": "a TIFF picture",
    b"%PDF": "a PDF",
    b"<svg": "an SVG drawing",
    b"<?xml": "an SVG drawing or another XML file",
}
_INSIDE = {
    b"WEBP": "a WebP picture",
    b"ftyphei": "a HEIC picture",
    b"ftypmif1": "a HEIC picture",
    b"ftypavif": "an AVIF picture",
}  # names that stand after the first bytes


def read_image(content: bytes) -> Image:
    """Read a picture that a learner uploads.

    What lies behind the pixels is applied: a palette, transparency (laid on white), 16 bits a channel (brought to 8),
    inks (CMYK), the camera's orientation. Of a file that holds several pictures the first is taken.

    Args:
        content: a PNG or JPEG file, at most MOST_BYTES long, of at most MOST_PIXELS pixels.

    Returns:
        The image, shape (h, w) where it is all grey and (h, w, 3) where it has colours.

    Raises:
        DataRefused: if the file is no such picture, too large, cut off or damaged; the sentence says which.
    """
    if len(content) > MOST_BYTES:
        raise DataRefused(f"The file is {len(content):,} bytes long; at most {MOST_BYTES:,} are read. Make it smaller.")
    name = _format(content)
    if name == "JPEG" and (scans := content.count(b"\xff\xda")) > MOST_SCANS:
        raise DataRefused(f"The JPEG is drawn in {scans:,} passes; at most {MOST_SCANS} are read. Save it again.")
    opened = _opened(content, name)
    width, height = opened.size
    if width * height > MOST_PIXELS:
        share = math.sqrt(MOST_PIXELS / (width * height))
        fits = f"{max(1, int(width * share)):,} × {max(1, int(height * share)):,}"
        raise DataRefused(
            f"The image has {width:,} × {height:,} = {width * height:,} pixels; at most {MOST_PIXELS:,} are read. "
            f"Scale it down, to {fits} for instance."
        )
    try:
        return Image(_pixels(opened))
    except Exception as error:  # hostile bytes make Pillow's decoders raise errors of a dozen kinds
        raise DataRefused(
            f"The image is cut off or damaged: its header promises {width:,} × {height:,} pixels, and they cannot all "
            "be read. Download it or save it again."
        ) from error


def _format(content: bytes) -> str:
    """Return "PNG" or "JPEG" by the first bytes."""
    if not content:
        raise DataRefused("The file is empty. Choose a PNG or JPEG image.")
    for magic, name in _KNOWN.items():
        if content.startswith(magic):
            return name
    looks = next((what for magic, what in _OTHERS.items() if content.startswith(magic)), None)
    looks = looks or next((what for magic, what in _INSIDE.items() if magic in content[4:16]), None)
    if looks:
        raise DataRefused(f"This looks like {looks}; save it as PNG or JPEG.")
    raise DataRefused("This is not an image that can be read: it is neither a PNG nor a JPEG file.")


def _opened(content: bytes, name: str) -> Any:
    """Return Pillow's image with its header read and its pixels not yet."""
    from PIL import Image as Pillow  # 50 ms that only a reader with an image pays for

    try:
        return Pillow.open(io.BytesIO(content), formats=[name])
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as error:
        raise DataRefused(
            f"The image has more than {Pillow.MAX_IMAGE_PIXELS or 0:,} pixels; at most {MOST_PIXELS:,} are read. "
            "Scale it down."
        ) from error
    except Exception as error:  # as above: whatever a decoder of hostile bytes may raise
        raise DataRefused(
            f"The file begins as a {name} image does, but its header cannot be read or promises no pixels. "
            "Save the image again."
        ) from error


def _pixels(opened: Any) -> NDArray[np.uint8]:
    """Decode, and return bytes of shape (h, w) or (h, w, 3)."""
    from PIL import Image as Pillow

    opened.load()
    if opened.mode.startswith("I"):
        opened = _eight_bits(opened)
    if opened.has_transparency_data:
        coloured = opened.convert("RGBA")
        opened = Pillow.alpha_composite(Pillow.new("RGBA", coloured.size, "white"), coloured)
    pixels = np.asarray(_upright(opened.convert("RGB"), _orientation(opened)), dtype=np.uint8)
    grey = (pixels[..., 0] == pixels[..., 1]).all() and (pixels[..., 1] == pixels[..., 2]).all()
    return pixels[..., 0] if grey else pixels


def _eight_bits(opened: Any) -> Any:
    """Return a grey image of 16 bits as one of 8: 65,535 becomes 255, where Pillow's own way cuts everything above."""
    from PIL import Image as Pillow

    values = np.asarray(opened).astype(np.int64)
    clear = opened.info.get("transparency")
    if isinstance(clear, int):
        values[values == clear] = 65_535
    return Pillow.fromarray(((values + 128) // 257).astype(np.uint8))


def _orientation(opened: Any) -> int:
    """Return how the camera was held, 1 ... 8; 1 where the file does not say so in a way that can be read."""
    try:
        return int(opened.getexif().get(0x0112, 1))
    except Exception:  # a photograph with damaged notes is still a photograph
        return 1


def _upright(image: Any, orientation: int) -> Any:
    """Turn and mirror a picture as the EXIF orientation asks."""
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return image.transpose(turns[orientation]) if orientation in turns else image
