"""One look: a topic's measures of a division in a month, the month before, a line of twelve, the parts below."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.dashboards.figure_models import DivisionMonth
from api.dashboards.figure_parts_service import in_order, parts_now
from api.dashboards.figure_rules_service import TopicRules
from api.dashboards.figures_rules import MEASURES, CountedMonth, Parts, line_months, measures_of, summed_up, total
from api.dashboards.figures_service import counted, parts_of, paths_of_villages
from api.errors import Unprocessable
from api.postings.divisions_service import REF_COLUMNS, DivisionRef
from api.postings.models import Division


@dataclass(frozen=True)
class MonthOfLine:
    """A division's measures in a month; `kept_on`: the day on which they were counted for good, None: now.

    `parts`: what else the topic tells, of the same count; of months that are only in the line nobody asks for it.
    """

    month: CountedMonth
    measures: dict[str, Parts]
    kept_on: date | None
    parts: dict[str, int] = field(default_factory=dict)

    def figure(self, measure: str) -> dict:
        parts = self.measures.get(measure, Parts())
        return {"month": self.month.month_on, "counted_on": self.month.on, "kept_on": self.kept_on, **as_figure(parts)}


def as_figure(parts: Parts) -> dict:
    """A measure as answers show it: a rate never travels without what made it."""
    return {"numerator": parts.numerator, "denominator": parts.denominator, "rate": parts.rate}


def month_figures(session: Session, *, division: Division, month_on: date, today: date, topic: str) -> dict:
    """The answer of one topic, rows in the order of the roster. Raises Unprocessable (month_to_come)."""
    if month_on > today:
        raise Unprocessable("month_to_come")
    month, rules = CountedMonth(month_on, today), TopicRules(session, topic=topic, month=CountedMonth(month_on, today))
    kept = _kept_months(session, division, month, topic)
    # Figures, parts and rows are always of one count.
    if month_on in kept:
        below = _kept_below(session, division, month, topic)
    else:
        villages = counted(session, division=division, month=month, topic=topic)
        # Of each path only the division and what lies directly below it are asked for.
        depth = division.path.count("/")
        sums = summed_up(villages, {village_id: "/".join(path.split("/")[depth - 1 : depth + 1]) for village_id, path in
                                    paths_of_villages(session, division=division).items()})
        kept[month_on] = MonthOfLine(month, sums.get(division.id, {}), None, parts_now(
            session, division=division, month=month, topic=topic))
        below = sums
    line = [kept.get(one) or _counted_now(session, division, CountedMonth(one, today), topic)
            for one in line_months(month_on)]
    return {
        "topic": topic, "month": month_on, "division": DivisionRef.of(division), "counted_on": month.on,
        "kept_on": line[-1].kept_on, "is_running": not month.has_ended,
        "figures": [_figure(measure, line, rules.target(measure, division)) for measure in measures_of(topic)],
        "parts": [{"key": key, "value": value} for key, value in kept[month_on].parts.items()],
        "rows": [_row(child, below.get(child.id, {}), topic) for child in _children(session, division, month, below)],
        "rules": rules.shown(division)}


def _figure(measure: str, line: list[MonthOfLine], target: float | None) -> dict:
    told = [one.figure(measure) for one in line]
    now, before = told[-1], told[-2]
    begins = MEASURES[measure].begins_with(now["month"])
    compares = begins is None and now["rate"] is not None and before["rate"] is not None
    return {"measure": measure, "numerator": now["numerator"], "denominator": now["denominator"], "rate": now["rate"],
            "target": target, "more_is_better": MEASURES[measure].more_is_better, "before": before, "begins": begins,
            "change": now["rate"] - before["rate"] if compares else None, "line": told}


def _row(child: DivisionRef, measures: dict[str, Parts], topic: str) -> dict:
    return {"division": child,
            "figures": {measure: as_figure(measures.get(measure, Parts())) for measure in measures_of(topic)}}


def _kept_months(session: Session, division: Division, month: CountedMonth, topic: str) -> dict[date, MonthOfLine]:
    rows = session.execute(
        select(DivisionMonth.month_on, DivisionMonth.figures, DivisionMonth.parts, DivisionMonth.counted_on)
        .where(DivisionMonth.division_id == division.id, DivisionMonth.month_on.in_(line_months(month.month_on))))
    months = {row.month_on: (CountedMonth(row.month_on, month.today), row) for row in rows}
    return {on: MonthOfLine(one, parts_of(row.figures, topic), row.counted_on,
                            in_order(topic, row.parts.get(topic, {})))
            for on, (one, row) in months.items() if one.has_ended}


def _kept_below(session: Session, division: Division, month: CountedMonth, topic: str) -> dict[int, dict[str, Parts]]:
    rows = session.execute(
        select(DivisionMonth.division_id, DivisionMonth.figures)
        .join(Division, Division.id == DivisionMonth.division_id)
        .where(Division.parent_id == division.id, DivisionMonth.month_on == month.month_on))
    return {row.division_id: parts_of(row.figures, topic) for row in rows}


def _counted_now(session: Session, division: Division, month: CountedMonth, topic: str) -> MonthOfLine:
    villages = counted(session, division=division, month=month, topic=topic)
    sums = {measure: total(one.get(measure, Parts()) for one in villages.values()) for measure in measures_of(topic)}
    return MonthOfLine(month, sums, None)


def _children(session: Session, division: Division, month: CountedMonth, below: dict) -> list[DivisionRef]:
    """The divisions directly below that were valid on the day, and former ones that have something, by their codes."""
    was_valid = or_(Division.valid_to.is_(None), Division.valid_to >= month.on)
    rows = session.execute(select(*REF_COLUMNS, (Division.valid_from <= month.on) & was_valid).where(
        Division.parent_id == division.id).order_by(Division.code, Division.id))
    return [child for child, is_valid in ((DivisionRef(*row[:-1]), row[-1]) for row in rows)
            if is_valid or any(map(any, below.get(child.id, {}).values()))]
