"""The register of households: a page of it, one of them, adding, changing and ending."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.db import dialect_insert
from api.errors import Conflict, Unprocessable
from api.postings.divisions_service import DivisionRef, audit_chain, refs
from api.postings.models import Division
from api.sealing import Keyring
from api.visits import phones_service, terms_service
from api.visits.household_access_service import in_reach, linked_households
from api.visits.households_rules import initials, periods_problem
from api.visits.models import Household, HouseholdAbsence, HouseholdLabel, Linkage

# In the order of the register.
FACTS = ("number", "villagers_group", "householder", "members", "alive_from", "alive_to", "ended_as")


@dataclass(frozen=True, slots=True)
class AbsenceView:
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True)
class HouseholdView:
    """A household as answers show it; `is_away`: registered as living away on the day of reading."""

    id: int
    village: DivisionRef
    number: str
    villagers_group: str
    householder: str
    initials: str
    members: int | None
    labels: list[str]
    alive_from: date
    alive_to: date | None
    ended_as: str | None
    is_away: bool
    absences: list[AbsenceView]
    phone_last4: str | None
    last_visited_on: date | None
    version: int


@dataclass(frozen=True, slots=True)
class HouseholdFilter:
    """What a list is narrowed to; None: not by this. `village` and above: below that division."""

    division_path: str | None = None
    group: str | None = None
    text: str | None = None
    label: str | None = None
    state: str = "alive"
    is_linked: bool = False
    more: tuple[ColumnElement[bool], ...] = ()


def list_households(session: Session, *, identity: Identity, wanted: HouseholdFilter, unvisited_first: bool,
                    page: int, page_size: int, today: date) -> tuple[list[HouseholdView], int]:
    """A page of the households within reach, and how many there are.

    As the register is ordered, or `unvisited_first`: never and longest not visited first, needy ones before others.
    """
    condition = and_(in_reach(identity, today), *_conditions(identity, wanted, today))
    count = session.scalar(select(func.count()).select_from(Household).where(condition))
    rows = session.scalars(select(Household).where(condition).order_by(*ordering(unvisited_first=unvisited_first))
                           .offset((page - 1) * page_size).limit(page_size))
    return household_views(session, list(rows), today=today), count


def alive_on(day: date) -> ColumnElement[bool]:
    """The condition that a household is alive on a day."""
    return and_(Household.alive_from <= day, or_(Household.alive_to.is_(None), Household.alive_to >= day))


def away_on(day: date) -> ColumnElement[bool]:
    """The condition that a household is registered as living away on a day."""
    return exists().where(HouseholdAbsence.household_id == Household.id, HouseholdAbsence.from_on <= day,
                          or_(HouseholdAbsence.to_on.is_(None), HouseholdAbsence.to_on >= day))


def bears(label: str) -> ColumnElement[bool]:
    """The condition that a household bears a label."""
    return exists().where(HouseholdLabel.household_id == Household.id, HouseholdLabel.label == label)


def matches(text: str) -> ColumnElement[bool]:
    """The condition that a household is meant by what was typed: initials, a part of the name, or the number.

    `%` and `_` mean themselves.
    """
    typed = text.strip()
    return or_(Household.initials.startswith(typed.lower(), autoescape=True),
               Household.householder.contains(typed, autoescape=True), Household.number == typed)


def ordering(*, unvisited_first: bool) -> tuple:
    """The columns to sort households by."""
    usual = (Household.village_id, func.length(Household.number), Household.number, Household.id)
    if unvisited_first:
        return (Household.last_visited_on.asc().nulls_first(), bears("needy").desc(), *usual)
    return usual


def _conditions(identity: Identity, wanted: HouseholdFilter, today: date) -> list[ColumnElement[bool]]:
    conditions = []
    if wanted.division_path is not None:
        conditions.append(Household.village_id.in_(
            select(Division.id).where(Division.path.like(wanted.division_path + "%"))))
    if wanted.group is not None:
        conditions.append(Household.villagers_group == wanted.group)
    if wanted.text:
        conditions.append(matches(wanted.text))
    if wanted.label is not None:
        conditions.append(bears(wanted.label))
    if wanted.state != "all":
        conditions.append(alive_on(today) if wanted.state == "alive" else Household.alive_to < today)
    if wanted.is_linked:
        conditions.append(Household.id.in_(linked_households(identity.cadre_id or 0, today)))
    return [*conditions, *wanted.more]


def household_views(session: Session, households: list[Household], *, today: date) -> list[HouseholdView]:
    """Households as answers show them, in three queries whatever their number."""
    ids = [household.id for household in households]
    labels: dict[int, list[str]] = {id_: [] for id_ in ids}
    for row in session.execute(select(HouseholdLabel.household_id, HouseholdLabel.label)
                               .where(HouseholdLabel.household_id.in_(ids)).order_by(HouseholdLabel.label)):
        labels[row.household_id].append(row.label)
    absences: dict[int, list[AbsenceView]] = {id_: [] for id_ in ids}
    for row in session.execute(
            select(HouseholdAbsence.household_id, HouseholdAbsence.from_on, HouseholdAbsence.to_on)
            .where(HouseholdAbsence.household_id.in_(ids)).order_by(HouseholdAbsence.from_on)):
        absences[row.household_id].append(AbsenceView(row.from_on, row.to_on))
    villages = refs(session, [household.village_id for household in households])
    return [
        HouseholdView(
            id=one.id, village=villages[one.village_id], number=one.number, villagers_group=one.villagers_group,
            householder=one.householder, initials=one.initials, members=one.members, labels=labels[one.id],
            alive_from=one.alive_from, alive_to=one.alive_to, ended_as=one.ended_as,
            is_away=any(_covers(absence, today) for absence in absences[one.id]), absences=absences[one.id],
            phone_last4=one.phone_last4, last_visited_on=one.last_visited_on, version=one.version)
        for one in households
    ]


def _covers(absence: AbsenceView, day: date) -> bool:
    return absence.from_on <= day and (absence.to_on is None or absence.to_on >= day)


def households_of_villages(session: Session, village_ids: list[int]) -> list[Household]:
    """All households of villages, ended ones too, as the registers are ordered."""
    order = {id_: place for place, id_ in enumerate(village_ids)}
    found = session.scalars(select(Household).where(Household.village_id.in_(village_ids))
                            .order_by(*ordering(unvisited_first=False)))
    return sorted(found, key=lambda one: order[one.village_id])


def groups_of(session: Session, *, village_id: int, today: date) -> list[tuple[str, int]]:
    """The villagers' groups of a village with the number of households alive in each."""
    rows = session.execute(
        select(Household.villagers_group, func.count()).where(Household.village_id == village_id, alive_on(today))
        .group_by(Household.villagers_group).order_by(Household.villagers_group))
    return [tuple(row) for row in rows]


