"""Makes codes; what is kept of them is a hash (codes_rules)."""

import secrets

from api.ratings.codes_rules import BITS, CARD, code_from


def new_code(length: int = CARD) -> str:
    """A random code of a card, or of a receipt with `RECEIPT`."""
    return code_from(secrets.randbits(BITS[length]), length)
