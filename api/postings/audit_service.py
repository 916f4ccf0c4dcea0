"""Reads the audit log for whoever audits: entries newest first, and whether the chains are whole."""

from datetime import date, datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from api import audit
from api.audit import AuditChain, AuditEntry
from api.auth import Identity
from api.dates import start_of_day
from api.errors import NotFound
from api.postings.access_service import visible_division
from api.postings.account_models import User
from api.postings.divisions_service import audit_chain, refs
from api.postings.models import Division, Posting
from api.postings.roster_service import cadre_names

# The databases' ids end here.
MAX_ID = 2**31 - 1
# What the values of an entry's details are the keys of.
_REFERENCES = {"cadre": "cadre", "cadre_id": "cadre", "successor": "cadre", "approved": "cadre", "asked": "cadre",
               "present": "cadre", "excused": "cadre", "absent": "cadre",
               "lines": "cadre", "users": "user", "posting": "posting", "village": "division", "division": "division",
               "divisions": "division"}


def list_entries(session: Session, *, identity: Identity, division: str | None, first: date | None,
                 last: date | None, action: str | None, user_id: int | None, before: tuple[datetime, int] | None,
                 page_size: int) -> tuple[list[dict], tuple[datetime, int] | None]:
    """Entries newest first, and where the next page begins (None: this is the last one).

    Only of the chains within the auditor's divisions: those of townships; the county's own needs a grant over all of
    it. `action` is a whole slug or its beginning up to a dot, such as "month"; `before` is the last entry shown.
    """
    query = select(AuditEntry, User.name).outerjoin(User, User.id == AuditEntry.user_id).where(
        AuditEntry.chain.in_(_chains(session, identity=identity, code=division)))
    if first is not None:
        query = query.where(AuditEntry.at >= start_of_day(first))
    if last is not None:
        query = query.where(AuditEntry.at < start_of_day(last + timedelta(days=1)))
    if action is not None:
        of_a_kind = AuditEntry.action.startswith(f"{action}.", autoescape=True)
        query = query.where(or_(AuditEntry.action == action, of_a_kind))
    if user_id is not None:
        query = query.where(AuditEntry.user_id == user_id)
    if before is not None:
        at, entry_id = before
        query = query.where(or_(AuditEntry.at < at, and_(AuditEntry.at == at, AuditEntry.id < entry_id)))
    rows = session.execute(query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(page_size + 1)).all()
    townships = refs(session, {entry.chain for entry, _name in rows if entry.chain != audit.COUNTY_CHAIN})
    named = {entry.id: _named(entry) for entry, _name in rows[:page_size]}
    names = _names(session, {one for ones in named.values() for one in ones})
    shown = [{"id": entry.id, "chain": entry.chain, "number": entry.number, "at": entry.at,
              "user": entry.user_id and {"id": entry.user_id, "name": name}, "action": entry.action,
              "subject": entry.subject, "about": names.get(_about(entry)), "details": entry.details,
              "names": {f"{kind}:{key}": names[kind, key] for kind, key in sorted(named[entry.id])
                        if (kind, key) in names},
              "township": townships.get(entry.chain)}
             for entry, name in rows[:page_size]]
    more = len(rows) > page_size
    return shown, (shown[-1]["at"], shown[-1]["id"]) if more else None


def chain_heads(session: Session, *, identity: Identity) -> list[dict]:
    """The chains that the auditor reads, and how many entries each has."""
    reach = _chains(session, identity=identity, code=None)
    # A chain whose head was taken away is still one to be checked.
    begun = select(AuditEntry.chain).where(AuditEntry.chain.in_(reach)).distinct()
    numbers = dict.fromkeys(session.scalars(begun), 0)
    numbers |= dict(session.execute(select(AuditChain.chain, AuditChain.number)
                                    .where(AuditChain.chain.in_(reach))).all())
    townships = refs(session, set(numbers) - {audit.COUNTY_CHAIN})
    return [{"chain": chain, "entries": numbers[chain], "township": townships.get(chain)} for chain in sorted(numbers)]


