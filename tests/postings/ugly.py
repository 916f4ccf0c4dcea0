"""Makes rosters and calendars as they come from townships: titles, merged cells, months for dates, odd encodings."""

from datetime import datetime
from io import BytesIO

import xlsxwriter

HEADINGS = ("序号", "所属乡镇", "驻村", "姓 名", "手机号码", "单位", "职级", "职务", "派驻时间", "结束日期", "备注")
# What a roster says of (township, village, name, from, to); the rest is the same for all.
PEOPLE = (
    ("子营街道", "A1村村委会", "张　三", "2024.5", "2026年4月"),
    (None, None, "李 四", 2024.5, "2026-05-31"),
    (None, "A2村", "王五", "2024年5月", "至今"),
    ("龙溪镇", "B1", "赵六", "2024/5", None),
    (None, "B2村", "孙七", 45413, "长期"),  # 1 May 2024
)
LAST = {"张　三": "2026-04-30", "李 四": "2026-05-31"}


def roster_workbook(*, id_numbers: tuple[object, ...] = (), id_heading: str = "身份证号") -> BytesIO:
    """PEOPLE under two title rows and a note, townships and villages merged down, as Excel's own calendar counts."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("2026年花名册")
    sheet.merge_range(0, 0, 0, len(HEADINGS) - 1, "余庆县驻村干部花名册（2026年）")
    sheet.merge_range(1, 0, 1, 4, "填报单位：县委组织部")
    sheet.write(2, 0, "说明：姓名、村名请写全")
    month = book.add_format({"num_format": 'yyyy"年"m"月"'})
    for column, heading in enumerate(HEADINGS + ((id_heading,) if id_numbers else ())):
        sheet.write(3, column, heading)
    for row, (_township, _village, name, from_on, to_on) in enumerate(PEOPLE, start=4):
        sheet.write_row(row, 0, [row - 3, None, None, name, 13800001230 + row, "县农业农村局", "科员", "指导员"])
        sheet.write(row, 8, from_on)
        if to_on == "2026年4月":
            sheet.write_datetime(row, 9, datetime(2026, 4, 1), month)
        else:
            sheet.write(row, 9, to_on)
        if id_numbers:
            sheet.write(row, len(HEADINGS), id_numbers[(row - 4) % len(id_numbers)])
    # Almost every official form has these below.
    foot = 4 + len(PEOPLE)
    sheet.write_row(foot, 0, ["合计", None, None, f"{len(PEOPLE)}人"])
    sheet.write_row(foot + 1, 0, ["填表人：王某", None, None, "审核人：", None, "2026年11月20日"])
    sheet.merge_range(foot + 2, 0, foot + 2, len(HEADINGS) - 1, "备注：本表一式两份")
    sheet.merge_range(4, 1, 6, 1, "子营街道")
    sheet.merge_range(7, 1, 8, 1, "龙溪镇")
    sheet.merge_range(4, 2, 5, 2, "A1村村委会")
    for row, village in ((6, "A2村"), (7, "B1"), (8, "B2村")):
        sheet.write(row, 2, village)
    book.close()
    return file


def townships_workbook(*groups: tuple[str, tuple[tuple[str, str], ...]], merged: bool = True) -> BytesIO:
    """Groups of a township and its (name, village), the township merged down beside them, or only in its first row."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("花名册")
    sheet.write_row(0, 0, HEADINGS)
    row = 1
    for township, people in groups:
        for below, (name, village) in enumerate(people):
            sheet.write_row(row + below, 0, [row + below, None, village, name, None, "县农业农村局", "科员", "指导员", "2024年5月"])
        if merged:
            sheet.merge_range(row, 1, row + len(people) - 1, 1, township)
        else:
            sheet.write(row, 1, township)
        row += len(people)
    book.close()
    return file


def roster_text(*, encoding: str = "gb18030", delimiter: str = ",") -> BytesIO:
    """The same people as a spreadsheet saves them as text: merged cells are blank below their first."""
    rows = [["余庆县驻村干部花名册（2026年）"], [], list(HEADINGS)]
    for number, (township, village, name, from_on, to_on) in enumerate(PEOPLE, start=1):
        rows.append([number, township, village or "A1村", name, f"1380000123{number}", "县农业农村局", "科员", "指导员", from_on,
                     to_on, None])
    lines = [delimiter.join("" if cell is None else str(cell) for cell in row + [None] * (len(HEADINGS) - len(row)))
             for row in rows]
    return BytesIO("\r\n".join(lines).encode(encoding))


# A made-up year; the days of the week are those of 2027.
CALENDAR_HEADINGS = ("日期", "类型", "名称", "来源")
CALENDAR = (
    ("1月1日至3日", "放假", "元旦"),
    ("2027-02-05至2027-02-11", "放假", "春节"),
    ("1月31日（星期日）、2月20日（星期六）", "调休上班", "春节"),
    ("4月5日(星期一)", "放假", "清明节"),
    ("5月1日～5月5日", "放假", "劳动节"),
    ("5月8日", "补班", "劳动节"),
    ("10.1-10.7", "放假", "国庆节"),
)
SOURCE = "国办发明电〔2026〕7号"
HOLIDAYS, MAKEUPS = 3 + 7 + 1 + 5 + 7, 3


def calendar_workbook(rows=CALENDAR, *, title: str | None = "2027年放假安排表", source: str | None = SOURCE,
                      headings=CALENDAR_HEADINGS) -> BytesIO:
    """A table with a title row, the source merged down beside its rows; a row's first cell may be a datetime."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("Sheet1")
    day = book.add_format({"num_format": 'm"月"d"日"'})
    if title:
        sheet.merge_range(0, 0, 0, 3, title)
    sheet.write_row(2, 0, headings)
    for number, row in enumerate(rows, start=3):
        for column, cell in enumerate(row):
            if isinstance(cell, datetime):
                sheet.write_datetime(number, column, cell, day)
            else:
                sheet.write(number, column, cell)
    if source and len(rows) > 1:
        sheet.merge_range(3, 3, 2 + len(rows), 3, source)
    book.close()
    return file


def calendar_text(rows=CALENDAR, *, encoding: str = "gb18030", title: str = "2027年放假安排") -> BytesIO:
    """The same as text, with English headings and no column for the source."""
    lines = [f"{title},,", "date,kind,label", *(",".join(row) for row in rows)]
    return BytesIO("\n".join(lines).encode(encoding))
