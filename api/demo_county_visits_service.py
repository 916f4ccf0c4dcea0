"""Fills a county of full size with households and with years of visits, and counts them; almost all of it in SQL.

The counts of ended quarters are made by a query that says the same as the pure rule; `zhucun verify` and a test hold
it to that.
"""

from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import (
    JSON,
    Column,
    Date,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    case,
    cast,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import Session

from api import demo_words as words
from api.checkin.models import Evidence
from api.dates import quarter_end, quarter_of
from api.db import NO_HASH, UtcDateTime
from api.demo_county_days_rules import MOST_VISITS, Patterns
from api.demo_county_history_service import (
    ROUND_EVIDENCE_ID,
    ROUND_ID,
    VISIT_ID,
    Progress,
    add_to,
    made_id,
    pattern_table,
    spans_of,
)
from api.demo_county_roster_service import add_rows
from api.demo_county_rules import Size, household_counts
from api.postings.models import Posting
from api.visits.coverage_rules import counted_on
from api.visits.models import Household, HouseholdAbsence, HouseholdLabel, Linkage, Round, VillageQuarter, Visit

ALIVE_FROM = date(2020, 1, 1)
# How many in a thousand households bear a label.
_LABELS = {"needy": 70, "prosperous": 50, "lifted_out": 120, "monitored": 30, "minimum_living": 60, "destitute": 10,
           "elderly_alone": 40}
_AWAY, _BACK = 0.14, 0.3
_KEY, _LINKED = 10, 13
# A village that nobody has come to since the quarter began: every so-many-th.
_QUIET, _QUIET_FROM = 83, 40


def write_households(session: Session, *, size: Size, today: date, first_on: date, at: datetime, seed: int) -> None:
    """The register: village after village, numbered without a gap; some bear labels, some live away."""
    rng = Random(f"{seed} households")
    own, households, labels, absences = 0, [], [], []
    for nth, count in enumerate(household_counts(size, seed)):
        groups = rng.sample(words.GROUPS, 5)
        for number in range(1, count + 1):
            own += 1
            households.append({
                "id": own, "village_id": size.first_village + nth, "number": f"{number:04}",
                "villagers_group": groups[(number - 1) * 5 // count], "initials": "",
                "householder": rng.choice(words.SURNAMES) + rng.choice(words.GIVEN_NAMES),
                "members": 1 + int(rng.random() * rng.random() * 9), "alive_from": ALIVE_FROM, "changed_at": at,
                "version": 1})
            chance = rng.random() * 1000
            for label, share in _LABELS.items():
                if 0 <= chance < share:
                    labels.append({"household_id": own, "label": label})
                chance -= share
            if rng.random() < _AWAY:
                absences.append({"household_id": own, **_absence(rng, first_on, today)})
        if len(households) > 20_000 or nth == size.villages - 1:
            add_rows(session, Household, households)
            add_rows(session, HouseholdLabel, labels)
            add_rows(session, HouseholdAbsence, absences)
            households, labels, absences = [], [], []


def _absence(rng: Random, first_on: date, today: date) -> dict:
    left = first_on + timedelta(days=rng.randrange(max((today - first_on).days - 20, 1)))
    back = left + timedelta(days=rng.randint(60, 500))
    return {"from_on": left, "to_on": back if rng.random() < _BACK else None}


def _deals(session: Session, size: Size, seed: int) -> Table:
    """A temporary table of the posts of every village: the households that it looks after, as first, step and count."""
    table = Table("demo_deals", MetaData(), *(Column(name, Integer) for name in (
        "village_id", "seat", "first_id", "step", "count", "is_quiet")), prefixes=["TEMPORARY"])
    table.create(session.connection())
    rows, first_id, seats = [], 1, max(size.cadres // size.villages, 1)
    for nth, count in enumerate(household_counts(size, seed)):
        rows += [{"village_id": size.first_village + nth, "seat": seat, "first_id": first_id + seat, "step": seats,
                  "count": (count - seat + seats - 1) // seats, "is_quiet": int(nth % _QUIET == _QUIET_FROM)}
                 for seat in range(seats)]
        first_id += count
    add_to(session, table, rows)
    return table


def write_visits(session: Session, posts: Table, patterns: Patterns, *, size: Size, today: date, seed: int,
                 progress: Progress) -> None:
    """Rounds with their evidence and visits, and the links of cadres to households.

    A village's households are dealt out to its posts in turn; a post goes through its own again and again.
    """
    deals = _deals(session, size, seed)
    walks = pattern_table(session, "walks", {
        "number": Integer, "day": Date, "at": UtcDateTime, "start": Integer, "count": Integer}, (
        (number, walk.day.toordinal(), walk.day, walk.captured_at, walk.start, walk.count)
        for number, found in patterns.walks.items() for walk in found))
    turns = pattern_table(session, "turns", {"place": Integer}, (
        (0, turn) for turn in range(max(MOST_VISITS, _LINKED))))
    of_post = (deals.c.village_id == posts.c.village_id) & (deals.c.seat == posts.c.seat)
    joined = posts.join(walks, walks.c.pattern == posts.c.pattern).join(deals, of_post)
    # Every household of the post that a round comes to, the first again after the last.
    visited = joined.join(turns, (turns.c.place < walks.c.count) & (turns.c.place < deals.c.count))
    household_id = deals.c.first_id + deals.c.step * ((walks.c.start + turns.c.place) % deals.c.count)
    round_id = made_id(session, ROUND_ID, walks.c.number, posts.c.posting_id)
    no_hash = literal(NO_HASH, LargeBinary)
    away = HouseholdAbsence.__table__
    manner = case((away.c.id.is_not(None), "phone"),
                  ((household_id * 7 + walks.c.number) % 100 < 6, "not_home"), else_="in_person")
    rounds = select(round_id, posts.c.cadre_id, walks.c.day, walks.c.at, walks.c.at, literal(""),
                    type_coerce(literal("[]"), String) if _is_sqlite(session) else cast(literal("[]"), JSON),
                    false(), walks.c.at, no_hash).select_from(joined)
    pieces = select(
        made_id(session, ROUND_EVIDENCE_ID, walks.c.number, posts.c.posting_id), literal("visit"), round_id,
        posts.c.cadre_id, posts.c.posting_id, walks.c.day, walks.c.at, walks.c.at, literal("inside"), literal(""),
        literal("counts"), no_hash).select_from(joined)
    visits = select(
        made_id(session, VISIT_ID, walks.c.number, posts.c.posting_id * 16 + turns.c.place), round_id, household_id,
        posts.c.village_id, posts.c.cadre_id, walks.c.day, manner, literal(1)).select_from(visited.outerjoin(
            away, (away.c.household_id == household_id) & (away.c.from_on <= walks.c.day)
            & or_(away.c.to_on.is_(None), away.c.to_on >= walks.c.day)))
    order, spans = (walks.c.day, posts.c.posting_id), spans_of(session, walks)
    for done, (first, last) in enumerate(spans, 1):
        within = walks.c.day.between(first, last) & or_(deals.c.is_quiet == 0, walks.c.day < quarter_of(today))
        session.execute(insert(Round.__table__).from_select(
            ["id", "cadre_id", "day", "captured_at", "received_at", "flags", "purposes", "is_erased", "changed_at",
             "content_hash"], rounds.where(within).order_by(*order)))
        session.execute(insert(Evidence.__table__).from_select(
            ["id", "kind", "source_id", "cadre_id", "posting_id", "day", "captured_at", "received_at", "verdict",
             "flags", "status", "content_hash"], pieces.where(within).order_by(*order)))
        session.execute(insert(Visit.__table__).from_select(
            ["id", "round_id", "household_id", "village_id", "cadre_id", "day", "manner", "version"],
            visits.where(within).order_by(*order, turns.c.place)))
        progress(done, len(spans))
    _link(session, posts, deals, turns)
    for table in (deals, walks, turns):
        table.drop(session.connection())


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _link(session: Session, posts: Table, deals: Table, turns: Table) -> None:
    """Each cadre's key households, the first of the post's own, and those linked beside them."""
    joined = (posts.join(Posting.__table__, Posting.id == posts.c.posting_id)
              .join(deals, (deals.c.village_id == posts.c.village_id) & (deals.c.seat == posts.c.seat))
              .join(turns, (turns.c.place < _LINKED) & (turns.c.place < deals.c.count)))
    session.execute(insert(Linkage.__table__).from_select(
        ["cadre_id", "household_id", "kind", "from_on", "to_on", "version"],
        select(posts.c.cadre_id, deals.c.first_id + deals.c.step * turns.c.place,
               case((turns.c.place < _KEY, "key"), else_="link"), Posting.from_on, Posting.to_on, literal(1))
        .select_from(joined).order_by(posts.c.posting_id, turns.c.place)))


def keep_counts(session: Session, *, first_on: date, today: date, progress: Progress) -> None:
    """The counts of every village and quarter since `first_on`, and the day of each household's last visit."""
    moves = _moves(session)
    quarters = [quarter_of(first_on)]
    while (following := quarter_end(quarters[-1]) + timedelta(days=1)) <= today:
        quarters.append(following)
    for done, quarter_on in enumerate(quarters, 1):
        on, end = counted_on(quarter_on, today), quarter_end(quarter_on)
        changes = {village_id: min((day for day in days if on < day <= end), default=None)
                   for village_id, days in moves.items()}
        add_rows(session, VillageQuarter, [
            {**row, "quarter_on": quarter_on, "counted_on": on, "changes_on": changes.get(row["village_id"])}
            for row in session.execute(_counts(quarter_on, on)).mappings()])
        progress(done, len(quarters))
    session.execute(update(Household.__table__).values(last_visited_on=select(func.max(Visit.day)).where(
        Visit.household_id == Household.__table__.c.id, Visit.manner == "in_person",
        Visit.annulled_at.is_(None)).scalar_subquery()))


def _moves(session: Session) -> dict[int, list[date]]:
    """The days on which households of each village leave, or are back."""
    found: dict[int, list[date]] = {}
    for village_id, left, back in session.execute(
            select(Household.village_id, HouseholdAbsence.from_on, HouseholdAbsence.to_on)
            .join(Household, Household.id == HouseholdAbsence.household_id)):
        found.setdefault(village_id, []).extend([left] if back is None else [left, back + timedelta(days=1)])
    return found


def _counts(quarter_on: date, on: date):
    """What counts_of (coverage_rules) adds up to, for households that are all alive and calls that were to the right
    ones."""
    away = HouseholdAbsence.__table__
    reached = (select(Visit.household_id, func.max(Visit.day).label("last_on"))
               .where(Visit.day.between(date(quarter_on.year, 1, 1), quarter_end(quarter_on)),
                      Visit.manner != "not_home").group_by(Visit.household_id).subquery())
    home, year = away.c.id.is_(None), reached.c.last_on.is_not(None)
    quarter = year & (reached.c.last_on >= quarter_on)

    def how_many(which, name: str):
        return func.coalesce(func.sum(case((which, 1), else_=0)), 0).label(name)

    return (select(Household.village_id, func.count().label("households"), how_many(home, "at_home"),
                   how_many(quarter, "visited"), how_many(quarter & home, "visited_at_home"),
                   how_many(year, "year_visited"), how_many(year & home, "year_visited_at_home"))
            .select_from(Household).outerjoin(reached, reached.c.household_id == Household.id)
            .outerjoin(away, (away.c.household_id == Household.id) & (away.c.from_on <= on)
                       & or_(away.c.to_on.is_(None), away.c.to_on >= on))
            .group_by(Household.village_id))
