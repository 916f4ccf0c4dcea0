"""Visits as comma-separated text for analysis: one row each, in the order of the roster, annulled ones with the reason.

What a supervisor sees in the list of visits and no more: no telephone, no position; summaries stay on the page.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache, partial

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from api import i18n
from api.dashboards.orders_service import Order, Taking, csv_of_days
from api.dates import shanghai_day
from api.i18n import LANGUAGES
from api.postings.account_models import User
from api.postings.divisions_service import below
from api.postings.models import Cadre, Division
from api.visits.models import Household, Round, Visit
from api.visits.terms_service import terms_of

COLUMNS = ("township", "village", "village_code", "cadre", "day", "household_number", "villagers_group", "householder",
           "manner", "purposes", "annulled_on", "annulled_because")
# So many rows are held at once, whatever their number.
_AT_ONCE = 1000


def visits_taking(session: Session, *, division: Division, first: date, last: date, order: Order) -> Taking:
    """The visits below a division from a day to a day; reads only."""
    words = cache(partial(i18n.text, order.language))
    terms = {term.key: term.zh if order.language == LANGUAGES[0] else term.en
             for term in terms_of(session, "purpose")}
    lines = (_cells(row, terms, words) for row in _rows(session, division, first, last))
    return csv_of_days(order, division=division, first=first, last=last, columns=COLUMNS, lines=lines)


def _rows(session: Session, division: Division, first: date, last: date) -> Iterator[Row]:
    township = aliased(Division)
    return iter(session.execute(
        select(township.name.label("township"), Division.name.label("village"), Division.code, User.name, Visit.day,
               Household.number, Household.villagers_group, Household.householder, Visit.manner, Round.purposes,
               Visit.annulled_at, Visit.annulled_because)
        .join(Division, Division.id == Visit.village_id).outerjoin(township, township.id == Division.township_id)
        .join(Household, Household.id == Visit.household_id).join(Round, Round.id == Visit.round_id)
        .join(Cadre, Cadre.id == Visit.cadre_id).join(User, User.id == Cadre.user_id)
        .where(below(division.path), Visit.day.between(first, last))
        .order_by(Division.code, Visit.day, Visit.id).execution_options(yield_per=_AT_ONCE)))


def _cells(row: Row, terms: dict[str, str], words: Callable[..., str]) -> list:
    return [row.township, row.village, row.code, row.name, row.day, row.number, row.villagers_group, row.householder,
            words(f"field.manner.{row.manner}"), " ".join(terms.get(key, key) for key in row.purposes),
            row.annulled_at and shanghai_day(row.annulled_at), row.annulled_because]
