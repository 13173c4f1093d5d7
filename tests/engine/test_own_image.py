"""Own images: every kind of PNG and JPEG is read, and everything else is refused with a sentence."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL import PngImagePlugin
from sklearn.datasets import load_sample_image

from engine.data import Image
from engine.errors import DataRefused
from engine.own_image import MOST_BYTES, MOST_PIXELS, MOST_SCANS, read_image

RNG = np.random.default_rng(3)
GREY = RNG.integers(0, 256, (5, 7), dtype=np.uint8)
COLOUR = RNG.integers(0, 256, (5, 7, 3), dtype=np.uint8)
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def saved(image: Pillow.Image, form: str = "PNG", **how: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **how)  # type: ignore[arg-type]
    return file.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, depth: int, kind: int, rows: bytes, *, also: bytes = b"") -> bytes:
    """Write a PNG by hand: what its header promises need not be what its rows hold."""
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", header) + also + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def jpeg_header(width: int, height: int) -> bytes:
    """Return a JPEG that ends after the header of its frame."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"


# --- what is read ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pixels", [GREY, COLOUR], ids=["grey", "colour"])
def test_png_keeps_every_byte(pixels: np.ndarray) -> None:
    assert read_image(saved(Pillow.fromarray(pixels))) == Image(pixels)


@pytest.mark.parametrize("progressive", [False, True])
def test_a_photograph_as_jpeg(progressive: bool) -> None:
    china = load_sample_image("china.jpg")
    read = read_image(saved(Pillow.fromarray(china), "JPEG", quality=95, progressive=progressive))
    assert read.pixels.shape == china.shape
    assert np.abs(read.pixels.astype(int) - china).mean() < 3


def test_a_grey_jpeg_is_grey() -> None:
    read = read_image(saved(Pillow.fromarray(np.full((9, 4), 77, np.uint8)), "JPEG"))
    assert read == Image(np.full((9, 4), 77))


def test_one_bit_is_black_and_white() -> None:
    bits = RNG.integers(0, 2, (5, 9)).astype(bool)
    assert read_image(saved(Pillow.fromarray(bits))) == Image(bits * 255)


def test_a_palette_is_looked_up() -> None:
    image = Pillow.fromarray(np.array([[0, 1], [2, 1]], np.uint8), "P")
    image.putpalette([10, 20, 30, 40, 50, 60, 70, 80, 90])
    expected = [[[10, 20, 30], [40, 50, 60]], [[70, 80, 90], [40, 50, 60]]]
    assert read_image(saved(image)).pixels.tolist() == expected


def test_a_clear_colour_of_a_palette_is_white() -> None:
    image = Pillow.fromarray(np.array([[0, 1]], np.uint8), "P")
    image.putpalette([10, 20, 30, 40, 50, 60])
    assert read_image(saved(image, transparency=0)).pixels.tolist() == [[[255, 255, 255], [40, 50, 60]]]


def test_transparency_is_laid_on_white() -> None:
    seen = RNG.integers(0, 256, (5, 7, 4), dtype=np.uint8)
    share = seen[..., 3:] / 255
    expected = seen[..., :3] * share + 255 * (1 - share)
    assert np.abs(read_image(saved(Pillow.fromarray(seen))).pixels - expected).max() <= 1


def test_transparent_grey_stays_grey() -> None:
    read = read_image(saved(Pillow.fromarray(np.array([[[0, 255], [0, 0], [100, 255]]], np.uint8), "LA")))
    assert read.pixels.tolist() == [[0, 255, 100]]


def test_sixteen_bits_of_grey_become_eight() -> None:
    levels = np.array([[0, 127, 128, 257, 1000, 32_896, 65_535]], ">u2")
    read = read_image(png(7, 1, 16, 0, b"\0" + levels.tobytes()))
    assert read.pixels.tolist() == [[0, 0, 0, 1, 4, 128, 255]]


def test_a_clear_level_of_sixteen_bits_is_white() -> None:
    levels = np.array([[0, 1000]], ">u2")
    read = read_image(png(2, 1, 16, 0, b"\0" + levels.tobytes(), also=chunk(b"tRNS", struct.pack(">H", 1000))))
    assert read.pixels.tolist() == [[0, 255]]


