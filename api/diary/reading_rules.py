"""The pure rules of reading the diary: how far back the queue goes, and how a sample is drawn."""

import hashlib
from collections.abc import Iterable
from uuid import UUID

# A page that nobody read in a quarter is no longer news; the sample reaches further.
QUEUE_DAYS = 92
MOST_SAMPLED = 50


def draw(ids: Iterable[UUID], *, seed: str, size: int) -> list[UUID]:
    """`size` of the ids by chance: those with the smallest SHA-256 of seed and id, so that anybody can draw again."""
    return sorted(ids, key=lambda one: hashlib.sha256(f"{seed}{one}".encode()).digest())[:size]
