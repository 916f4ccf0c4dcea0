"""The audit log: whole chains are recognised, and of a broken one the first bad entry is named."""

import threading

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from api import audit
from api.audit import AuditChain, AuditEntry, BrokenEntry
from api.db import make_engine
from tests.conftest import NOW


def append(session, chain: int, n: int = 1) -> None:
    for number in range(n):
        audit.append(session, chain=chain, at=NOW, user_id=None, action="place.created", subject=f"place:{number}",
                     details={"name": "村委会", "radius_m": None, "number": number})


def broken(session) -> list[BrokenEntry]:
    session.expire_all()
    return list(audit.verify(session))


def test_an_untouched_log_is_whole(db_session):
    append(db_session, 0, 3)
    append(db_session, 7, 2)
    assert broken(db_session) == []
    entries = db_session.scalars(select(AuditEntry).order_by(AuditEntry.chain, AuditEntry.number)).all()
    assert [(one.chain, one.number) for one in entries] == [(0, 1), (0, 2), (0, 3), (7, 1), (7, 2)]
    assert entries[0].previous_hash == bytes(32) and entries[1].previous_hash == entries[0].hash


@pytest.mark.parametrize(("column", "value"), [
    ("action", "place.removed"), ("subject", "place:99"), ("details", {"name": "别处"}), ("user_id", None),
    ("at", NOW.replace(minute=1)), ("previous_hash", bytes(32)), ("hash", bytes(32)),
])
def test_an_altered_entry_is_named(db_session, county, column, value):
    chain = 99
    for _ in range(3):
        audit.append(db_session, chain=chain, at=NOW, user_id=county.person("admin").user.id, action="a", subject="s")
    assert broken(db_session) == []
    db_session.execute(update(AuditEntry).where(AuditEntry.chain == chain, AuditEntry.number == 2)
                       .values({column: value}))
    assert broken(db_session) == [BrokenEntry(chain, 2, "altered")]


def test_a_missing_entry_is_named(db_session):
    append(db_session, 5, 4)
    db_session.execute(delete(AuditEntry).where(AuditEntry.chain == 5, AuditEntry.number == 2))
    assert broken(db_session) == [BrokenEntry(5, 2, "missing")]


def test_a_log_whose_end_was_cut_off_is_named(db_session):
    append(db_session, 5, 4)
    db_session.execute(delete(AuditEntry).where(AuditEntry.chain == 5, AuditEntry.number == 4))
    assert broken(db_session) == [BrokenEntry(5, 4, "cut_off")]


def test_a_chain_without_its_head_or_without_all_its_entries_is_named(db_session):
    append(db_session, 5, 1)
    append(db_session, 6, 2)
    db_session.execute(delete(AuditChain).where(AuditChain.chain == 5))
    db_session.execute(delete(AuditEntry).where(AuditEntry.chain == 6))
    assert broken(db_session) == [BrokenEntry(5, 2, "cut_off"), BrokenEntry(6, 1, "cut_off")]


def test_every_broken_chain_is_named_once(db_session):
    for chain in (1, 2, 3):
        append(db_session, chain, 3)
    db_session.execute(update(AuditEntry).where(AuditEntry.chain.in_((1, 3))).values(action="x"))
    assert broken(db_session) == [BrokenEntry(1, 1, "altered"), BrokenEntry(3, 1, "altered")]


def test_a_change_that_is_rolled_back_leaves_no_entry(db_session):
    append(db_session, 5, 1)
    with db_session.begin_nested() as savepoint:
        append(db_session, 5, 1)
        savepoint.rollback()
    append(db_session, 5, 1)
    assert broken(db_session) == []
    assert db_session.scalars(select(AuditEntry.number)).all() == [1, 2]


def run_together(*jobs) -> list:
    failures, barrier = [], threading.Barrier(len(jobs))

    def guarded(job):
        try:
            barrier.wait(10)
            job()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failures


def test_one_chain_written_from_many_threads_stays_whole(own_database):
    engine = make_engine(own_database)

    def write():
        for _ in range(10):
            with Session(engine) as session:
                append(session, 5)
                session.commit()

    assert run_together(write, write, write, write) == []
    with Session(engine) as session:
        assert (broken(session), session.get(AuditChain, 5).number) == ([], 40)
    engine.dispose()


def test_two_townships_do_not_wait_for_each_other(own_database):
    engine = make_engine(own_database)
    with Session(engine) as session:
        append(session, 5)
        append(session, 6)
        session.commit()
    with Session(engine) as first, Session(engine) as second:
        append(first, 5)
        if engine.dialect.name == "postgresql":
            # The other township writes and commits while this one is still at work.
            second.execute(text("SET lock_timeout = '2s'"))
            append(second, 6)
            second.commit()
            first.commit()
        else:
            # SQLite has one writer at a time; both succeed, one after the other.
            first.commit()
            append(second, 6)
            second.commit()
    with Session(engine) as session:
        assert broken(session) == []
        assert session.scalars(select(AuditChain.number).order_by(AuditChain.chain)).all() == [2, 2]
    engine.dispose()
