"""Who stands in the papers that count the calendar month: whoever is posted on one of its days, and nobody else.

October 2026 is counted from 28 September to 1 November; the month sheet has the people of those days too.
"""

import io
from datetime import date
from types import SimpleNamespace

import docx
import pytest

from api.dashboards.forms_rules import posted_in_month
from tests.checkin.month import close, look, say
from tests.dashboards.test_forms import cells_of, export, text_of

SEPTEMBER, NOVEMBER = date(2026, 9, 30), date(2026, 11, 1)
POSTED = ["没有记录的人", "只到一日的人", "月底才来的人"]
AROUND = ["九月走的人", "十一月来的人"]


@pytest.mark.parametrize("signs, expected", [
    (("none", "", "", ""), False),          # gone before the first day
    (("", "", "", "none"), False),          # came after the last one
    (("none", "none", "", ""), True),
    (("", "", "rest", "none"), True),       # a day off inside the posting is a day of it
    (("", "to_come", "to_come", "to_come"), True),
    (("", "", "", ""), False),
])
def test_a_row_is_of_the_month_when_one_of_its_days_is_inside_the_posting(signs, expected):
    days = [SimpleNamespace(in_month=in_month) for in_month in (False, True, True, False)]
    assert posted_in_month(SimpleNamespace(signs=signs), days) == expected


@pytest.fixture
def people(county):
    """In A1: three posted on days of October, none with a record; two on days of its weeks alone; and two of A2's."""
    for name, days in zip([*POSTED, *AROUND], [
            {}, {"to_on": date(2026, 10, 1)}, {"from_on": date(2026, 10, 31)}, {"to_on": SEPTEMBER},
            {"from_on": NOVEMBER}], strict=True):
        county.cadre("A1", name=name, **days)
    county.cadre("A2", name="联片的人", further=("A1",))
    county.cadre("A2", name="九月联片的人", further=("A1",), to_on=SEPTEMBER)
    county.session.commit()


@pytest.fixture
def township(as_user, county, people):
    return as_user(county.person("supervisor", county.townships["A"]))


def close_a1(as_user, county, township):
    village = county.villages["A1"]
    clerk = as_user(county.person("village", village))
    assert say(clerk, "confirmed", look(clerk, village), note="已核对").status_code == 201
    assert close(township, look(township, village)).status_code == 201


def names_of(answer) -> list[str]:
    """The names of the numbered lines of a document's first table."""
    rows = [[cell.text for cell in row.cells] for row in docx.Document(io.BytesIO(answer.data)).tables[0].rows]
    return [row[1] for row in rows if row[0].isdigit() and row[1]]


@pytest.mark.parametrize("is_closed", [False, True])
@pytest.mark.parametrize("kind, more, names", [
    ("public_notice", {}, POSTED),
    ("register_book", {}, [*POSTED, "联片的人"]),
    ("register_book", {"filled": True}, [*POSTED, "联片的人"]),
])
def test_a_paper_of_the_calendar_month_lists_who_is_posted_in_it(as_user, county, township, kind, more, names,
                                                                 is_closed):
    if is_closed:
        close_a1(as_user, county, township)
    answer = export(township, kind, division_code=county.villages["A1"].code, **more)
    assert names_of(answer) == names


def test_an_allowance_has_no_line_to_sign_for_who_was_not_posted_in_the_month(as_user, county, township):
    close_a1(as_user, county, township)
    rows = cells_of(export(township, "allowance", division_code=county.villages["A1"].code))
    assert [row[3].value for row in rows[3:] if isinstance(row[0].value, int)] == POSTED


def test_the_month_sheet_keeps_everybody_whose_weeks_it_counts(county, township):
    text = text_of(export(township, "month_sheet", division_code=county.villages["A1"].code))
    assert [name for name in [*POSTED, *AROUND] if name in text] == [*POSTED, *AROUND]


@pytest.mark.parametrize("kind, pages", [("public_notice", 0), ("register_book", 0), ("month_sheet", 1)])
def test_among_many_villages_one_with_nobody_in_the_month_has_no_page_of_paper(as_user, county, kind, pages):
    county.cadre("A1")
    county.cadre("A2", to_on=SEPTEMBER)
    county.cadre("A2", from_on=NOVEMBER)
    county.session.commit()
    township = as_user(county.person("supervisor", county.townships["A"]))
    text = text_of(export(township, kind))
    assert "A1村" in text and ("A2村" in text) == bool(pages)


def test_a_notice_of_a_village_with_nobody_in_the_month_says_so(as_user, county):
    county.cadre("A1", name="九月走的人", to_on=SEPTEMBER)
    county.session.commit()
    answer = export(as_user(county.person("village", county.villages["A1"])), "public_notice")
    assert names_of(answer) == [] and "九月走的人" not in text_of(answer)
