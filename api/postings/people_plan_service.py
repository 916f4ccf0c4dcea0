"""What a roster file would change: who is new, whose facts, postings and roles differ. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.cells import BadCell, Problem, match_key
from api.postings.account_models import Grant, User
from api.postings.division_book_service import division_book
from api.postings.models import Cadre, Division, Posting, PostingVillage
from api.postings.people_import_rules import PeopleFile, PersonRow, clashes
from api.postings.people_match_rules import KnownDivision, Overlap, PostingFact, fit_posting

CADRE_FACTS = ("sending_unit", "rank", "cadre_role")


@dataclass(eq=False)
class Person:
    """Somebody of the file, with what is on record and what is to be.

    `username` is "" for a new person whose login name we make. `roles` are the new grants.
    """

    name: str
    username: str
    user: User | None
    cadre: Cadre | None = None
    first: PersonRow | None = None
    facts: dict[str, str] = field(default_factory=dict)
    held: list[PostingFact] = field(default_factory=list)
    postings: list[PostingFact] = field(default_factory=list)
    roles: list[tuple[str, int]] = field(default_factory=list)
    is_changed: bool = False


@dataclass
class PeoplePlan:
    """The persons of a file and the counts of its rows."""

    persons: list[Person] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    created: int = 0
    updated: int = 0
    unchanged: int = 0


class Record:
    """The roster as it stands, in a handful of queries whatever its size."""

    def __init__(self, session: Session, county: Division, today: date):
        self.book = division_book(session, county=county)
        self.users = {user.username.lower(): user for user in session.scalars(select(User))}
        self._names = {user.id: user for user in self.users.values()}
        self.cadres = {cadre.user_id: cadre for cadre in session.scalars(select(Cadre))}
        self.by_unit: dict[tuple[str, str], list[User]] = {}
        for cadre in self.cadres.values():
            user = self._names[cadre.user_id]
            self.by_unit.setdefault((match_key(user.name), match_key(cadre.sending_unit)), []).append(user)
        further: dict[int, set[int]] = {}
        for row in session.execute(select(PostingVillage.posting_id, PostingVillage.village_id)):
            further.setdefault(row.posting_id, set()).add(row.village_id)
        self.postings: dict[int, list[PostingFact]] = {}
        for posting in session.execute(select(Posting.id, Posting.cadre_id, Posting.village_id, Posting.from_on,
                                              Posting.to_on).order_by(Posting.from_on)):
            self.postings.setdefault(posting.cadre_id, []).append(PostingFact(
                posting.id, posting.village_id, posting.from_on, posting.to_on,
                frozenset(further.get(posting.id, ()))))
        self.grants: set[tuple[int, str, int]] = set()
        # Where a user ever had a role; who was somewhere else once may only be changed by who stands over both.
        self.paths_of: dict[int, set[str]] = {}
        for user_id, role, division_id, to_on, path in session.execute(
                select(Grant.user_id, Grant.role, Grant.division_id, Grant.to_on, Division.path)
                .join(Division, Division.id == Grant.division_id)):
            self.paths_of.setdefault(user_id, set()).add(path)
            if to_on is None or to_on >= today:
                self.grants.add((user_id, role, division_id))
        self.by_division: dict[tuple[str, int], set[str]] = {}
        for user_id, role, division_id in self.grants:
            if role != "cadre":
                user = self._names[user_id]
                self.by_division.setdefault((match_key(user.name), division_id), set()).add(user.username.lower())


def plan_people(session: Session, *, file: PeopleFile, county: Division, today: date,
                scope: tuple[str, ...] | None, by_id: int | None) -> PeoplePlan:
    """Compare a roster file with the record.

    `scope`: the paths under which the importer may act, None for all. `by_id`: the user who imports; nobody gives
    oneself a role, in a file no more than by hand.
    """
    planner = _Planner(Record(session, county, today), file, scope, by_id)
    planner.plan_cadres()
    planner.plan_staff()
    planner.plan.problems.sort(key=lambda problem: (problem.sheet or "", problem.row or 0))
    return planner.plan


class _Planner:
    def __init__(self, record: Record, file: PeopleFile, scope: tuple[str, ...] | None, by_id: int | None):
        self.record, self.file, self.scope, self.by_id = record, file, scope, by_id
        self.plan = PeoplePlan(problems=[*file.problems, *clashes(file.cadres)])
        self.persons: dict[tuple, Person] = {}
        self.given = {row.username for row in file.cadres + file.staff if row.username}

    def refuse(self, row: PersonRow, reason: str, column: str | None = None, **params) -> None:
        self.plan.problems.append(row.problem(reason, column, **params))

    def plan_cadres(self) -> None:
        groups: dict[tuple, list[PersonRow]] = {}
        for row in self.file.cadres:
            key = self._cadre_key(row)
            if key is not None:
                groups.setdefault(key, []).append(row)
        for key, rows in groups.items():
            person = self._person(key, rows[0])
            if person is not None:
                self._plan_cadre(person, rows)

    def _cadre_key(self, row: PersonRow) -> tuple | None:
        key = (match_key(row.name), match_key(row.sending_unit))
        on_record = self.record.by_unit.get(key, [])
        if row.username:
            others = [user.username for user in on_record if user.username.lower() not in self.given]
            if row.username not in self.record.users and others:
                self.refuse(row, "known_by_other_login", "username", name=row.name, known="、".join(others))
                return None
            return ("login", row.username)
        if len(on_record) > 1:
            self.refuse(row, "person_ambiguous", "username", name=row.name,
                        known="、".join(user.username for user in on_record))
            return None
        return ("login", on_record[0].username.lower()) if on_record else ("new", *key)

    def _person(self, key: tuple, row: PersonRow) -> Person | None:
        person = self.persons.get(key)
        if person is None:
            username = key[1] if key[0] == "login" else ""
            user = self.record.users.get(username)
            person = Person(user.name if user else row.name, username, user,
                            cadre=self.record.cadres.get(user.id) if user else None, first=row)
        if match_key(person.name) != match_key(row.name):
            self.refuse(row, "login_of_another", "username", value=row.username)
            return None
        if key not in self.persons:
            self.persons[key] = person
            self.plan.persons.append(person)
        return person

    def _plan_cadre(self, person: Person, rows: list[PersonRow]) -> None:
        first = rows[0]
        person.facts = {name: getattr(first, name) for name in CADRE_FACTS}
        person.held = self.record.postings.get(person.cadre.id, []) if person.cadre else []
        person.postings = person.held
        if person.held and not self._mine(person.held[-1].village_id) or not self._reaches(person):
            self.refuse(first, "person_not_yours", "name", name=person.name)
            return
        facts_differ = person.cadre is None or any(
            getattr(person.cadre, name) != value for name, value in person.facts.items())
        for row in sorted(rows, key=lambda row: row.from_on):
            for name in ("name", *CADRE_FACTS):
                if match_key(getattr(row, name)) != match_key(getattr(first, name)):
                    self.refuse(row, "person_differs", name, first=first.row)
            before = person.postings
            wanted = self._wanted(row)
            if wanted is None:
                continue
            try:
                person.postings = fit_posting(before, wanted)
            except Overlap as overlap:
                self.refuse(row, "posting_overlaps", "from_on",
                            known=self.record.book.by_id[overlap.held.village_id].name
                            if overlap.held.village_id in self.record.book.by_id else "",
                            from_on=overlap.held.from_on.isoformat(),
                            to_on=overlap.held.to_on.isoformat() if overlap.held.to_on else "…")
                continue
            self._count(person, is_new=person.cadre is None,
                        is_changed=facts_differ or person.postings != before or self._lacks_grant(person))

    def _lacks_grant(self, person: Person) -> bool:
        return person.user is None or not any(
            (person.user.id, "cadre", posting.village_id) in self.record.grants for posting in person.postings[-1:])

    def _wanted(self, row: PersonRow) -> PostingFact | None:
        """The posting that a row asks for, or None after noting what is wrong with its villages."""
        before = len(self.plan.problems)
        village = self._village(row, "village", row.village, row.township)
        further = None
        if row.further_villages is not None:
            found = [self._village(row, "further_villages", name, row.township) for name in row.further_villages]
            further = frozenset(one.id for one in found if one is not None and one is not village)
        if len(self.plan.problems) > before:
            return None
        return PostingFact(None, village.id, row.from_on, row.to_on, further)

    def _village(self, row: PersonRow, column: str, text: str, township: str) -> KnownDivision | None:
        book = self.record.book
        try:
            try:
                found = book.village(text, township)
            except BadCell:
                if column == "village":
                    raise
                # A neighbouring village may lie in the next township.
                found = book.village(text)
        except BadCell as bad:
            self.refuse(row, bad.reason, "township" if bad.reason.startswith("township") else column, **bad.params)
            return None
        if not self._mine(found.id):
            self.refuse(row, "not_yours", column, value=found.name)
            return None
        return found

    def _mine(self, division_id: int) -> bool:
        division = self.record.book.by_id.get(division_id)
        return self.scope is None or division is not None and division.path.startswith(self.scope)

    def _reaches(self, person: Person) -> bool:
        """Whether the importer may change the person, by the rule of the page: every role ever given lies in scope."""
        if self.scope is None or person.user is None:
            return True
        return all(path.startswith(self.scope) for path in self.record.paths_of.get(person.user.id, ()))

    def plan_staff(self) -> None:
        asked: dict[tuple, int] = {}
        for row in self.file.staff:
            division = self._staff_division(row)
            key = self._staff_key(row, division) if division is not None else None
            person = self._person(key, row) if key is not None else None
            if person is None:
                continue
            role = (key, row.role, division.id)
            if role in asked:
                self.refuse(row, "role_twice", "role", first=asked[role])
                continue
            asked[role] = row.row
            held = person.user is not None and (person.user.id, row.role, division.id) in self.record.grants
            if not held and person.user is not None and person.user.id == self.by_id:
                self.refuse(row, "own_role", "role")
                continue
            if not held and not self._reaches(person):
                self.refuse(row, "person_not_yours", "name", name=person.name)
                continue
            if not held:
                person.roles.append((row.role, division.id))
            self._count(person, is_new=person.user is None and person.first is row, is_changed=not held)

    def _staff_division(self, row: PersonRow) -> KnownDivision | None:
        try:
            division = self.record.book.division(row.division)
        except BadCell as bad:
            self.refuse(row, bad.reason, "division", **bad.params)
            return None
        if not self._mine(division.id):
            self.refuse(row, "not_yours", "division", value=division.name)
            return None
        if (row.role == "village") != (division.level == "village"):
            self.refuse(row, "role_level", "division", role=row.role, level=division.level)
            return None
        return division

    def _staff_key(self, row: PersonRow, division: KnownDivision) -> tuple | None:
        if row.username:
            return ("login", row.username)
        on_record = sorted(self.record.by_division.get((match_key(row.name), division.id), ()))
        if len(on_record) > 1:
            self.refuse(row, "person_ambiguous", "username", name=row.name, known="、".join(on_record))
            return None
        return ("login", on_record[0]) if on_record else ("new", match_key(row.name), division.id)

    def _count(self, person: Person, *, is_new: bool, is_changed: bool) -> None:
        person.is_changed = person.is_changed or is_new or is_changed
        if is_new:
            self.plan.created += 1
        elif is_changed:
            self.plan.updated += 1
        else:
            self.plan.unchanged += 1


def new_facts(person: Person) -> Iterable[PostingFact]:
    """The postings that differ from the record, earlier ones first: what ends makes room for what begins."""
    held = {posting.id: posting for posting in person.held}
    return [posting for posting in person.postings if posting.id is None or posting != held[posting.id]]
