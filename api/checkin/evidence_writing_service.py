"""Writes a piece of evidence together with the kept rows that it lifts.

PostgreSQL takes all of it in one statement, because every question costs a way there and back with sixteen phones
waiting; SQLite, which is in the process itself, takes one after the other. Both are built once.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Date, Integer, String, bindparam, case, exists, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from api.checkin.models import Evidence, PostingMonth, PostingWeek, StationedDay
from api.postings.models import Cadre

_evidence, _days = Evidence.__table__, StationedDay.__table__
_cadres = Cadre.__table__
_weeks, _months = PostingWeek.__table__, PostingMonth.__table__


@dataclass(frozen=True, slots=True)
class Lift:
    """The new values of a day, its week, and (`month_on` None: untouched) its month with one stationed day more."""

    posting_id: int
    day: date
    state: str
    monday: date
    stationed_mask: int
    waiting_mask: int
    week_credited: int
    month_on: date | None
    month_stationed: int
    month_credited: int

    def parameters(self) -> dict:
        """The values under the names that the statements give them."""
        return {
            "of_posting": self.posting_id, "on_day": self.day, "new_state": self.state, "of_monday": self.monday,
            "new_stationed_mask": self.stationed_mask, "new_waiting_mask": self.waiting_mask,
            "new_week_credited": self.week_credited, "own_month": self.month_on,
            "december": date(self.day.year, 12, 1), "new_month_stationed": self.month_stationed,
            "new_month_credited": self.month_credited}


def keep(connection: Connection, values: dict, lift: Lift | None, *, facts_version: int) -> str:
    """Insert evidence unless its id or its source is known already; if it is new, lift its day, week and month.

    Answers `new` or `known`; or `stale`, with nothing written, when the cadre's facts are no longer of the version
    that was read, so that verdict and lift may be wrong.
    """
    if connection.dialect.name == "postgresql":
        return _keep_at_once(connection, values, lift, facts_version)
    # SQLite lets one transaction write at a time, and this one began as such: nothing can have changed.
    if connection.execute(_KEEP, values).scalar() is None:
        return "known"
    if lift is not None:
        parameters = lift.parameters()
        for statement in (_DAY, _WEEK, *((_MONTH,) if lift.month_on else ())):
            connection.execute(statement, parameters)
    return "new"


def _keep_at_once(connection: Connection, values: dict, lift: Lift | None, facts_version: int) -> str:
    if lift is None:
        statement, parameters = _ALONE, {}
    else:
        statement, parameters = _WITH_MONTH if lift.month_on else _WITH_WEEK, lift.parameters()
    # A parameter named like a column would be taken for a value of every table in the statement that has the column.
    parameters.update((f"its_{name}", value) for name, value in values.items())
    parameters["seen_version"] = facts_version
    in_turn, new = connection.execute(statement, parameters).fetchone()
    return "stale" if not in_turn else "new" if new else "known"


def _day_row(insert, source=None):
    """The day with its state, new or lifted; from `source` only if that has a row."""
    columns = (bindparam("of_posting", type_=Integer), bindparam("on_day", type_=Date),
               bindparam("new_state", type_=String))
    statement = insert(_days)
    if source is None:
        statement = statement.values(dict(zip(("posting_id", "day", "state"), columns, strict=True)))
    else:
        statement = statement.from_select(["posting_id", "day", "state"], select(*columns).select_from(source))
    return statement.on_conflict_do_update(index_elements=["posting_id", "day"],
                                           set_={"state": bindparam("new_state", type_=String)})


def _week_row(*conditions):
    return update(_weeks).where(
        _weeks.c.posting_id == bindparam("of_posting"), _weeks.c.monday == bindparam("of_monday"), *conditions
    ).values(stationed_mask=bindparam("new_stationed_mask"), waiting_mask=bindparam("new_waiting_mask"),
             credited_days=bindparam("new_week_credited"))


def _month_rows(*conditions):
    """One day more in the month, and in the days of the year of every later month that is kept."""
    own = _months.c.month_on == bindparam("own_month")
    return update(_months).where(
        _months.c.posting_id == bindparam("of_posting"),
        _months.c.month_on.between(bindparam("own_month"), bindparam("december")), *conditions
    ).values(year_days=_months.c.year_days + 1,
             stationed_days=case((own, bindparam("new_month_stationed", type_=Integer)),
                                 else_=_months.c.stationed_days),
             credited_days=case((own, bindparam("new_month_credited", type_=Integer)),
                                else_=_months.c.credited_days))


def _at_once(*, week: bool, month: bool):
    turn = (update(_cadres).where(_cadres.c.id == bindparam("its_cadre_id"),
                                  _cadres.c.facts_version == bindparam("seen_version"))
            .values(facts_version=_cadres.c.facts_version + 1).returning(_cadres.c.id).cte("turn"))
    columns = [bindparam(f"its_{column.name}", type_=column.type) for column in _evidence.c]
    kept = (postgresql.insert(_evidence)
            .from_select([column.name for column in _evidence.c], select(*columns).select_from(turn))
            .on_conflict_do_nothing().returning(_evidence.c.id).cte("kept"))
    is_new = exists(select(literal(1)).select_from(kept))
    statement = select(select(func.count()).select_from(turn).scalar_subquery(),
                       select(func.count()).select_from(kept).scalar_subquery())
    if week:
        statement = statement.add_cte(_day_row(postgresql.insert, kept).cte("lifted_day"),
                                      _week_row(is_new).cte("lifted_week"))
    if month:
        statement = statement.add_cte(_month_rows(is_new).cte("lifted_month"))
    return statement


_KEEP = sqlite.insert(_evidence).on_conflict_do_nothing().returning(_evidence.c.id)
_DAY, _WEEK, _MONTH = _day_row(sqlite.insert), _week_row(), _month_rows()
_ALONE = _at_once(week=False, month=False)
_WITH_WEEK, _WITH_MONTH = _at_once(week=True, month=False), _at_once(week=True, month=True)
