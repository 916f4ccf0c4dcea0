"""The villages of a division with their posts on a day: what the numbers of staffing open into."""

from datetime import date

from sqlalchemy.orm import Session

from api.dashboards.staffing_figures_service import posts_of_villages
from api.postings.divisions_service import refs
from api.postings.models import Division

SUMS = ("cadres", "needed", "missing", "vacant")


def list_village_posts(session: Session, *, division: Division, on: date, state: str | None, page: int, page_size: int
                       ) -> tuple[dict[str, int], list[dict], int]:
    """(sums of all villages, a page of those in a state, how many those are), in the order of the roster.

    `state`: "missing", fewer cadres than the rule asks for; "vacant", nobody; None, all.
    """
    villages = posts_of_villages(session, division=division, on=on)
    listed = [one for one in villages if state is None or getattr(one, state)]
    shown = listed[(page - 1) * page_size:page * page_size]
    places = refs(session, [one.village_id for one in shown])
    total = {"villages": len(villages), **{name: sum(getattr(one, name) for one in villages) for name in SUMS}}
    return total, [{"village": places[one.village_id], "cadres": one.cadres, "needed": one.needed,
                    "missing": one.missing} for one in shown], len(listed)
