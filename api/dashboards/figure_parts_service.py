"""What else a topic tells of a day (states, ages, campaigns): of a division now, and of every division to be kept."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from sqlalchemy.orm import Session

from api.dashboards import (
    concerns_figures_service,
    contracts_figures_service,
    notices_figures_service,
    ratings_figures_service,
    staffing_figures_service,
)
from api.dashboards.figures_rules import CountedMonth
from api.postings.models import Division

SERVICES = {
    "concerns": concerns_figures_service,
    "contracts": contracts_figures_service,
    "notices": notices_figures_service,
    "ratings": ratings_figures_service,
    "staffing": staffing_figures_service,
}
# Told also where there are none.
ALWAYS = {
    "contracts": ("without",),
    "notices": notices_figures_service.DETAILS,
    "ratings": ("campaigns",),
    "staffing": staffing_figures_service.DETAILS,
}


def parts_now(session: Session, *, division: Division, month: CountedMonth, topic: str) -> dict[str, int]:
    """The parts of a topic, counted now."""
    if topic not in SERVICES:
        return {}
    return in_order(topic, SERVICES[topic].details(session, division=division, month=month))


def in_order(topic: str, found: Mapping[str, int]) -> dict[str, int]:
    """Parts as answers show them, whether counted now or kept."""
    return ({key: found.get(key, 0) for key in ALWAYS.get(topic, ())}
            | {key: found[key] for key in sorted(found) if found[key] and key not in ALWAYS.get(topic, ())})


def parts_of_all(session: Session, *, county: Division, month: CountedMonth, paths: Mapping[int, str]
                 ) -> dict[int, dict[str, dict[str, int]]]:
    """{division id: {topic: parts}} of the county and what lies below it; zeros are left out."""
    sums: dict[int, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    above = {village_id: tuple(map(int, path.strip("/").split("/"))) for village_id, path in paths.items()}
    for topic in (one for one in SERVICES if one != "ratings"):
        found = SERVICES[topic].details_by_village(session, division=county, month=month)
        for village_id, parts in found.items():
            for division_id in above[village_id]:
                sums[division_id][topic].update(parts)
    reached: dict[int, set] = defaultdict(set)
    for village_id, ids in ratings_figures_service.campaigns_by_village(session, division=county, month=month).items():
        for division_id in above[village_id]:
            reached[division_id] |= ids
    for division_id, ids in reached.items():
        sums[division_id]["ratings"]["campaigns"] = len(ids)
    # The county's own least is no sum of its villages.
    sums[county.id]["staffing"] = Counter(staffing_figures_service.details(session, division=county, month=month))
    return {division_id: {topic: {key: number for key, number in parts.items() if number}
                          for topic, parts in topics.items()} for division_id, topics in sums.items()}
