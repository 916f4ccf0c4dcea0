"""How many records a batch may have, and in which order they are taken. Pure."""

from collections.abc import Sequence
from uuid import UUID

MOST_ITEMS = 500
# So many items share a savepoint; where one of them fails, they are taken again, each in its own.
SHARE = 50
# They speak of a record that may come in the same batch, so they are taken after all others, as they were sent.
FOLLOWING = ("_step", "_answer", "_annulment", "_edit", "_submission")


def taking_order(items: Sequence[tuple[str, UUID]]) -> list[int]:
    """The places of (kind, id) in the order in which they are to be taken.

    The same for the same records whoever sends them, so that two batches that touch the same rows do so in the same
    order: kind by kind, by id. What follows another record keeps the order of the phone.
    """
    def key(number: int) -> tuple:
        kind, id = items[number]
        return (True, "", 0, number) if kind.endswith(FOLLOWING) else (False, kind, id.int, number)

    return sorted(range(len(items)), key=key)
