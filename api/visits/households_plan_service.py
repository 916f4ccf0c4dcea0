"""What a file of households would change: which are new, whose facts, labels and absences differ. Reads only."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import i18n
from api.cells import FIRST_DAY, BadCell, Problem, match_key
from api.db import in_chunks
from api.postings.division_book_service import division_book
from api.postings.models import Division
from api.sealing import Keyring
from api.visits import phones_service, terms_service
from api.visits.households_import_rules import HouseholdFile, HouseholdRow
from api.visits.households_rules import initials, periods_problem
from api.visits.households_service import FACTS
from api.visits.models import Household, HouseholdAbsence, HouseholdLabel

# So many villages' households are held against the file at once.
_VILLAGES = 50


@dataclass(slots=True)
class Change:
    """A household of the file that is new (`id` None) or differs: its facts as they are to be.

    `phone` as in the row; `labels` None: they stay; `absence`: one to add or to give an end.
    """

    id: int | None
    village_id: int
    facts: dict
    phone: str | None = None
    labels: tuple[str, ...] | None = None
    absence: tuple[date, date | None] | None = None


@dataclass
class HouseholdPlan:
    """The changes of a file and the counts of its rows; `village_ids` are those with a change."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    created: int = 0
    updated: int = 0
    unchanged: int = 0

    @property
    def village_ids(self) -> list[int]:
        return sorted({change.village_id for change in self.changes})


def plan_households(session: Session, ring: Keyring, *, file: HouseholdFile, county: Division,
                    scope: tuple[str, ...] | None) -> HouseholdPlan:
    """Compare a file with the register; `scope`: the paths under which the importer may act, None for all.

    A household is known by its number within its village. The file's rows are used up, village by village, so that a
    county's are not held twice.
    """
    plan = HouseholdPlan(problems=file.problems)
    by_village = _by_village(session, file, county, scope, plan)
    labels = _label_keys(session)
    for village_ids in in_chunks(sorted(by_village), _VILLAGES):
        record = _Record(session, village_ids)
        for village_id in village_ids:
            for row in by_village.pop(village_id).values():
                _plan_row(plan, file, ring, row, village_id, record, labels)
    plan.problems.sort(key=lambda problem: (problem.sheet or "", problem.row or 0))
    return plan


def _by_village(session: Session, file: HouseholdFile, county: Division, scope: tuple[str, ...] | None,
                plan: HouseholdPlan) -> dict[int, dict[str, HouseholdRow]]:
    """The rows by village and number."""
    book, known, found = division_book(session, county=county), {}, {}
    rows, file.rows = file.rows, []
    for row in rows:
        place = (row.township, row.village)
        if place not in known:
            try:
                known[place] = book.village(row.village, row.township)
            except BadCell as bad:
                known[place] = bad
        village = known[place]
        if isinstance(village, BadCell):
            column = "township" if village.reason.startswith("township") else "village"
            plan.problems.append(file.problem(row, village.reason, column, **village.params))
        elif scope is not None and not village.path.startswith(scope):
            plan.problems.append(file.problem(row, "not_yours", "village", value=village.name))
        else:
            first = found.setdefault(village.id, {}).setdefault(row.number, row)
            if first is not row:
                plan.problems.append(file.problem(row, "household_twice", "number", value=row.number,
                                                  first=first.row, sheet=first.sheet or ""))
    return found


def _label_keys(session: Session) -> dict[str, str]:
    """What people may write for the labels in use, by match key."""
    terms = [term for term in terms_service.terms_of(session, "label") if not term.is_retired]
    keys = {}
    for term in terms:
        for word in (term.key, term.zh, term.en, term.zh.removesuffix("户")):
            keys.setdefault(match_key(word), term.key)
        for language in i18n.LANGUAGES:
            also = f"import.also.label.{term.key}"
            for word in i18n.text(language, also).split("|") if i18n.has_text(language, also) else ():
                keys.setdefault(match_key(word), term.key)
    return keys


