"""Why a day does or does not count, as a slug that the dictionaries put into words (`why.<slug>`). Pure."""

from collections.abc import Sequence

# (kind, verdict, status, decided) of a piece of evidence.
Piece = tuple[str, str, str, bool]


def why_day(*, state: str | None, posted: bool, worked: bool, on_leave: bool, days_ahead: int,
            pieces: Sequence[Piece]) -> str:
    """The one reason to show for a day; the evidence below it has the rest.

    inside, uncertain, confirmed, errand; waiting_outside, waiting_no_location, waiting_not_judged, waiting_declared,
    rejected, future_day; leave, rest_day, no_record, not_yet, yet_to_come, no_posting. `days_ahead` counts from today.
    """
    if state == "stationed":
        return _why_stationed([piece for piece in pieces if piece[2] == "counts"])
    if state == "errand":
        return "errand"
    if state == "waiting":
        return _why_waiting([piece for piece in pieces if piece[2] == "waiting"])
    if state == "rejected":
        return "rejected"
    if not posted:
        return "no_posting"
    if any(status == "future_day" for _kind, _verdict, status, _decided in pieces):
        return "future_day"
    if on_leave:
        return "leave"
    if days_ahead >= 0:
        return "yet_to_come" if days_ahead else "not_yet"
    return "no_record" if worked else "rest_day"


def _why_stationed(pieces: Sequence[Piece]) -> str:
    verdicts = {verdict for _kind, verdict, _status, decided in pieces if not decided}
    return next((verdict for verdict in ("inside", "uncertain") if verdict in verdicts), "confirmed")


def _why_waiting(pieces: Sequence[Piece]) -> str:
    for kind, verdict, _status, _decided in pieces:
        if kind == "declaration":
            return "waiting_declared"
        if verdict in ("outside", "not_judged"):
            return f"waiting_{verdict}"
    return "waiting_no_location"
