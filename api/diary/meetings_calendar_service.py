"""The regular meetings of divisions, from the policies and the working calendar."""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy.orm import Session

from api.diary.meetings_rules import FARTHEST_MOVE, DaysOn, held_on, meeting_days
from api.postings.calendar_service import workdays
from api.postings.divisions_service import DivisionRef
from api.postings.models import Division
from api.postings.policies_service import policy_book

KEYS = ("meeting_day_first", "meeting_day_second", "meeting_on_rest_day")


class MeetingCalendar:
    """When the divisions of a county meet; reads the policies once."""

    def __init__(self, session: Session):
        self._session, self._book = session, policy_book(session, *KEYS)

    def days_on(self, path: str) -> DaysOn:
        """For the rules: the days of the month on which the division at `path` meets, by the day asked about."""
        return lambda day: meeting_days(self._book.value("meeting_day_first", path, day),
                                        self._book.value("meeting_day_second", path, day))

    def held_on(self, path: str, regular_days: Iterable[date]) -> dict[date, date]:
        """The day on which each meeting is held by the policy, by its regular date."""
        regular = sorted(set(regular_days))
        if not regular:
            return {}
        reach = timedelta(days=FARTHEST_MOVE)
        worked = workdays(self._session, regular[0] - reach, regular[-1] + reach)
        return {day: held_on(day, on_rest_day=self._book.value("meeting_on_rest_day", path, day), workdays=worked)
                for day in regular}


def meeting_path(village: Division | DivisionRef) -> str:
    """The path of the division whose meetings a village's cadres attend: its township, else what it lies in."""
    if village.township_id is None:
        return village.path.rstrip("/").rpartition("/")[0] + "/"
    before, township, _village = village.path.partition(f"/{village.township_id}/")
    return before + township
