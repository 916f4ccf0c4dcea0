"""The audit log: who changed, decided, revealed or exported what; append-only, hash-chained per township.

One chain for the whole county would make every writer wait for every other, so each township has its own; what is
above the townships is chain 0. An entry is written in the transaction of the change that it tells of.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from api.db import Base, dialect_insert

COUNTY_CHAIN = 0
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


@dataclass(frozen=True)
class BrokenEntry:
    """The first entry of a chain that does not fit: `problem` is one of altered, missing, cut_off."""

    chain: int
    number: int
    problem: str


def append(session: Session, *, chain: int, at: datetime, user_id: int | None, action: str, subject: str,
           details: dict | None = None) -> None:
    """Add an entry to a chain; `subject` names the row, such as "posting:12"; details must be plain JSON values."""
    session.execute(
        dialect_insert(session, AuditChain).values(chain=chain, number=0, hash=_NOTHING).on_conflict_do_nothing())
    head = session.execute(
        select(AuditChain.number, AuditChain.hash).where(AuditChain.chain == chain).with_for_update()).one()
    entry = AuditEntry(chain=chain, number=head.number + 1, at=at.astimezone(UTC), user_id=user_id, action=action,
                       subject=subject, details=details or {}, previous_hash=head.hash, hash=_NOTHING)
    entry.hash = _hash(entry)
    session.add(entry)
    session.flush()
    session.execute(
        update(AuditChain).where(AuditChain.chain == chain).values(number=entry.number, hash=entry.hash))


def verify(session: Session) -> Iterator[BrokenEntry]:
    """The first broken entry of each chain that is broken."""
    heads = {head.chain: head for head in session.scalars(select(AuditChain))}
    chains = sorted({*heads, *session.scalars(select(AuditEntry.chain).distinct())})
    for chain in chains:
        broken = _first_broken(session, chain, heads.get(chain))
        if broken is not None:
            yield broken


def _first_broken(session: Session, chain: int, head: AuditChain | None) -> BrokenEntry | None:
    number, previous = 0, _NOTHING
    entries = select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.number)
    with closing(session.scalars(entries.execution_options(yield_per=1000))) as found:
        for entry in found:
            if entry.number != number + 1:
                return BrokenEntry(chain, number + 1, "missing")
            if entry.previous_hash != previous or entry.hash != _hash(entry):
                return BrokenEntry(chain, entry.number, "altered")
            number, previous = entry.number, entry.hash
    if head is None or (head.number, head.hash) != (number, previous):
        return BrokenEntry(chain, number + 1, "cut_off")
    return None


def _hash(entry: AuditEntry) -> bytes:
    content = [entry.chain, entry.number, entry.at.astimezone(UTC).isoformat(timespec="microseconds"), entry.user_id,
               entry.action, entry.subject, entry.details]
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(entry.previous_hash + text.encode()).digest()
