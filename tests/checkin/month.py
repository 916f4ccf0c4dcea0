"""What tests of the month share: October with two cadres in A1, the looks at it, and the words on it."""

from datetime import date, timedelta
from uuid import uuid4

from api.dates import days_between

MONTH = "2026-10"
OCTOBER = date(2026, 10, 1)
# The counting period of October 2026: its weeks are those of 28 September to 1 November.
FIRST, LAST = date(2026, 9, 28), date(2026, 11, 1)
SHEET = f"/api/v1/month-sheets?month={MONTH}"


def stay(county, person, *, weekdays=4, first=FIRST, last=LAST):
    """Check-ins on the first days of every week."""
    for day in days_between(first, last):
        if day.weekday() < weekdays:
            county.check_in(person, day)


def look(client, village=None, *, month=MONTH, more=""):
    """The sheet as a user sees it; fails unless it is there."""
    asked = f"&village={village.code}" if village is not None else ""
    answer = client.get(f"/api/v1/month-sheets?month={month}{asked}{more}")
    assert answer.status_code == 200, answer.json
    return answer.json


def row_of(sheet, person) -> dict:
    return next(row for row in sheet["rows"] if row["posting_id"] == person.posting.id)


def say(client, name, sheet, *, person=None, **more):
    """A step on a sheet that was looked at: of a row if `person` is given, else of the village."""
    subject = ({"posting_id": person.posting.id, "seen_hash": row_of(sheet, person)["row_hash"]} if person else
               {"village_code": sheet["village"]["code"], "seen_hash": sheet["sheet_hash"]})
    return client.post("/api/v1/month-steps", json={"id": str(uuid4()), "month": sheet["month"], "step": name,
                                                    **subject, **more})


def closing(sheet, **more) -> dict:
    return {"id": str(uuid4()), "month": sheet["month"], "village_code": sheet["village"]["code"],
            "seen_hash": sheet["sheet_hash"], **more}


def close(client, sheet, **more):
    return client.post("/api/v1/month-closings", json=closing(sheet, **more))


def day_of(sheet, row, day) -> str:
    """The sign of a day in a row."""
    return row["signs"][[one["day"] for one in sheet["days"]].index(day.isoformat())]


def week_on(number) -> date:
    """The Monday of the counting period's week."""
    return FIRST + timedelta(weeks=number)
