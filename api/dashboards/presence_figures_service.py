"""On-post rate and stationed days of villages in a month, by the month table's own rule."""

from collections import defaultdict

from sqlalchemy import Integer, Row, and_, bindparam, case, func, select
from sqlalchemy.orm import Session

from api.checkin import sums_service
from api.checkin.models import PostingMonth, PostingWeek
from api.checkin.sums_service import Period, PostingFigures, bounds, figures_of, in_month
from api.dashboards.figures_rules import CountedMonth, Parts
from api.postings.models import Division, Posting

_weeks, _months = PostingWeek, PostingMonth
_DAYS = sum((_weeks.stationed_mask.bitwise_rshift(day).bitwise_and(1) for day in range(1, 7)),
            _weeks.stationed_mask.bitwise_and(1))
# Built once: what stands of the closed weeks of each posting, and of its month where that is the basis and has ended.
_WEEKS = (
    select(Posting.village_id, func.sum(_weeks.credited_days), func.sum(_weeks.required_days),
           func.sum(case((_weeks.basis == "week", _DAYS), else_=0)))
    .select_from(Posting).join(Division, Division.id == Posting.village_id)
    .join(_weeks, and_(_weeks.posting_id == Posting.id, _weeks.month_on == bindparam("month_on")))
    .where(in_month(), _weeks.monday < bindparam("closed_before")).group_by(Posting.village_id))
_MONTHS = (
    select(Posting.village_id, func.sum(_months.credited_days), func.sum(_months.required_days),
           func.sum(_months.stationed_days))
    .select_from(Posting).join(Division, Division.id == Posting.village_id)
    .join(_months, and_(_months.posting_id == Posting.id, _months.month_on == bindparam("month_on")))
    .where(in_month(), _months.basis == "month", bindparam("ended", type_=Integer) == 1)
    .group_by(Posting.village_id))
_POSTINGS = (select(Posting.id.label("posting_id"), Posting.cadre_id, Posting.village_id)
             .join(Division, Division.id == Posting.village_id).where(in_month()))


def count(session: Session, *, division: Division, month: CountedMonth) -> dict[int, dict[str, Parts]]:
    """By village. Weeks that ended before today count, also the last one of a month that has just ended."""
    period = Period(month.month_on, month.today, month.today)
    if sums_service.is_kept(session, period):
        asked = {**bounds(division, period), "month_on": month.month_on, "closed_before": period.closed_before}
        rows = [*session.execute(_WEEKS, asked), *session.execute(_MONTHS, {**asked, "ended": int(period.month_ended)})]
    else:
        rows = _by_rule(session, division, period)
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for village_id, *parts in rows:
        sums[village_id] = [held + int(part) for held, part in zip(sums[village_id], parts, strict=True)]
    return {village_id: {"on_post_rate": Parts(credited, required), "stationed_days": Parts(stationed, required)}
            for village_id, (credited, required, stationed) in sums.items()}


def _by_rule(session: Session, division: Division, period: Period) -> list[tuple[int, int, int, int]]:
    postings = session.execute(_POSTINGS, bounds(division, period)).all()
    found = figures_of(session, postings=postings, period=period, kept=False)
    return [_row(posting, found[posting.posting_id], period) for posting in postings]


def _row(posting: Row, figures: PostingFigures, period: Period) -> tuple[int, int, int, int]:
    stationed = sum(week.stationed_mask.bit_count() for week in figures.weeks
                    if period.is_closed(week.monday) and week.basis == "week")
    if figures.month is not None and figures.month.basis == "month" and period.month_ended:
        stationed += figures.month.stationed_days
    return posting.village_id, figures.sums.numerator, figures.sums.denominator, stationed
