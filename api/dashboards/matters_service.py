"""What to talk about in a division: facts of one kind, in the order of the roster; nobody is compared."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from api.auth import Identity
from api.checkin.week_matters_service import WeekMatter, week_matters
from api.contracts.notices_service import Standing
from api.dashboards import oddities_service, photo_repeats_service
from api.dashboards.matters_open_service import concerns_overdue, notices_overdue, posts_vacant
from api.dashboards.oddities_finding_service import OWN_DAYS
from api.dates import month_of_week
from api.postings.divisions_service import DivisionRef, refs
from api.postings.models import Division
from api.postings.policies_service import policy_book
from api.visits.visit_matters_service import households_unvisited, villages_unvisited

# What a committee may see of its own village.
OF_VILLAGES = ("week_at_risk", "week_missed", "households_unvisited", "village_unvisited", "notice_overdue",
               "post_vacant")
RULES = {
    "week_at_risk": ("days_per_week",), "week_missed": ("days_per_week",), "households_unvisited": ("unvisited_days",),
    "notice_overdue": ("notice_days",), "post_vacant": ("posted_minimum",),
    "oddity": (OWN_DAYS, "oddity_position_days", "oddity_speed_kmh", "oddity_clock_minutes"),
}


@dataclass(frozen=True, slots=True)
class _Asked:
    session: Session
    identity: Identity
    division: Division
    today: date
    page: int
    size: int

    @property
    def start(self) -> int:
        return (self.page - 1) * self.size

    def part(self, items: list) -> tuple[list, int]:
        return items[self.start:self.start + self.size], len(items)


@dataclass(frozen=True, slots=True)
class Matters:
    """A page of the matters of a kind, and how many there are; each item with facts as numbers and days, and the parts
    of the page's address that shows what made it."""

    division: DivisionRef
    on: date
    kind: str
    count: int
    items: list[dict]
    rules: list[dict] = field(default_factory=list)


def matters(session: Session, *, identity: Identity, division: Division, kind: str, today: date, page: int,
            page_size: int) -> Matters:
    """The matters of a kind below a division; the caller has made sure that the user may see them."""
    asked = _Asked(session, identity, division, today, page, page_size)
    items, count = _KINDS[kind](asked)
    return Matters(DivisionRef.of(division), today, kind, count, items, _rules(asked, kind))


def _weeks(state: str) -> Callable[[_Asked], tuple[list[dict], int]]:
    def ask(asked: _Asked) -> tuple[list[dict], int]:
        found, count = week_matters(asked.session, division=asked.division, today=asked.today, state=state,
                                    start=asked.start, size=asked.size)
        return [_week(one) for one in found], count
    return ask


def _week(one: WeekMatter) -> dict:
    facts = {name: getattr(one, name) for name in ("monday", "required", "stationed", "need", "days_left",
                                                   "duty_days_left", "is_closed")}
    return _item(one.village, facts, view="table", month=month_of_week(one.monday), cadre=one.cadre)


def _households(asked: _Asked) -> tuple[list[dict], int]:
    part, count = households_unvisited(asked.session, division=asked.division, today=asked.today, start=asked.start,
                                       size=asked.size)
    return [_item(one.village, {"households": one.households, "never": one.never, "days": one.days}, view="visits",
                  state="days") for one in part], count


def _villages(asked: _Asked) -> tuple[list[dict], int]:
    part, count = villages_unvisited(asked.session, division=asked.division, today=asked.today, start=asked.start,
                                     size=asked.size)
    return [_item(one.village, {"households": one.households, "quarter_on": one.quarter_on}, view="visits")
            for one in part], count


def _concerns(asked: _Asked) -> tuple[list[dict], int]:
    return concerns_overdue(asked.session, division=asked.division, today=asked.today, start=asked.start,
                            size=asked.size)


def _notices(asked: _Asked) -> tuple[list[dict], int]:
    seen = Standing(asked.session, asked.identity, today=asked.today).seen_notices()
    return notices_overdue(asked.session, division=asked.division, today=asked.today, start=asked.start,
                           size=asked.size, seen=seen)


def _vacant(asked: _Asked) -> tuple[list[dict], int]:
    return asked.part(posts_vacant(asked.session, division=asked.division, today=asked.today))


def _oddities(asked: _Asked) -> tuple[list[dict], int]:
    found, count = oddities_service.list_below(
        asked.session, identity=asked.identity, division=asked.division, today=asked.today, state="open",
        page=asked.page, page_size=asked.size)
    return [_item(one.village, {"oddity_kind": one.kind, "first_on": one.first_on, "last_on": one.last_on,
                                "day_count": len(one.days), "is_explained": one.state == "explained"},
                  view="matters", kind="oddity", oddity=one.id, cadre=one.cadre) for one in found], count


def _pictures(asked: _Asked) -> tuple[list[dict], int]:
    found, count = photo_repeats_service.list_repeats(
        asked.session, identity=asked.identity, division=asked.division, is_open=True, today=asked.today,
        page=asked.page, page_size=asked.size, by_village=True)
    return [_item(one.use.village, {"record_kind": one.use.kind, "used_on": one.use.day, "elsewhere": one.elsewhere},
                  view="pictures") for one in found], count


_KINDS: dict[str, Callable[[_Asked], tuple[list[dict], int]]] = {
    "week_at_risk": _weeks("at_risk"), "week_missed": _weeks("missed"), "households_unvisited": _households,
    "village_unvisited": _villages, "concern_overdue": _concerns, "notice_overdue": _notices,
    "post_vacant": _vacant, "oddity": _oddities, "photo_repeat": _pictures,
}
KINDS = tuple(_KINDS)


def _item(village: DivisionRef, facts: dict, *, cadre: dict | None = None, **link) -> dict:
    return {"village": village, "cadre": cadre, "facts": facts,
            "link": {"division": village.code, **({"cadre": cadre["id"]} if cadre and "oddity" not in link else {}),
                     **link}}


def _rules(asked: _Asked, kind: str) -> list[dict]:
    """The rules that a kind goes by: the division's own, and where divisions below have set others, those too."""
    keys, path = RULES.get(kind, ()), asked.division.path
    book = policy_book(asked.session, *keys) if keys else None
    shown = [rule for key in keys
             for rule in (*book.above(key, path, asked.today), *book.below(key, path, asked.today))]
    setters = refs(asked.session, [rule.division_id for rule in shown])
    return [{"key": rule.key, "value": rule.value, "effective_from": rule.effective_from, "source": rule.source,
             "division": setters[rule.division_id]} for rule in shown]