@pytest.mark.parametrize(("kind", "channels"), [(2, 3), (6, 4), (4, 2)])
def test_sixteen_bits_of_colour_become_eight(kind: int, channels: int) -> None:
    values = np.full((1, 1, channels), 65_535, ">u2")
    values[..., 0] = 40_000
    read = read_image(png(1, 1, 16, kind, b"\0" + values.tobytes()))
    assert abs(int(read.pixels.ravel()[0]) - round(40_000 / 257)) <= 1
    assert read.pixels.ndim == (2 if channels == 2 else 3)


def test_inks_become_colours() -> None:
    inks = np.zeros((8, 8, 4), np.uint8)
    inks[..., 0] = 255  # cyan
    read = read_image(saved(Pillow.fromarray(inks, "CMYK"), "JPEG", quality=100))
    assert np.abs(read.pixels.astype(int) - [0, 255, 255]).max() <= 3


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_the_camera_s_orientation_is_applied(orientation: int, form: str) -> None:
    upright = np.kron(np.array([[0, 80, 160], [240, 40, 120]], np.uint8), np.ones((16, 16), np.uint8))
    kept = {  # what the camera wrote, by what must be done to see it upright (EXIF 2.3, tag 274)
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: np.rot90(upright),
        7: upright[::-1, ::-1].T,
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    read = read_image(saved(Pillow.fromarray(np.ascontiguousarray(kept)), form, exif=exif))
    assert read.pixels.shape == upright.shape
    assert np.abs(read.pixels.astype(int) - upright).max() <= 4


WORD = b"Exif\0\0II*\0\x08\0\0\0\x01\0" + struct.pack("<HHI4sI", 0x0112, 2, 3, b"up", 0)  # orientation: "up"


@pytest.mark.parametrize("notes", [WORD, b"Exif\0\0rubbish", b"Exif\0\0MM\0*\0\0\xff\xff", WORD[:20]])
@pytest.mark.filterwarnings("ignore:Corrupt EXIF:UserWarning")
def test_damaged_camera_notes_do_not_matter(notes: bytes) -> None:
    plain = saved(Pillow.fromarray(COLOUR), "JPEG")
    noted = plain[:2] + b"\xff\xe1" + struct.pack(">H", len(notes) + 2) + notes + plain[2:]
    assert read_image(noted) == read_image(plain)


def test_of_an_animation_the_first_picture_is_taken() -> None:
    frames = [Pillow.fromarray(np.full((3, 4), shade, np.uint8)) for shade in (10, 200)]
    moving = saved(frames[0], save_all=True, append_images=frames[1:])
    assert b"acTL" in moving
    assert read_image(moving) == Image(np.full((3, 4), 10))


def test_of_several_pictures_in_a_jpeg_the_first_is_taken() -> None:
    pictures = [Pillow.fromarray(np.full((16, 16, 3), shade, np.uint8)) for shade in (10, 200)]
    several = saved(pictures[0], "MPO", save_all=True, append_images=pictures[1:])
    assert read_image(several) == Image(np.full((16, 16), 10))


def test_four_megapixels_are_read() -> None:
    side = int(MOST_PIXELS**0.5)
    assert read_image(saved(Pillow.new("L", (side, side), 9))).pixels.shape == (side, side)


# --- what is refused, and the sentence -------------------------------------------------------------------------

WHOLE_PNG = saved(Pillow.fromarray(COLOUR))
LONG_PNG = saved(Pillow.fromarray(RNG.integers(0, 256, (400, 400), dtype=np.uint8)))
WHOLE_JPEG = saved(Pillow.fromarray(np.kron(COLOUR, np.ones((9, 9, 1), np.uint8))), "JPEG")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty"),
        (b"a shopping list", "neither a PNG nor a JPEG"),
        (b"\0" * 40, "neither a PNG nor a JPEG"),
        (saved(Pillow.fromarray(GREY), "GIF"), "looks like a GIF; save it as PNG or JPEG"),
        (saved(Pillow.fromarray(GREY), "BMP"), "looks like a BMP"),
        (saved(Pillow.fromarray(GREY), "TIFF"), "looks like a TIFF"),
        (saved(Pillow.fromarray(COLOUR), "WEBP"), "looks like a WebP"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "looks like a HEIC"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "looks like an SVG"),
        (b"%PDF-1.7", "looks like a PDF"),
        (png(0, 5, 8, 0, b""), "PNG image does, but its header cannot be read or promises no pixels"),
        (png(5, 0, 8, 0, b""), "promises no pixels"),
        (jpeg_header(0, 5), "JPEG image does, but its header cannot be read or promises no pixels"),
        (jpeg_header(5, 0), "promises no pixels"),
        (SIGNATURE, "header cannot be read"),
        (WHOLE_PNG[:20], "header cannot be read"),
        (WHOLE_JPEG[:12], "header cannot be read"),
        (png(5, 5, 7, 0, b""), "header cannot be read"),
        (WHOLE_PNG[:-30], "cut off or damaged: its header promises 7 × 5 pixels"),
        (WHOLE_JPEG[: len(WHOLE_JPEG) // 2], "cut off or damaged: its header promises 63 × 45 pixels"),
        (jpeg_header(30, 20), "cut off or damaged: its header promises 30 × 20 pixels"),
        (LONG_PNG[: LONG_PNG.rindex(b"IDAT") - 4], "cut off or damaged"),  # between two chunks
        (png(2, 1, 8, 0, b"\x09\0\0"), "cut off or damaged"),
        (WHOLE_PNG.replace(b"IDAT\x78", b"IDAT\x00"), "cut off or damaged"),
    ],
)
def test_refusals_say_why(content: bytes, says: str) -> None:
    with pytest.raises(DataRefused, match=says) as refused:
        read_image(content)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * MOST_BYTES, "10,000,008 bytes long; at most 10,000,000"),
        (png(2049, 2048, 8, 0, b""), "2,049 × 2,048 = 4,196,352 pixels; at most 4,194,304.*to 2,048 × 2,047 for"),
        (png(4_194_305, 1, 8, 0, b""), "4,194,305 pixels; at most 4,194,304 are read. Scale it down, to 4,194,304 × 1"),
        (jpeg_header(4000, 3000), "4,000 × 3,000 = 12,000,000 pixels.*to 2,364 × 1,773 for instance"),
        (png(20_000, 20_000, 8, 0, zlib.compress(b"")), "more than 89,478,485 pixels; at most 4,194,304"),
        (png(10_000, 10_000, 8, 0, b""), "more than 89,478,485 pixels; at most 4,194,304"),
        (png(2**31 - 1, 2**31 - 1, 16, 6, b""), "more than 89,478,485 pixels"),
        (jpeg_header(65_535, 65_535), "more than 89,478,485 pixels"),
        (WHOLE_JPEG + b"\xff\xda" * MOST_SCANS, f"drawn in {MOST_SCANS + 1} passes; at most {MOST_SCANS}"),
    ],
    ids=["bytes", "pixels", "a line", "photograph", "bomb", "half a bomb", "largest bomb", "jpeg bomb", "passes"],
)
def test_limits(content: bytes, says: str) -> None:
    with pytest.raises(DataRefused, match=says):
        read_image(content)


