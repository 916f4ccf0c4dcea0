"""The audit log: who changed, decided, revealed or exported what; append-only, hash-chained per township.

One chain for the whole county would make every writer wait for every other, so each township has its own; what is
above the townships is chain 0. An entry is written in the transaction of the change that it tells of.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, Row, String, UniqueConstraint, bindparam, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from api.db import Base, dialect_insert

COUNTY_CHAIN = 0
# So many entries are looked at in one go: a long look at the log would make everybody who writes wait for it.
PAGE = 2000
_NOTHING = bytes(32)


class AuditEntry(Base):
    __tablename__ = "audit_entries"
    __table_args__ = (UniqueConstraint("chain", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[int] = mapped_column()
    number: Mapped[int] = mapped_column()
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(80))
    details: Mapped[dict] = mapped_column(JSON)
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditChain(Base):
    """The head of each chain; its row is what two writers of one township take turns on."""

    __tablename__ = "audit_chains"

    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


_entries, _chains = AuditEntry.__table__, AuditChain.__table__
# Built once: whatever is changed asks them.
_HEAD = select(_chains.c.number, _chains.c.hash).where(_chains.c.chain == bindparam("of_chain")).with_for_update()
_ENTER = insert(_entries)
_MOVE_ON = update(_chains).where(_chains.c.chain == bindparam("of_chain")).values(
    number=bindparam("new_number"), hash=bindparam("new_hash"))


@dataclass(frozen=True)
class BrokenEntry:
    """The first entry of a chain that does not fit: `problem` is one of altered, missing, cut_off."""

    chain: int
    number: int
    problem: str


@dataclass(frozen=True)
class Checked:
    """What was found up to the entry `number` of a chain: `broken` names the first bad one; `is_end` says that nothing
    follows, or that it makes no sense to look further."""

    number: int
    broken: BrokenEntry | None
    is_end: bool


def append(session: Session, *, chain: int, at: datetime, user_id: int | None, action: str, subject: str,
           details: dict | None = None) -> None:
    """Add an entry to a chain; `subject` names the row, such as "posting:12"; details must be plain JSON values."""
    session.flush()
    connection = session.connection()
    head = connection.execute(_HEAD, {"of_chain": chain}).first()
    if head is None:
        session.execute(
            dialect_insert(session, AuditChain).values(chain=chain, number=0, hash=_NOTHING).on_conflict_do_nothing())
        head = connection.execute(_HEAD, {"of_chain": chain}).one()
    values = {"chain": chain, "number": head.number + 1, "at": at.astimezone(UTC), "user_id": user_id,
              "action": action, "subject": subject, "details": details or {}, "previous_hash": head.hash}
    values["hash"] = _hash(AuditEntry(**values))
    connection.execute(_ENTER, values)
    connection.execute(_MOVE_ON, {"of_chain": chain, "new_number": values["number"], "new_hash": values["hash"]})


def verify(session: Session) -> Iterator[BrokenEntry]:
    """The first broken entry of each chain that is broken."""
    chains = {*session.scalars(select(AuditChain.chain)), *session.scalars(select(AuditEntry.chain).distinct())}
    for chain in sorted(chains):
        checked = Checked(0, None, False)
        while not checked.is_end:
            checked = check(session, chain=chain, after=checked.number)
        if checked.broken is not None:
            yield checked.broken


def check(session: Session, *, chain: int, after: int, most: int = PAGE) -> Checked:
    """Check at most so many entries of a chain from the one after `after` on; those before are taken as checked."""
    number, previous = after, _NOTHING
    if after:
        previous = session.scalar(select(AuditEntry.hash).where(AuditEntry.chain == chain, AuditEntry.number == after))
        if previous is None:
            return Checked(after - 1, BrokenEntry(chain, after, "missing"), is_end=True)
    found = session.execute(select(_entries).where(AuditEntry.chain == chain, AuditEntry.number > after)
                            .order_by(AuditEntry.number).limit(most)).all()
    for entry in found:
        problem = _problem(entry, number, previous)
        if problem is not None:
            return Checked(number, BrokenEntry(chain, number + 1, problem), is_end=True)
        number, previous = entry.number, entry.hash
    if len(found) == most:
        return Checked(number, None, is_end=False)
    head = session.execute(select(AuditChain.number, AuditChain.hash).where(AuditChain.chain == chain)).one_or_none()
    is_whole = head is not None and (head.number, head.hash) == (number, previous)
    return Checked(number, None if is_whole else BrokenEntry(chain, number + 1, "cut_off"), is_end=True)


def _problem(entry: Row, number: int, previous: bytes) -> str | None:
    if entry.number != number + 1:
        return "missing"
    return "altered" if entry.previous_hash != previous or entry.hash != _hash(entry) else None


def _hash(entry: AuditEntry | Row) -> bytes:
    content = [entry.chain, entry.number, entry.at.astimezone(UTC).isoformat(timespec="microseconds"), entry.user_id,
               entry.action, entry.subject, entry.details]
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(entry.previous_hash + text.encode()).digest()
