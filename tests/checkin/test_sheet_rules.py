"""The sign of a day, and that an errand is told whatever the policy makes of it and whatever record waits."""

from datetime import date

import pytest

from api.checkin import kept_service
from api.checkin.sheet_rules import sign_of
from api.postings import policies_service
from tests.checkin.month import close, day_of, look, row_of, say
from tests.checkin.test_leave import leave
from tests.dashboards.test_forms import cells_of, export


@pytest.mark.parametrize("state, leave_kind, expected", [
    ("stationed", None, "stationed"),
    ("stationed", "errand", "stationed"),   # a record that counts says more than any paper
    ("stationed", "sick", "stationed"),
    ("errand", "errand", "errand"),         # the policy counts errands as stationed
    ("errand", "travel", "travel"),
    ("waiting", "errand", "errand"),        # the policy deducts them, so that the kept day knows of the record alone
    ("waiting", "travel", "travel"),
    ("waiting", "sick", "waiting"),         # confirmed, it would count as a day in the village during leave
    ("waiting", None, "waiting"),
    ("rejected", "errand", "errand"),
    ("rejected", "sick", "sick"),
    ("rejected", None, "rejected"),
    (None, "errand", "errand"),
    (None, "private", "private"),
    (None, None, "none"),
])
def test_a_day_carries_the_sign_that_says_most_of_it(state, leave_kind, expected):
    assert sign_of(posted=True, state=state, leave_kind=leave_kind, worked=True, to_come=False) == expected
    assert sign_of(posted=False, state=state, leave_kind=leave_kind, worked=True, to_come=False) == ""


@pytest.mark.parametrize("worked, to_come, expected", [
    (True, False, "none"), (False, False, "rest"), (True, True, "to_come"), (False, True, "to_come")])
def test_a_day_without_a_fact_is_of_its_kind_or_still_to_come(worked, to_come, expected):
    assert sign_of(posted=True, state=None, leave_kind=None, worked=worked, to_come=to_come) == expected


@pytest.mark.parametrize("policy", ["stationed", "deducted"])
@pytest.mark.parametrize("kind, days", [("errand", (1, 0)), ("travel", (0, 1))])
def test_a_record_that_waits_takes_no_errand_off_the_sheet_and_the_allowance(as_user, county, policy, kind, days):
    policies_service.set_policy(
        county.session, division=county.county, key="errand", value=policy, effective_from=date(2026, 1, 5),
        source="文件", user_id=None, at=county.now, today=date(2026, 1, 1), any_start=True)
    cadre, on, village = county.cadre("A1", name="张三"), date(2026, 10, 14), county.villages["A1"]
    kept_service.refresh(county.session, cadre_ids=[cadre.cadre.id])
    township = as_user(county.person("supervisor", county.townships["A"]))
    township.post("/api/v1/leaves", json=leave(cadre_id=cadre.cadre.id, kind=kind, from_on=on.isoformat(),
                                               to_on=on.isoformat()))
    county.check_in(cadre, on, metres_north=9_000)
    county.session.commit()
    sheet = look(township, village)
    row = row_of(sheet, cadre)
    assert (day_of(sheet, row, on), (row["errand_days"], row["travel_days"]), row["waiting_days"]) == (kind, days, 0)
    clerk = as_user(county.person("village", village))
    assert say(clerk, "confirmed", sheet, note="已核对").status_code == 201
    assert close(township, look(township, village)).status_code == 201
    rows = cells_of(export(township, "allowance", division_code=village.code))
    [line] = [[cell.value for cell in one] for one in rows if len(one) > 13 and one[3].value == "张三"]
    assert (line[9], line[12]) == days
