"""Tables as they are uploaded: text in any usual form, what is no table, and columns of ID-card numbers."""

import ast
from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from api import i18n
from api.cells import BadFile, PartialDate
from api.id_numbers import holds_id_number, id_number_problems
from api.postings.delimited_rules import read_delimited
from api.postings.table_file_service import read_sheets
from api.sheets import SheetCells
from tests.test_architecture import FILES, tree_of

# The examples of the standard GB 11643, and two that are made up, of the year 1900; all check digits are right.
NUMBERS = ("11010519491231002X", "440524188001010014", "520329190001010018", "520329190001010034")
TABLE = [["姓名", "单位"], ["张　三", "县农业农村局"], ["李四", "a,b;c"]]


def text_of(rows, delimiter=",") -> str:
    return "\r\n".join(delimiter.join(f'"{cell}"' if set(cell) & set(',;"\t\n') else cell for cell in row)
                       for row in rows) + "\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_in_any_usual_form(encoding, delimiter):
    assert read_delimited(text_of(TABLE, delimiter).encode(encoding)) == TABLE


@pytest.mark.parametrize(("text", "rows"), [
    ("标题,,\n\n姓名,村,单位\n", [["标题", "", ""], [], ["姓名", "村", "单位"]]),  # blank rows count, as a spreadsheet's do
    ("姓名\t联片村\n张三\t甲,乙,丙,丁\n李四\t戊,己,庚\n", [["姓名", "联片村"], ["张三", "甲,乙,丙,丁"], ["李四", "戊,己,庚"]]),
    ("说明：一,二,三,四,五\n姓名;村\n张三;甲\n", [["说明：一,二,三,四,五"], ["姓名", "村"], ["张三", "甲"]]),
    ('姓名,村\n"张\n三",甲\n', [["姓名", "村"], ["张\n三", "甲"]]),
    ("姓名,村\r张三,甲\r", [["姓名", "村"], ["张三", "甲"]]),
    ("只有一列\n张三\n", [["只有一列"], ["张三"]]),
])
def test_the_sign_between_cells_is_found(text, rows):
    assert read_delimited(text.encode()) == rows


