"""A workbook whose making breaks off leaves nothing behind: no open file, and no rows in the folder for such files."""

import io
import tempfile
from pathlib import Path

import openpyxl
import pytest

from api.dashboards import coverage_export_service, households_export_service, month_workbook_service
from api.xlsx import Column, write_table


class BrokenOff(Exception):
    """What the making of a file is interrupted by."""


def break_off(*_args, **_more):
    raise BrokenOff


@pytest.fixture
def left(tmp_path, monkeypatch):
    """What lies in the folder for temporary files, and what of it is still open: `left()`."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))

    def look() -> tuple[list, list]:
        opened = []
        for one in Path("/proc/self/fd").iterdir():
            try:
                opened.append(str(one.readlink()))
            except FileNotFoundError:
                # The one by which this very list is read.
                continue
        return list(folder.rglob("*")), [one for one in opened if one.startswith(str(folder))]
    return look


def rows(number: int, *, breaks_off: bool = False):
    for count in range(number):
        yield [f"第{count}行", count]
    if breaks_off:
        raise BrokenOff


def test_a_table_that_breaks_off_leaves_nothing_open_and_nothing_on_the_disk(left):
    # What pytest keeps of the failure holds on to the frames, so that nothing is let go by chance.
    with pytest.raises(BrokenOff) as kept:
        write_table(io.BytesIO(), "表", [Column("名"), Column("数")], rows(5_000, breaks_off=True))
    assert (left(), kept.type) == (([], []), BrokenOff)


def test_a_table_that_is_finished_leaves_nothing_either(left):
    file = io.BytesIO()
    assert write_table(file, "表", [Column("名"), Column("数")], rows(5_000)) == 5_000
    assert left() == ([], [])
    assert openpyxl.load_workbook(file).active["B5001"].value == 4_999


@pytest.mark.parametrize(("kind", "service", "part"), [
    ("month_workbook", month_workbook_service, "_rules"), ("visit_coverage", coverage_export_service, "_unvisited"),
    ("households", households_export_service, "_line")])
def test_a_file_that_breaks_off_leaves_nothing(as_user, county, left, monkeypatch, kind, service, part):
    county.cadre("A1")
    county.household("A1")
    client = as_user(county.person("supervisor"))
    monkeypatch.setattr(service, part, break_off)
    answer = client.post("/api/v1/exports", buffered=True, json={
        "kind": kind, "division_code": county.villages["A1"].code, "month": "2026-11", "level": "village"})
    assert (answer.status_code, left()) == (500, ([], []))
