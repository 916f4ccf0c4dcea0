"""Reads what somebody sent as a photo, trusting nothing of it, and makes what is served.

What is served is drawn anew: nothing but the pixels comes along, no position, no name of a camera, no remark.
"""

import fcntl
import os
import struct
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

from api.errors import Unavailable, Unprocessable
from api.photos.rules import HASH_HEIGHT, HASH_WIDTH, MIMETYPES, SIZES, difference_hash, fitted, size_problem

# A large picture takes hundreds of megabytes to decode, so that two at a time are enough for a machine.
AT_A_TIME = 2
LONGEST_WAIT_S = 10
QUALITY = 82
# What decoders raise over bytes that lie: the file is to blame, whichever it is.
_BROKEN = (OSError, SyntaxError, ValueError, TypeError, EOFError, LookupError, ArithmeticError, struct.error,
           zlib.error)
_TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Picture:
    """What was found in a photo, as it is to be looked at, and its served sizes as JPEG."""

    width: int
    height: int
    mimetype: str
    perceptual_hash: int
    sizes: dict[str, bytes]


def read_picture(data: bytes, *, folder: Path) -> Picture:
    """Decode a photo; `folder` is where processes take turns.

    Raises Unprocessable (not_a_photo, photo_broken, photo_too_many_pixels), Unavailable when the turn does not come.
    """
    with _turn(folder):
        image = _open(data)
        width, height = image.size
        mimetype = MIMETYPES[image.format]
        shown, is_turned = _draw(image)
        if is_turned:
            width, height = height, width
        grey = shown.convert("L").resize((HASH_WIDTH, HASH_HEIGHT), Image.Resampling.BOX)
        return Picture(width, height, mimetype, difference_hash(grey.tobytes()),
                       {name: _jpeg(shown, longest) for name, longest in SIZES.items()})


def _open(data: bytes) -> Image.Image:
    """The picture with nothing decoded yet, after its size was looked at."""
    try:
        image = Image.open(BytesIO(data), formats=["JPEG", "PNG", "WEBP"])
    except _TOO_LARGE:
        raise Unprocessable("photo_too_many_pixels") from None
    except _BROKEN:
        raise Unprocessable("not_a_photo") from None
    problem = size_problem(*image.size)
    if problem is not None:
        raise Unprocessable(problem)
    return image


def _draw(image: Image.Image) -> tuple[Image.Image, bool]:
    """The pixels at the largest served size, upright, on white, without anything else; and whether it was turned."""
    longest = max(SIZES.values())
    try:
        # A JPEG can be decoded at a half, a quarter or an eighth of its size, for as much less memory.
        image.draft("RGB", (longest, longest))
        image.load()
    except _BROKEN:
        raise Unprocessable("photo_broken") from None
    if max(image.size) > 3 * longest:
        # Thinned out first: every filter would copy the whole picture once or twice more.
        image = _keep_exif(image, image.resize(fitted(*image.size, 3 * longest), Image.Resampling.NEAREST))
    before = image.size
    image = _upright(image)
    is_turned = image.size != before
    image = _on_white(image)
    small = image.resize(fitted(*image.size, longest), Image.Resampling.LANCZOS)
    # Saving would take a remark along from what the picture was made of; a new sheet knows of none.
    sheet = Image.new("RGB", small.size)
    sheet.paste(small)
    return sheet, is_turned


def _keep_exif(image: Image.Image, resized: Image.Image) -> Image.Image:
    resized.info = dict(image.info)
    return resized


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except _BROKEN:
        # Nonsense about the camera is no reason to refuse the picture.
        return image


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        # Sixteen bits of grey; a plain conversion would cut all but the darkest to white.
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        sheet = Image.new("RGB", layer.size, "white")
        sheet.paste(layer, mask=layer.getchannel("A"))
        return sheet
    return image.convert("RGB")


def _jpeg(image: Image.Image, longest: int) -> bytes:
    made = BytesIO()
    image.resize(fitted(*image.size, longest), Image.Resampling.LANCZOS).save(made, "JPEG", quality=QUALITY)
    return made.getvalue()


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """One of the machine's few turns to decode, among all its processes and threads; the system frees a dead one's."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [os.open(folder / f".turn-{number}", os.O_RDWR | os.O_CREAT, 0o600) for number in range(AT_A_TIME)]
    try:
        until = time.monotonic() + LONGEST_WAIT_S
        while not any(_taken(file) for file in files):
            if time.monotonic() > until:
                raise Unavailable(headers={"Retry-After": "5"})
            time.sleep(0.02)
        yield
    finally:
        for file in files:
            os.close(file)


def _taken(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