@pytest.mark.parametrize(("data", "reason", "row"), [
    (b"\xef\xbb\xbf", "empty_file", None),
    (b" \r\n\r\n", "empty_file", None),
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not_a_workbook", None),
    (b"a,b\n1,\0\n", "not_a_workbook", None),
    (b"%PDF-1.7\n\0\0", "not_a_workbook", None),
    # Real pictures and documents are not text in any encoding, and some hold no zero byte at all.
    (b"\x89PNG\r\n\x1a\n\xff\xfe\x80", "not_a_workbook", None),
    (b"\xff\xd8\xff\xe0\x10JFIF", "not_a_workbook", None),
    (b"%PDF-1.4 plain", "not_a_workbook", None),
    (b"<html><table><tr><td>", "not_a_workbook", None),  # what some systems call .xls
    (b"\xff\xff\xff\xff", "unknown_encoding", None),
    (b"\xff\xfea", "unknown_encoding", None),  # half a character of UTF-16
    (b'a,b\n1,2\n"3,4\n5,6\n', "malformed_csv", 3),
    (b'a,b\n"1"2,3\n', "malformed_csv", 2),
    (b"a" * 200_000, "malformed_csv", 1),  # no cell is that long
    (b"," * 1_000_000, "too_many_cells", None),
    (b'"a\n' + b'",,,,,,,,,"\n' * 1_000 + b'"', "too_many_cells", None),  # one row over a thousand lines
    (b"a,b\n" * 50_001, "too_many_rows", None),
    (b"a,b\n" * (5 * 2**20 + 1), "file_too_large", None),
], ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_no_table_is_refused_in_one_word(data, reason, row):
    with pytest.raises(BadFile, match=reason) as caught:
        read_delimited(data)
    assert caught.value.problem.row == row


def test_wide_rows_are_read_no_further_than_a_sheet_is():
    assert [len(row) for row in read_delimited(b"," * 1999 + b"\na,b\n")] == [60, 2]


@given(st.binary(max_size=200) | st.text('",;\t\r\n a张\0<').map(str.encode))
def test_any_bytes_are_rows_or_a_named_refusal(data):
    try:
        rows = read_delimited(data)
    except BadFile as bad:
        assert i18n.has_text("zh", f"import.problem.{bad.problem.reason}")
    else:
        assert rows and all(isinstance(cell, str) for cells in rows for cell in cells)


def test_a_date_says_which_part_the_spreadsheet_made_up():
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    shown = ["yyyy-mm-dd", 'yyyy"年"m"月"', "mmm-yy", 'm"月"d"日"', "[$-804]yyyy年m月", "General"]
    for row, number_format in enumerate(shown):
        sheet.write_number(row, 0, 46082, book.add_format({"num_format": number_format}))
    sheet.write_number(len(shown), 0, 46083, book.add_format({"num_format": 'yyyy"年"m"月"'}))
    # The formats that Chinese Excel gives to 2026年3月 and 3月1日 as they are typed stand in no file.
    for row, index in enumerate((57, 58, 31), start=len(shown) + 1):
        sheet.write_number(row, 0, 46082, book.add_format({"num_format": index}))
    book.close()
    day, month, part = datetime(2026, 3, 1), PartialDate(date(2026, 3, 1), "day"), PartialDate(date(2026, 3, 1), "year")
    assert [row[0] for row in read_sheets(file)[0].rows] == [
        day, month, month, part, month, 46082, datetime(2026, 3, 2), month, part, day.date()]


@pytest.mark.parametrize("value", [
    *NUMBERS, "11010519491231002x", " 520329 19000101 0018 ", "'520329190001010018", '="520329190001010018"',
    "５２０３２９１９０００１０１００１８", "520329000101001",  # fifteen digits, from before 1999
    "5.20329E+17", "5.2032919000101E+17", "5.20329E+14", "520329190001010000",  # what spreadsheets leave of one
    520329190001010000, 5.2032919000101e17, 520329000101001, 520329000101001.0,
    "520329190001010015",  # a digit was mistyped
    "张三 520329190001010018", "证号：520329190001010018（本人）",
])
def test_an_id_number_is_known_in_every_form(value):
    assert holds_id_number(value)


@pytest.mark.parametrize("value", [
    None, "", "张三", True, 1.5, float("nan"), float("inf"), 10**400, date(2026, 3, 1), "520329102201", 520329102201,
    "13800001234", 13800001234, "1.38E+10", "520329190013010014", "520329190001320015",
    "52032919000101001", "6222021234567890123",    "91520329MA6DLQ1234", "2026-03-01", "9.5E+16",
])
def test_other_cells_are_no_id_numbers(value):
    assert not holds_id_number(value)


def refused(rows, *, heading_at=None, known=(), name="名册"):
    sheet = SheetCells(name, rows)
    return [(one.sheet, one.column) for one in id_number_problems(
        sheet, heading_at=heading_at, known={str(position): position for position in known})]


@pytest.mark.parametrize(("column", "is_refused"), [
    (["身份证号", "1"], True), (["公民身份号码*", "无"], True), (["证件号码（必填）", "x"], True), (["证件", "x"], True),
    (["证件类型", "身份证"], False), (["ID card No.", "x"], True),
    (["身份证号"], False), (["身份证号", None, "  "], False),  # somebody has emptied it already
    (["备注", NUMBERS[0]], True), (["备注", "好", NUMBERS[0]], True), (["备注", "好", "好", NUMBERS[0]], False),
    (["备注", *["好"] * 50, *NUMBERS[:3]], True), (["备注", *["好"] * 50, *NUMBERS[:2]], False),
    (["电话", 13800001234, "13800001235", "1.38E+10"], False), (["区划代码", *["520329102201"] * 9], False),
])
def test_a_column_is_refused_by_its_heading_or_by_what_it_holds(column, is_refused):
    rows = [["序号", cell] for cell in column]
    for heading_at in (0, None):
        assert refused(rows, heading_at=heading_at) == ([("名册", column[0].rstrip("*"))] if is_refused else [])


def test_one_number_is_too_many_in_a_column_that_would_be_kept():
    rows = [["姓名", "登录名", "备注"], *[["张三", "zs", "好"]] * 9, ["李四", NUMBERS[0], NUMBERS[1]]]
    assert refused(rows, heading_at=0, known=(0, 1)) == [("名册", "登录名")]


def test_a_column_without_a_heading_is_named_by_its_letter_and_no_number_is_quoted():
    assert refused([["张三", number] for number in NUMBERS], name=None) == [(None, "B")]
    assert refused([[None] * 27 + [number] for number in NUMBERS]) == [("名册", "AB")]


def test_a_title_that_speaks_of_id_cards_names_no_column():
    title = ["名册（不含身份证号）"]
    # Merged over the table, a title stands in every column.
    for titled in (title, title * 3):
        assert refused([titled, ["姓名", "村", "证件类型"], ["张三", "甲", "无"]], heading_at=1) == []


def test_a_heading_over_two_rows_is_seen():
    rows = [["名册"] * 3, ["姓名", "证件信息", "身份证号"], ["姓名", "类别", "号码"], ["张三", "一代", "看附件"]]
    assert refused(rows, heading_at=2) == [("名册", "号码")]


@given(st.lists(st.lists(st.none() | st.text(max_size=20) | st.integers() | st.floats(), max_size=4), max_size=6))
def test_any_cells_are_searched(rows):
    for _sheet, column in refused(rows):
        assert column


def test_hidden_sheets_are_searched_and_not_read():
    book = openpyxl.Workbook()
    book.active.append(["姓名"])
    hidden = book.create_sheet("底册")
    hidden.append(["姓名", "身份证号"])
    hidden.sheet_state = "veryHidden"
    file = BytesIO()
    book.save(file)
    assert [(sheet.name, sheet.is_hidden) for sheet in read_sheets(file)] == [("Sheet", False), ("底册", True)]


def import_reasons() -> set[str]:
    """Every slug that the imports name as a problem."""
    found = set()
    # What stands in the way of a contract's step is called a problem, too, and has words of its own.
    for path in (path for path in FILES if "contracts" not in path.parts):
        for node in ast.walk(tree_of(path)):
            name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            if name in ("Problem", "BadFile", "BadCell", "problem", "refuse"):
                found |= {argument.value for argument in node.args[:2] if isinstance(argument, ast.Constant)
                          and isinstance(argument.value, str) and "_" in argument.value}
    return found - {"from_on", "to_on", "sending_unit", "further_villages", "parent_code", "cadre_role"}


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_problem_of_an_import_has_words(language):
    assert {"id_numbers", "ambiguous_month", "notice_incomplete"} <= import_reasons()
    missing = [key for reason in sorted(import_reasons()) for key in (f"problem.{reason}", f"expected.{reason}")
               if not i18n.has_text(language, f"import.{key}")]
    assert missing == []
