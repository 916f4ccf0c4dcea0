"""Amounts in whole hundredths of their unit, and as people write them."""


def as_number(hundredths: int | None) -> int | float | None:
    """An amount in hundredths as people write it: 1250 is 12.5, and 1200 is 12."""
    if hundredths is None:
        return None
    return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100
