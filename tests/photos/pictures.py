"""Pictures for tests: made of noise that no two seeds share, with what cameras write into them."""

import hashlib
import random
import struct
import zlib
from io import BytesIO

from PIL import Image

ORIENTATION, GPS = 0x0112, 0x8825
REMARK = b"made by a camera of somebody"


def scene(seed: int = 1, size: tuple[int, int] = (640, 480), mode: str = "RGB") -> Image.Image:
    """A picture with large and small shapes of its own."""
    dice = random.Random(seed)
    small = Image.frombytes("RGB", (12, 9), bytes(dice.randrange(256) for _ in range(12 * 9 * 3)))
    return small.resize(size, Image.Resampling.BICUBIC).convert(mode)


def encoded(image: Image.Image, format: str = "JPEG", **more) -> bytes:
    made = BytesIO()
    image.save(made, format, **more)
    return made.getvalue()


def jpeg(seed: int = 1, size: tuple[int, int] = (640, 480), **more) -> bytes:
    return encoded(scene(seed, size), **more)


def from_a_camera(seed: int = 1, size: tuple[int, int] = (640, 480), orientation: int = 1) -> bytes:
    """A JPEG with a position, a camera's name, a remark and a second copy of all of it in XMP."""
    exif = Image.Exif()
    exif[0x010F], exif[ORIENTATION] = "SomebodysPhone", orientation
    exif[GPS] = {1: "N", 2: (27.0, 13.0, 31.44), 3: "E", 4: (107.0, 53.0, 16.44)}
    return jpeg(seed, size, exif=exif, comment=REMARK, xmp=b"<x:xmpmeta>GPSLatitude 27,13.52N</x:xmpmeta>")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def empty_png(width: int, height: int, *, extra: tuple[bytes, bytes] | None = None) -> bytes:
    """A black PNG, small as a file whatever its size in pixels; `extra` is one more chunk."""
    packer, row = zlib.compressobj(9), bytes(width + 1)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return (b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
            + (_chunk(*extra) if extra else b"") + _chunk(b"IDAT", packed) + _chunk(b"IEND", b""))