def add_household(session: Session, ring: Keyring, *, village: Division, facts: dict, labels: list[str],
                  absences: list[dict], phone: str | None, by_id: int, now: datetime) -> Household:
    """A new household; `facts` as FACTS. Raises Conflict (household_number_taken), Unprocessable (not_a_village,
    unknown_term, alive_reversed, end_without_reason, period_reversed, periods_overlap, bad_phone)."""
    if village.level != "village":
        raise Unprocessable("not_a_village", code=village.code)
    _check(session, facts, labels, absences, held=())
    added = session.execute(dialect_insert(session, Household).values(
        village_id=village.id, initials=initials(facts["householder"]), changed_at=now, version=1, **facts,
    ).on_conflict_do_nothing().returning(Household.id)).scalar()
    if added is None:
        raise Conflict("household_number_taken", number=facts["number"])
    household = session.get(Household, added)
    phones_service.put_phone(ring, household=household, text=phone)
    _put_labels(session, household.id, labels)
    _put_absences(session, household.id, absences)
    session.flush()
    audit.append(session, chain=audit_chain(village), at=now, user_id=by_id, action="household.added",
                 subject=f"household:{household.id}", details={"village": village.code, "number": household.number})
    return household


def change_household(session: Session, ring: Keyring, *, household: Household, village: Division, changes: dict,
                     by_id: int, now: datetime) -> Household:
    """Correct or end a household: any of FACTS, `phone`, `labels` and `absences` (whole lists). Refusals as above.

    With the household end the links to it.
    """
    facts = {name: changes.get(name, getattr(household, name)) for name in FACTS}
    held = set(session.scalars(select(HouseholdLabel.label).where(HouseholdLabel.household_id == household.id)))
    labels, absences = changes.get("labels"), changes.get("absences")
    _check(session, facts, labels or [], absences or [], held=held)
    taken = session.scalar(select(Household.id).where(
        Household.village_id == village.id, Household.number == facts["number"], Household.id != household.id))
    if taken is not None:
        raise Conflict("household_number_taken", number=facts["number"])
    # Names of the fields, not what stands in them: the log is kept for ever, a register is not.
    told = sorted(name for name in changes if name not in FACTS or getattr(household, name) != changes[name])
    for name, value in facts.items():
        setattr(household, name, value)
    household.initials, household.changed_at, household.version = (
        initials(household.householder), now, household.version + 1)
    if "phone" in changes:
        phones_service.put_phone(ring, household=household, text=changes["phone"])
    if labels is not None:
        _put_labels(session, household.id, labels)
    if absences is not None:
        _put_absences(session, household.id, absences)
    if household.alive_to is not None:
        end_links(session, household_id=household.id, on=household.alive_to)
    session.flush()
    audit.append(session, chain=audit_chain(village), at=now, user_id=by_id, action="household.changed",
                 subject=f"household:{household.id}",
                 details={"village": village.code, "changed": told,
                          "alive_to": household.alive_to and household.alive_to.isoformat(),
                          "ended_as": household.ended_as})
    return household


def _check(session: Session, facts: dict, labels: Iterable[str], absences: list[dict], *, held: Iterable[str]) -> None:
    if facts["alive_to"] is not None and facts["alive_to"] < facts["alive_from"]:
        raise Unprocessable("alive_reversed")
    if (facts["alive_to"] is None) != (facts["ended_as"] is None):
        raise Unprocessable("end_without_reason")
    problem = periods_problem([(one["from_on"], one["to_on"]) for one in absences])
    if problem is not None:
        raise Unprocessable(problem)
    terms_service.check_terms(session, "label", labels, held=held)


def _put_labels(session: Session, household_id: int, labels: Iterable[str]) -> None:
    session.execute(delete(HouseholdLabel).where(HouseholdLabel.household_id == household_id))
    session.add_all(HouseholdLabel(household_id=household_id, label=label) for label in sorted(set(labels)))


def _put_absences(session: Session, household_id: int, absences: list[dict]) -> None:
    session.execute(delete(HouseholdAbsence).where(HouseholdAbsence.household_id == household_id))
    session.add_all(HouseholdAbsence(household_id=household_id, **absence) for absence in absences)


def end_links(session: Session, *, household_id: int, on: date) -> None:
    """End the links to a household with its last day."""
    links = session.scalars(select(Linkage).where(
        Linkage.household_id == household_id, or_(Linkage.to_on.is_(None), Linkage.to_on > on)))
    for link in links:
        link.to_on, link.version = max(on, link.from_on), link.version + 1
