"""How far a posting lies from a day. Pure."""

from datetime import date


def days_apart(posting, day: date) -> int:
    """The days between a day and a posting (anything with from_on and to_on, None for no end); 0 on its own days."""
    if day < posting.from_on:
        return (posting.from_on - day).days
    return 0 if posting.to_on is None or day <= posting.to_on else (day - posting.to_on).days
