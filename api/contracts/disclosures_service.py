"""Disclosures of a village: who sees them, who writes them, how they look; the course of one is another file's."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.checkin.month_service import user_names
from api.contracts.board_models import Deliberation, Disclosure, DisclosureFile
from api.contracts.disclosures_rules import STAGES, allowed_steps, hints, is_editable, is_other, totals
from api.dates import shanghai_day
from api.db import dialect_insert
from api.diary.concerns_service import Standing
from api.errors import Conflict, IdReused, NotFound, Unprocessable
from api.postings.access_service import reach_of
from api.postings.divisions_service import DivisionRef, audit_chain, below, division_by_code, refs
from api.postings.models import Division
from api.postings.policies_service import policy_book

OTHER_PERCENT = "disclosure_other_percent"
FILE_COLUMNS = (DisclosureFile.id, DisclosureFile.disclosure_id, DisclosureFile.name, DisclosureFile.mimetype,
                DisclosureFile.size_bytes, DisclosureFile.reading, DisclosureFile.found, DisclosureFile.checked_by_id,
                DisclosureFile.uploaded_at)


def may_write(identity: Identity, village: DivisionRef) -> bool:
    """The village's own committee, and the supervisors above it."""
    return identity.may(village.path, "village", "supervisor")


def add_disclosure(session: Session, *, identity: Identity, id: UUID, village_code: str, disclosure_class: str,
                   title: str, text: str | None, first_on: date, last_on: date, lines: list[dict],
                   content_hash: bytes, now: datetime) -> tuple[dict, bool]:
    """Keep a draft, exactly once per id; (the disclosure, False) when it is sent again.

    Raises NotFound for a village where the user may not, Unprocessable (disclosure_period, disclosure_lines).
    """
    village = DivisionRef.of(division_by_code(session, village_code))
    if village.level != "village" or not may_write(identity, village):
        raise NotFound("division_not_found", code=village_code)
    lines = _checked(disclosure_class, first_on, last_on, lines)
    created = session.execute(dialect_insert(session, Disclosure).values(
        id=id, village_id=village.id, disclosure_class=disclosure_class, title=title, text=text, first_on=first_on,
        last_on=last_on, lines=lines, state="drafted", held_for=[], entered_by_id=identity.user_id, entered_at=now,
        changed_at=now, version=1, content_hash=content_hash,
    ).on_conflict_do_nothing().returning(Disclosure.id)).scalar() is not None
    disclosure = session.get(Disclosure, id)
    if (disclosure.entered_by_id, disclosure.content_hash) != (identity.user_id, content_hash):
        raise IdReused()
    return disclosure_views(session, [disclosure], identity=identity)[0], created


def change_disclosure(session: Session, disclosure: Disclosure, *, identity: Identity, changes: dict, now: datetime
                      ) -> None:
    """Change what is not on the board; what was held or withdrawn is a draft again."""
    refuse_published(disclosure)
    merged = {key: changes.get(key, getattr(disclosure, key)) for key in ("first_on", "last_on", "lines")}
    changes = {**changes, "lines": _checked(disclosure.disclosure_class, **merged)}
    changed = sorted(key for key, value in changes.items() if getattr(disclosure, key) != value)
    for key, value in changes.items():
        setattr(disclosure, key, value)
    touch(disclosure, now=now)
    village = refs(session, [disclosure.village_id])[disclosure.village_id]
    record(session, disclosure, village=village, identity=identity, action="changed", now=now, changed=changed)


def remove_disclosure(session: Session, disclosure: Disclosure, *, identity: Identity, now: datetime) -> None:
    """Throw away a draft with its files; what was once on the board stays as withdrawn."""
    if disclosure.published_at is not None:
        raise Conflict("disclosure_was_published")
    village = refs(session, [disclosure.village_id])[disclosure.village_id]
    for kind in (Deliberation, DisclosureFile):
        for one in session.scalars(select(kind).where(kind.disclosure_id == disclosure.id)):
            session.delete(one)
    session.flush()
    session.delete(disclosure)
    record(session, disclosure, village=village, identity=identity, action="deleted", now=now)


def refuse_published(disclosure: Disclosure) -> None:
    if not is_editable(disclosure.state):
        raise Conflict("disclosure_published")


def touch(disclosure: Disclosure, *, now: datetime) -> None:
    """Note a change: what was found before is looked for again when it is to be published."""
    if is_editable(disclosure.state):
        disclosure.state, disclosure.held_for = "drafted", []
    disclosure.changed_at, disclosure.version = now, disclosure.version + 1


def record(session: Session, disclosure: Disclosure, *, village: DivisionRef, identity: Identity, action: str,
           now: datetime, **details) -> None:
    audit.append(session, chain=audit_chain(village), at=now, user_id=identity.user_id, action=f"disclosure.{action}",
                 subject=f"disclosure:{disclosure.id}", details={"village": village.code, **details})


def _checked(disclosure_class: str, first_on: date, last_on: date, lines: list[dict]) -> list[dict]:
    if last_on < first_on:
        raise Unprocessable("disclosure_period")
    if lines and disclosure_class != "finance":
        raise Unprocessable("disclosure_lines")
    return [{**line, "is_other": is_other(line["text"], line["is_other"])} for line in lines]


