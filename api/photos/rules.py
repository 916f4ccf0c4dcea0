"""What a photo may be, and when two are the same picture. Pure."""

from datetime import timedelta

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 50_000_000
# What each decoder of ours reads, and the type that it stands for; MPO is a JPEG with a second picture behind it.
MIMETYPES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
# The longest side of what is served, in pixels.
SIZES = {"thumb": 320, "view": 1280}
# Recompressing a picture changes no bit of its hash and halving it two; unrelated pictures differ in twenty and more.
SAME_WITHIN_BITS = 6
SEEN_WITHIN = timedelta(days=180)
# A difference hash looks at so many grey values: 8 comparisons in each of 8 rows.
HASH_WIDTH, HASH_HEIGHT = 9, 8
BANDS = 4


def difference_hash(grey: bytes) -> int:
    """The 64-bit difference hash of 9 × 8 grey values, row by row, as a signed integer: who is darker than the next."""
    bits = 0
    for row in range(HASH_HEIGHT):
        for column in range(HASH_WIDTH - 1):
            place = row * HASH_WIDTH + column
            bits = bits << 1 | (grey[place] < grey[place + 1])
    return bits - 2**64 if bits >= 2**63 else bits


def is_same_picture(one: int, other: int) -> bool:
    """Whether two hashes are of one picture sent again, be it smaller or recompressed."""
    return ((one ^ other) & (2**64 - 1)).bit_count() <= SAME_WITHIN_BITS


def bands(hash: int) -> tuple[int, ...]:
    """The four quarters of a hash, 16 bits each, the lowest first."""
    return tuple(hash >> 16 * place & 0xFFFF for place in range(BANDS))


def near(band: int) -> list[int]:
    """A quarter and all that differ from it in one bit.

    Of two hashes that differ in six bits at most, one quarter differs in one bit at most: six bits cannot be two or
    more in each of four.
    """
    return [band, *(band ^ 1 << bit for bit in range(16))]


def size_problem(width: int, height: int) -> str | None:
    """Why a picture of so many pixels is not decoded (photo_too_many_pixels), or None."""
    return "photo_too_many_pixels" if width * height > MOST_PIXELS else None


def fitted(width: int, height: int, longest: int) -> tuple[int, int]:
    """The size that fits a picture into a square of `longest`; never larger than it is, never less than one pixel."""
    factor = min(1.0, longest / max(width, height))
    return max(1, round(width * factor)), max(1, round(height * factor))