def test_pixels_above_the_limit_are_never_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*_: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", load)
    with pytest.raises(DataRefused, match="at most"):
        read_image(saved(Pillow.new("1", (4_000, 4_000))))


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt", b"iCCP"])
def test_a_bomb_in_the_notes_of_a_picture_is_refused_or_passed_over(kind: bytes) -> None:
    packed = zlib.compress(b"\0" * 60_000_000)
    head = {b"zTXt": b"a\0\0", b"iTXt": b"a\0\x01\0\0\0", b"iCCP": b"a\0\0"}[kind]
    read = check(png(2, 1, 8, 0, b"\0\x01\x02", also=chunk(kind, head + packed)))
    assert read is None or read.pixels.tolist() == [[1, 2]]


# --- properties ------------------------------------------------------------------------------------------------


@given(
    st.binary(max_size=200).flatmap(
        lambda tail: st.sampled_from([b"", SIGNATURE, b"\xff\xd8\xff"]).map(lambda head: head + tail)
    )
)
@settings(deadline=None)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_any_bytes_are_an_image_or_refused(content: bytes) -> None:
    check(content)


@given(st.sampled_from([WHOLE_PNG, WHOLE_JPEG]), st.data())
@settings(deadline=None, max_examples=300)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_damaged_file_is_an_image_or_refused(whole: bytes, drawn: st.DataObject) -> None:
    content = bytearray(whole)
    for place in drawn.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=6)):
        content[place] = drawn.draw(st.integers(0, 255))
    check(bytes(content))


def check(content: bytes) -> Image | None:
    """Return the image or None where it is refused; whatever else is raised fails the test."""
    try:
        return read_image(content)
    except DataRefused:
        return None