def visible_disclosure(session: Session, *, identity: Identity, disclosure_id: UUID, now: datetime, writes: bool = False
                       ) -> Disclosure:
    """A disclosure that the user may see, or may write (then it is locked); NotFound for all others."""
    disclosure = session.get(Disclosure, disclosure_id, with_for_update=writes or None, populate_existing=writes)
    if disclosure is None:
        raise NotFound()
    village = refs(session, [disclosure.village_id])[disclosure.village_id]
    if may_write(identity, village):
        return disclosure
    if writes or village.id not in Standing(session, identity, today=shanghai_day(now)).posted:
        raise NotFound()
    return disclosure


def list_disclosures(session: Session, *, identity: Identity, code: str | None, disclosure_class: str | None,
                     state: str | None, page: int, page_size: int, now: datetime) -> tuple[list[dict], int]:
    """(disclosures that the user may see, how many there are), in the order of the villages, the latest first."""
    seen = or_(reach_of(identity, "village", "supervisor"),
               Disclosure.village_id.in_(Standing(session, identity, today=shanghai_day(now)).posted))
    query = select(Disclosure).join(Division, Division.id == Disclosure.village_id).where(seen)
    if code is not None:
        query = query.where(below(division_by_code(session, code).path))
    if disclosure_class is not None:
        query = query.where(Disclosure.disclosure_class == disclosure_class)
    if state is not None:
        query = query.where(Disclosure.state == state)
    count = session.scalar(select(func.count()).select_from(query.subquery()))
    found = session.scalars(query.order_by(
        Division.code, Disclosure.last_on.desc(), Disclosure.entered_at.desc(), Disclosure.id,
    ).offset((page - 1) * page_size).limit(page_size)).all()
    return disclosure_views(session, list(found), identity=identity), count


def disclosure_views(session: Session, disclosures: list[Disclosure], *, identity: Identity | None) -> list[dict]:
    """Disclosures as answers show them, in a handful of queries whatever their number; without an identity, to all."""
    villages = refs(session, [one.village_id for one in disclosures])
    people = {one.entered_by_id for one in disclosures} | {one.published_by_id for one in disclosures} - {None}
    names = user_names(session, people) if identity is not None else {}
    files, stages = files_of(session, disclosures), stages_of(session, disclosures)
    book = policy_book(session, OTHER_PERCENT)
    return [_view(one, villages[one.village_id], names, files.get(one.id, []), stages.get(one.id, []),
                  identity=identity, most=_most_other(book, villages[one.village_id], one.last_on))
            for one in disclosures]


def _most_other(book, village: DivisionRef, day: date) -> int:
    """The share of 'other' from which on it is pointed out, by the rule of a day; where none holds yet, of none."""
    rules = book.above(OTHER_PERCENT, village.path, day)
    return rules[0].value if rules else 100


def _view(one: Disclosure, village: DivisionRef, names: dict[int, str], files: list[dict],
          stages: list[Deliberation], *, identity: Identity | None, most: int) -> dict:
    writes = identity is not None and may_write(identity, village)

    def person(id: int | None) -> dict | None:
        return {"id": id, "name": names.get(id, "")} if id is not None else None

    return {
        "id": one.id, "village": village, "disclosure_class": one.disclosure_class, "title": one.title,
        "text": one.text, "first_on": one.first_on, "last_on": one.last_on, "lines": one.lines,
        "totals": [{"direction": direction, **sums} for direction, sums in totals(one.lines).items()],
        "state": one.state, "held_for": one.held_for, "files": files, "deliberations": stages,
        "hints": hints(disclosure_class=one.disclosure_class, lines=one.lines, most_other_percent=most,
                       stages={stage.stage: stage.held_on for stage in stages}),
        "entered_by": person(one.entered_by_id), "published_by": person(one.published_by_id),
        "published_at": one.published_at, "withdrawn_reason": one.withdrawn_reason, "changed_at": one.changed_at,
        "next_steps": allowed_steps(one.state) if writes else [], "may_edit": writes and is_editable(one.state),
        "version": one.version}


def files_of(session: Session, disclosures: Iterable[Disclosure]) -> dict[UUID, list[dict]]:
    """The files of disclosures without their contents, in the order in which they came."""
    found: dict[UUID, list[dict]] = {}
    rows = session.execute(select(*FILE_COLUMNS).where(
        DisclosureFile.disclosure_id.in_([one.id for one in disclosures])
    ).order_by(DisclosureFile.uploaded_at, DisclosureFile.id))
    for row in rows:
        found.setdefault(row.disclosure_id, []).append(
            {**row._mapping, "is_checked": row.checked_by_id is not None})
    return found


def stages_of(session: Session, disclosures: Iterable[Disclosure]) -> dict[UUID, list[Deliberation]]:
    """The stages of decisions, in the order that they should have."""
    found: dict[UUID, list[Deliberation]] = {}
    for stage in session.scalars(select(Deliberation).where(
            Deliberation.disclosure_id.in_([one.id for one in disclosures]))):
        found.setdefault(stage.disclosure_id, []).append(stage)
    return {id: sorted(stages, key=lambda one: STAGES.index(one.stage)) for id, stages in found.items()}
