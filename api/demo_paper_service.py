"""Lets the demo's officers read diaries, villages hold reception hours and cadres report: what follows field work."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from api import demo_words as words
from api.auth import Identity
from api.dates import shanghai_day
from api.demo_leave_rules import new_id
from api.demo_people_rules import People
from api.diary import receptions_service, search_service, special_reports_service
from api.diary.models import DiaryEntry
from api.diary.reading_models import DiaryReading
from api.http import content_hash
from api.postings.models import Division
from api.vocabulary import SPECIAL_REPORT_KINDS


class PaperWork:
    """What is read and written after a demo's field work, up to `as_of`."""

    def __init__(self, session: Session, *, people: People, identity: Callable[[str], Identity], seed: int,
                 as_of: datetime):
        self._session, self._people, self._identity = session, people, identity
        self._seed, self._as_of = seed, as_of

    def write(self) -> None:
        self._read_diaries()
        self._hold_reception_hours()
        self._report_specially()

    def _rng(self, name: str) -> Random:
        return Random(f"{self._seed} {self._as_of} {name}")

    def _read_diaries(self) -> None:
        """Let entries be found; the officers have read what is some days old, and asked for more here and there."""
        rng, rows = self._rng("readings"), []
        codes = dict(self._session.execute(select(Division.id, Division.code)).all())
        for entry in self._session.scalars(select(DiaryEntry).order_by(DiaryEntry.received_at, DiaryEntry.id)):
            search_service.keep_in_index(self._session, entry)
            read_at = entry.received_at + timedelta(days=rng.randint(1, 9), minutes=rng.randint(0, 300))
            if entry.submitted_at is None or read_at > self._as_of:
                continue
            officer = self._identity(self._people.supervisor_of[codes[entry.village_id]])
            outcome = "follow_up" if rng.random() < 0.04 else "read"
            rows.append({
                "id": new_id(rng), "entry_id": entry.id, "entry_version": 1, "user_id": officer.user_id,
                "level": "township", "outcome": outcome, "concern_id": None, "at": read_at,
                "note": rng.choice(words.FOLLOW_UPS) if outcome == "follow_up" else None,
                "content_hash": content_hash({"outcome": outcome})})
        self._session.execute(insert(DiaryReading), rows)

    def _hold_reception_hours(self) -> None:
        """Every third village kept notes of its reception hours, one or two a week."""
        for village, username in list(self._people.committee_of.items())[::3]:
            rng = self._rng(f"receptions {village}")
            for _number in range(rng.randint(3, 9)):
                at = self._as_of - timedelta(days=rng.randint(1, 70), hours=rng.randint(1, 3))
                question, answer, policy = rng.choice(words.RECEPTIONS)
                content = {"question": question, "answer": answer, "policy_cited": policy}
                receptions_service.record_reception(
                    self._session, identity=self._identity(username), id=new_id(rng), village_code=village, day=None,
                    household_id=None, cadre_ids=(), **content, photos=(), captured_at=at, elapsed_ms=0,
                    device_id=None, content_hash=content_hash(content), now=at)

    def _report_specially(self) -> None:
        """Some cadres reported on the committee, on opinions, on what works; a few saw something that may boil over."""
        for worker in self._people.workers:
            rng = self._rng(f"special {worker.number}")
            if not worker.stays or rng.random() >= 0.25:
                continue
            kind = rng.choices(SPECIAL_REPORT_KINDS, (4, 4, 3, 1))[0]
            at = self._as_of - timedelta(days=rng.randint(1, 60), hours=rng.randint(0, 5))
            if shanghai_day(at) < worker.stays[0].from_on:
                continue
            title, text = rng.choice(words.SPECIAL_REPORTS[kind])
            content = {"kind": kind, "title": title, "text": text, "is_submitted": rng.random() < 0.85}
            special_reports_service.write_report(
                self._session, identity=self._identity(f"cadre{worker.number}"), id=new_id(rng), photos=(),
                captured_at=at, elapsed_ms=0, device_id=None, content_hash=content_hash(content), now=at, **content)