def check_chain(session: Session, *, identity: Identity, chain: int, after: int) -> dict:
    """Check some thousand entries of a chain from the one behind `after` on; NotFound for one out of reach."""
    if chain not in _chains(session, identity=identity, code=None):
        raise NotFound()
    checked = audit.check(session, chain=chain, after=after)
    return {"checked": checked.number, "is_end": checked.is_end,
            "broken": checked.broken and {"number": checked.broken.number, "problem": checked.broken.problem}}


def _chains(session: Session, *, identity: Identity, code: str | None) -> list[int]:
    """The chains within a division (default: within all that the auditor may read)."""
    if code is not None:
        division = visible_division(session, identity=identity, code=code, roles=("auditor",))
        if division.level in ("township", "village"):
            # A village has no chain of its own, and its township's tells of checks that it must not know of yet.
            if all(grant.level == "village" for grant in identity.grants_over(division.path, "auditor")):
                raise NotFound("division_not_found", code=code)
            return [audit_chain(division)]
        paths = [division.path]
    else:
        paths = [grant.path for grant in identity.grants if grant.role == "auditor"]
    townships = session.execute(
        select(Division.id, Division.path).where(Division.level == "township")).all()
    found = [row.id for row in townships if row.path.startswith(tuple(paths))]
    held = identity.grants if code is None else ()
    above = code is not None or any(grant.role == "auditor" and grant.level not in ("township", "village")
                                    for grant in held)
    return [audit.COUNTY_CHAIN, *found] if above else found


def _names(session: Session, named: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The names of users, cadres, postings and divisions, by kind and key."""
    wanted: dict[str, set[str]] = {}
    for kind, key in named:
        wanted.setdefault(kind, set()).add(key)

    def ids(kind: str) -> list[int]:
        # What is larger than any id is a 12-digit code.
        found = sorted(int(key) for key in wanted.get(kind, ()) if key.isdecimal() and len(key) < 12)
        return [key for key in found if key <= MAX_ID]

    names = {("user", str(i)): name for i, name in
             session.execute(select(User.id, User.name).where(User.id.in_(ids("user"))))}
    cadres = {str(i): cadre_id for i, cadre_id in
              session.execute(select(Posting.id, Posting.cadre_id).where(Posting.id.in_(ids("posting"))))}
    of_cadre = cadre_names(session, {*ids("cadre"), *cadres.values()})
    names |= {("cadre", str(i)): name for i, name in of_cadre.items()}
    names |= {("posting", i): of_cadre[cadre_id] for i, cadre_id in cadres.items()}
    # A division is named by its code where the entry is about the place, by its id where it is about the row.
    codes = wanted.get("division", set())
    for i, code, name in session.execute(
            select(Division.id, Division.code, Division.name).order_by(Division.valid_from)
            .where(or_(Division.code.in_(codes), Division.id.in_(ids("division"))))):
        names |= {("division", code): name, ("division", str(i)): name}
    return names


def _about(entry: AuditEntry) -> tuple[str, str]:
    """Whom or what an entry is about: the cadre that its details name, else its subject, else where it holds."""
    cadre = entry.details.get("cadre") or entry.details.get("cadre_id")
    if cadre is not None:
        return "cadre", str(cadre)
    kind, _, key = entry.subject.partition(":")
    where = entry.details.get("village") or entry.details.get("division")
    if kind in ("place", "place_proposal", "policy") and isinstance(where, str):
        return "division", where
    return kind, key


def _named(entry: AuditEntry) -> set[tuple[str, str]]:
    """Everybody and everything that an entry names, as kind and key."""
    found = {_about(entry)}
    for name, value in entry.details.items():
        if name in _REFERENCES:
            for one in value if isinstance(value, list) else [value]:
                # A line of the attendance book begins with its cadre.
                key = one[0] if isinstance(one, list) and one else one
                if isinstance(key, int | str):
                    found.add((_REFERENCES[name], str(key)))
    return found
