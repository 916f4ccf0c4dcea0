"""Bringing a roster file into the record: all or nothing, and the same file twice changes nothing."""

from datetime import date, datetime, timedelta
from typing import BinaryIO

from pypinyin import lazy_pinyin
from sqlalchemy import select
from sqlalchemy.orm import Session

from api import audit
from api.cells import BadFile, Problem
from api.dates import shanghai_day
from api.postings import accounts_service, roster_service
from api.postings.account_models import Grant, User
from api.postings.divisions_service import audit_chain, division_by_id, find_county
from api.postings.imports_service import ImportReport, file_hash, take_turns
from api.postings.models import Cadre, Division, Posting, PostingVillage
from api.postings.people_file_service import roster_words
from api.postings.people_import_rules import read_people
from api.postings.people_plan_service import CADRE_FACTS, PeoplePlan, Person, new_facts, plan_people
from api.postings.table_file_service import read_sheets

_LONGEST_USERNAME = 40


def import_people(session: Session, *, file: BinaryIO, county_code: str, by_id: int | None, now: datetime,
                  dry_run: bool = False, scope: tuple[str, ...] | None = None) -> ImportReport:
    """Add and change cadres, postings and the users of the administration as an .xlsx or .csv says (a seekable `file`).

    A person is known by the login name if the file gives one, else by name and sending unit (in the second sheet: by
    name and division). Nobody is removed and no role is ended: a missing row says nothing. `scope` holds the paths
    under which the importer may act, None for all. With problems, or with `dry_run`, nothing is written.

    The caller has the evidence of the report's `cadre_ids` judged anew, refreshes their kept figures, and commits.
    """
    report = ImportReport("people", dry_run)
    try:
        read = read_people(read_sheets(file), roster_words())
    except BadFile as bad:
        report.problems.append(bad.problem)
        return report
    take_turns(session)
    report.rows, report.passed_over = read.count, read.passed_over
    county = find_county(session, county_code)
    if county is None:
        report.problems.append(Problem("county_missing", params={"code": county_code}))
        return report
    plan = plan_people(session, file=read, county=county, today=shanghai_day(now), scope=scope, by_id=by_id)
    report.problems = plan.problems
    if report.problems:
        return report
    report.created, report.updated, report.unchanged = plan.created, plan.updated, plan.unchanged
    if not dry_run and (plan.created or plan.updated):
        report.cadre_ids = _apply(session, plan, by_id=by_id, now=now)
        audit.append(session, chain=audit.COUNTY_CHAIN, at=now, user_id=by_id, action="import.people",
                     subject="people", details={"sha256": file_hash(file), **report.counts()})
    return report


def _apply(session: Session, plan: PeoplePlan, *, by_id: int | None, now: datetime) -> list[int]:
    """Write what differs; returns the cadres whose postings do."""
    changed = [person for person in plan.persons if person.is_changed]
    roster_service.lock_cadres(session, [person.cadre.id for person in changed if person.cadre is not None])
    taken = {name.lower() for name in session.scalars(select(User.username))}
    taken |= {person.username for person in changed}
    new = [person for person in changed if person.user is None]
    moved = [person for person in changed if person.user is not None and person.facts
             and _put_cadre(session, person, by_id=by_id, now=now)]
    _add_users(session, new, taken, now)
    new_cadres = [person for person in new if person.facts]
    _add_cadres(session, new_cadres, by_id=by_id, now=now)
    for person in changed:
        for role, division_id in person.roles:
            accounts_service.give_grant(session, user=person.user, role=role, by_id=by_id, now=now,
                                        division=division_by_id(session, division_id), from_on=shanghai_day(now),
                                        to_on=None)
    return sorted(person.cadre.id for person in moved + new_cadres)


def _add_users(session: Session, persons: list[Person], taken: set[str], now: datetime) -> None:
    for person in persons:
        username = person.username or _new_username(person.name, taken)
        person.user = User(username=username, name=person.name, language="zh", created_at=now)
    session.add_all(person.user for person in persons)
    session.flush()


