"""Lets the demo's villages fill their notice boards: money, decisions and benefits, most of it published."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import demo_contract_words as words
from api.auth import Identity
from api.contracts import disclosure_steps_service, disclosures_service
from api.contracts.board_models import Disclosure
from api.contracts.disclosures_rules import STAGES, VOTES
from api.dates import shanghai_day, start_of_day
from api.demo_leave_rules import new_id
from api.demo_people_rules import People
from api.http import content_hash
from api.postings.models import Division

# Every third village discloses a decision as well, every third a benefit; by their place in the roster, some have only
# drafted theirs, one cannot publish it for a number in its text, and one has no disclosure of the quarter at all.
_OTHERS = 3
_DRAFTED, _HELD, _WITHOUT = (6, 29, 51), 17, 40
# The stages of a decision follow each other so many days apart; of the latest the result is not disclosed yet.
_STAGE_DAYS = 3


def fill_boards(session: Session, *, people: People, identity: Callable[[str], Identity], seed: int,
                as_of: datetime) -> None:
    """What every village disclosed about the last quarter that was over on the day of `as_of`."""
    villages = session.scalars(select(Division).where(Division.level == "village").order_by(Division.code)).all()
    for nth, village in enumerate(villages):
        board = _Board(session, village, identity(people.committee_of[village.code]),
                       Random(f"{seed} {as_of.date()} board {village.code}"), as_of)
        if nth != _WITHOUT:
            board.disclose_finance(is_published=nth not in _DRAFTED)
        if nth == _HELD:
            board.disclose_benefit(words.DISCLOSURES[3], suffix=words.CONTACT)
        elif nth % _OTHERS == 0:
            board.disclose_decision(words.DISCLOSURES[1], is_done=nth % 2 == 0)
        elif nth % _OTHERS == 1:
            board.disclose_benefit(board.rng.choice(words.DISCLOSURES[2:]))


class _Board:
    """One village's committee at its notice board."""

    def __init__(self, session: Session, village: Division, committee: Identity, rng: Random, as_of: datetime):
        self._session, self._village, self._committee, self.rng = session, village, committee, rng
        self._as_of = as_of
        self._last_on = _last_quarter_end(shanghai_day(as_of))
        self._first_on = date(self._last_on.year, self._last_on.month - 2, 1)

    def disclose_finance(self, *, is_published: bool) -> None:
        """The quarter's money: every line, and an 'other' one that is not small everywhere."""
        disclosure_class, title, text = words.DISCLOSURES[0]
        lines = [{"direction": direction, "text": line, "hundredths": 100 * self.rng.randint(least, most),
                  "is_other": is_other} for direction, line, least, most, is_other in words.FINANCE]
        quarter = f"{self._last_on.year}年第{'一二三四'[self._last_on.month // 3 - 1]}季度"
        disclosure = self._draft(disclosure_class, title.format(quarter=quarter), text, self._at(5), lines=lines)
        if is_published:
            self._publish(disclosure, self._at(9))

    def disclose_decision(self, said: tuple[str, str, str], *, is_done: bool) -> None:
        """A decision with its four deliberations, its disclosure and, once carried out, that of the result."""
        disclosure_class, title, text = said
        entitled = self.rng.randint(28, 45)
        disclosure = self._draft(disclosure_class, title, text, self._at(-40))
        for nth, stage in enumerate(STAGES if is_done else STAGES[:-1], start=1):
            at = self._at(-40 + _STAGE_DAYS * nth)
            if stage == "resolution_disclosed":
                self._publish(disclosure, at)
            present = entitled - self.rng.randint(0, entitled // 5)
            votes = {"entitled": entitled, "present": present, "in_favour": present - self.rng.randint(0, 2)}
            disclosure_steps_service.put_stage(
                self._session, disclosure, identity=self._committee, stage=stage, held_on=shanghai_day(at), note=None,
                now=at, **(votes if stage in VOTES else dict.fromkeys(votes)))

    def disclose_benefit(self, said: tuple[str, str, str], *, suffix: str = "") -> None:
        """What was paid out to whom; with a number of a person in its text it is held back."""
        disclosure_class, title, text = said
        disclosure = self._draft(disclosure_class, title, text + suffix, self._at(4))
        self._publish(disclosure, self._at(6))

    def _draft(self, disclosure_class: str, title: str, text: str, at: datetime, *, lines: list[dict] = ()
               ) -> Disclosure:
        content = {"village_code": self._village.code, "disclosure_class": disclosure_class, "title": title,
                   "text": text, "first_on": self._first_on, "last_on": self._last_on, "lines": list(lines)}
        view, _created = disclosures_service.add_disclosure(
            self._session, identity=self._committee, id=new_id(self.rng), content_hash=content_hash(content), now=at,
            **content)
        return self._session.get(Disclosure, view["id"])

    def _publish(self, disclosure: Disclosure, at: datetime) -> None:
        disclosure_steps_service.take_step(self._session, disclosure, identity=self._committee, step="published",
                                           reason=None, now=at)

    def _at(self, nth_day: int) -> datetime:
        """A moment of the morning so many days after the quarter's end, at the latest `as_of`."""
        at = start_of_day(self._last_on + timedelta(days=nth_day)) + timedelta(hours=9, minutes=self.rng.randint(0, 90))
        return min(at, self._as_of)


def _last_quarter_end(today: date) -> date:
    """The last day of the last quarter that is over."""
    return date(today.year, (today.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)