class _Record:
    """The households of some villages as they stand, with labels and absences."""

    def __init__(self, session: Session, village_ids: list[int]):
        columns = (Household.id, Household.village_id, Household.phone_index, *(getattr(Household, name)
                                                                                for name in FACTS))
        mine = select(Household.id).where(Household.village_id.in_(village_ids))
        self.held = {(row.village_id, row.number): row for row in session.execute(
            select(*columns).where(Household.village_id.in_(village_ids)))}
        self.labels: dict[int, set[str]] = {}
        for id_, label in session.execute(select(HouseholdLabel.household_id, HouseholdLabel.label)
                                          .where(HouseholdLabel.household_id.in_(mine))):
            self.labels.setdefault(id_, set()).add(label)
        self.absences: dict[int, dict[date, date | None]] = {}
        for id_, from_on, to_on in session.execute(
                select(HouseholdAbsence.household_id, HouseholdAbsence.from_on, HouseholdAbsence.to_on)
                .where(HouseholdAbsence.household_id.in_(mine))):
            self.absences.setdefault(id_, {})[from_on] = to_on


def _plan_row(plan: HouseholdPlan, file: HouseholdFile, ring: Keyring, row: HouseholdRow, village_id: int,
              record: _Record, labels: dict[str, str]) -> None:
    held, before = record.held.get((village_id, row.number)), len(plan.problems)
    facts = {name: getattr(held, name) if held is not None else None for name in FACTS}
    facts |= {name: getattr(row, name) for name in FACTS if getattr(row, name) is not None}
    facts["alive_from"] = facts["alive_from"] or FIRST_DAY
    if facts["alive_to"] is not None and facts["alive_to"] < facts["alive_from"]:
        plan.problems.append(file.problem(row, "period_reversed", "alive_to",
                                          from_on=facts["alive_from"].isoformat()))
    keys = _keys_of(plan, file, row, labels)
    absence = _absence_of(plan, file, row, record.absences.get(held.id, {}) if held is not None else {})
    if len(plan.problems) > before:
        return
    if held is None:
        plan.created += 1
        plan.changes.append(Change(None, village_id, facts, row.phone, keys, absence))
        return
    change = Change(held.id, village_id, facts, None if _has(ring, row.phone, held.phone_index) else row.phone,
                    None if keys is None or set(keys) == record.labels.get(held.id, set()) else keys, absence)
    differs = any(getattr(held, name) != facts[name] for name in FACTS)
    if differs or change.phone is not None or change.labels is not None or absence is not None:
        plan.updated += 1
        plan.changes.append(change)
    else:
        plan.unchanged += 1


def _keys_of(plan: HouseholdPlan, file: HouseholdFile, row: HouseholdRow, labels: dict[str, str]
             ) -> tuple[str, ...] | None:
    if row.labels is None:
        return None
    unknown = [word for word in row.labels if match_key(word) not in labels]
    for word in unknown:
        plan.problems.append(file.problem(row, "unknown_label", "labels", value=word[:40]))
    return None if unknown else tuple(sorted({labels[match_key(word)] for word in row.labels}))


def _absence_of(plan: HouseholdPlan, file: HouseholdFile, row: HouseholdRow, held: dict[date, date | None]
                ) -> tuple[date, date | None] | None:
    """The period away that the row adds or ends; None where the register says the same."""
    if row.away_from is None:
        return None
    # No end in the file says nothing, so the same file sent again does not send away who has come back since.
    wanted = (row.away_from, row.away_to or held.get(row.away_from))
    if held.get(row.away_from, date.min) == wanted[1]:
        return None
    if periods_problem([wanted, *((first, last) for first, last in held.items() if first != row.away_from)]):
        plan.problems.append(file.problem(row, "away_overlaps", "away_from"))
    return wanted


def _has(ring: Keyring, phone: str | None, index: bytes | None) -> bool:
    """Whether the register has this number already; a row that says none is no change where there is none."""
    if phone:
        return index in phones_service.phone_indexes(ring, phone)
    return phone == "" and index is None


def in_pieces(plan: HouseholdPlan) -> list[tuple[bool, list[Change]]]:
    """(True, new ones) and (False, others), each in pieces that fit a statement."""
    kinds = [(is_new, [change for change in plan.changes if (change.id is None) is is_new]) for is_new in (True, False)]
    return [(is_new, piece) for is_new, changes in kinds for piece in in_chunks(changes, 2000)]


def row_of(change: Change) -> dict:
    """The columns of a change that its file decides."""
    return {**change.facts, "village_id": change.village_id, "initials": initials(change.facts["householder"])}