def _add_cadres(session: Session, persons: list[Person], *, by_id: int | None, now: datetime) -> None:
    """Make new users cadres with their postings, many rows a statement, and one audit entry a township.

    The plan has judged villages and overlaps; one by one a county's first roster would hold up every other writer for
    most of a minute.
    """
    for person in persons:
        person.cadre = Cadre(user_id=person.user.id, **person.facts)
    session.add_all(person.cadre for person in persons)
    session.flush()
    made = [(person, fact, Posting(cadre_id=person.cadre.id, village_id=fact.village_id, from_on=fact.from_on,
                                   to_on=fact.to_on)) for person in persons for fact in person.postings]
    session.add_all(posting for _person, _fact, posting in made)
    session.flush()
    session.add_all(PostingVillage(posting_id=posting.id, village_id=village_id)
                    for _person, fact, posting in made for village_id in sorted(fact.further))
    today = shanghai_day(now)
    # A first posting that has yet to begin must not keep its cadre from logging in and looking around.
    session.add_all(Grant(user_id=person.user.id, role="cadre", division_id=person.postings[-1].village_id,
                          from_on=min(person.postings[-1].from_on, today), to_on=None) for person in persons)
    session.flush()
    entries: dict[int, list[dict]] = {}
    for person, _fact, posting in made:
        village = division_by_id(session, posting.village_id)
        entries.setdefault(audit_chain(village), []).append(
            {"posting": posting.id, "cadre": person.cadre.id, "user": person.user.id, "village": village.code,
             "from_on": posting.from_on.isoformat(), "to_on": posting.to_on and posting.to_on.isoformat()})
    for chain in sorted(entries):
        audit.append(session, chain=chain, at=now, user_id=by_id, action="cadres.imported", subject="people",
                     details={"role": "cadre", "postings": entries[chain]})


def _new_username(name: str, taken: set[str]) -> str:
    """The name in pinyin, with a number behind it where somebody has it already."""
    spelled = "".join(lazy_pinyin(name)).lower()
    stem = "".join(letter for letter in spelled if letter.isascii() and letter.isalnum())[:_LONGEST_USERNAME]
    stem = stem if len(stem) > 1 else "user"
    username, number = stem, 1
    while username in taken:
        number += 1
        username = f"{stem}{number}"
    taken.add(username)
    return username


def _put_cadre(session: Session, person: Person, *, by_id: int | None, now: datetime) -> bool:
    """Write a cadre's facts, postings and right to record; returns whether a posting changed."""
    postings = new_facts(person)
    last = division_by_id(session, person.postings[-1].village_id)
    if person.cadre is None:
        person.cadre = roster_service.create_cadre(session, user=person.user, **person.facts)
    else:
        _change_facts(session, person, last, by_id=by_id, now=now)
    for fact in postings:
        values = {
            "village": division_by_id(session, fact.village_id), "from_on": fact.from_on, "to_on": fact.to_on,
            "further_villages": [division_by_id(session, id_) for id_ in sorted(fact.further)],
            "by_id": by_id, "now": now,
        }
        if fact.id is None:
            roster_service.create_posting(session, cadre=person.cadre, **values)
        else:
            roster_service.change_posting(session, posting=roster_service.posting_by_id(session, fact.id), **values)
    _follow_with_grant(session, person.user, last, person.postings[-1].from_on, by_id=by_id, now=now)
    return bool(postings)


def _change_facts(session: Session, person: Person, village: Division, *, by_id: int | None, now: datetime) -> None:
    changes = {name: [getattr(person.cadre, name), person.facts[name]] for name in CADRE_FACTS
               if getattr(person.cadre, name) != person.facts[name]}
    if not changes:
        return
    for name, (_before, after) in changes.items():
        setattr(person.cadre, name, after)
    person.cadre.version += 1
    session.flush()
    audit.append(session, chain=audit_chain(village), at=now, user_id=by_id, action="cadre.changed",
                 subject=f"cadre:{person.cadre.id}", details=changes)


def _follow_with_grant(session: Session, user: User, village: Division, from_on: date, *, by_id: int | None,
                       now: datetime) -> None:
    """The role `cadre` stands over the home village of the last posting; what stood elsewhere ends the day before."""
    today = shanghai_day(now)
    held = [grant for grant in session.scalars(
        select(Grant).where(Grant.user_id == user.id, Grant.role == "cadre").order_by(Grant.from_on, Grant.id))
        if grant.to_on is None or grant.to_on >= today]
    if any(grant.division_id == village.id for grant in held):
        return
    for grant in held:
        grant.to_on = max(from_on - timedelta(days=1), grant.from_on)
        grant.version += 1
    # A first posting that has yet to begin must not keep its cadre from logging in and looking around.
    accounts_service.give_grant(session, user=user, role="cadre", division=village, by_id=by_id, now=now,
                                from_on=from_on if held else min(from_on, today), to_on=None)
