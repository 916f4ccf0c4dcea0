"""The allowance sheet (.xlsx) of closed months: days × rate, with its rules and what was corrected since.

Nothing is ever deducted: what was corrected after the closing is listed for a person to decide on, never netted.
"""

from collections.abc import Sequence
from datetime import date
from typing import IO

from xlsxwriter.utility import xl_rowcol_to_cell

from api.dashboards.forms_rules import AllowanceLine, VillageMonth
from api.dashboards.month_grid_service import correction_rows, rule_line
from api.form_words import FormWords
from api.xlsx import lines_of, new_sheet, new_workbook, write_cell

_WIDTHS = (5, 11, 20, 11, 12, 20, 7, 8, 10, 7, 8, 10, 9, 11, 13, 12)
COLUMNS = ("number", "township", "village", "name", "role", "sending_unit", "stationed_days", "daily", "stationed_yuan",
           "errand_days", "errand_daily", "errand_yuan", "travel_days", "amount", "payee_signature", "remark")
_YUAN = ("daily", "stationed_yuan", "errand_daily", "errand_yuan", "amount")
_SUMMED = ("stationed_days", "stationed_yuan", "errand_days", "errand_yuan", "travel_days", "amount")
_HEADING_ROW = 2


def write_allowance(file: IO[bytes], lines: Sequence[AllowanceLine], *, title: str, month_on: date,
                    months: Sequence[VillageMonth], rules: Sequence[tuple[str, str, object]],
                    words: FormWords) -> int:
    """The sheet of a division; `rules` are (key, for whom, Rule) as they hold. Answers the number of cadres."""
    book = new_workbook(file)
    style = {name: book.add_format({"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True, **more})
             for name, more in {
                 "title": {"bold": True, "font_size": 16, "align": "center"}, "note": {"align": "left"},
                 "heading": {"bold": True, "align": "center", "border": 1}, "cell": {"align": "center", "border": 1},
                 "yuan": {"align": "center", "border": 1, "num_format": "#,##0.00"},
                 "bold": {"bold": True, "align": "left"}}.items()}
    sheet = new_sheet(book, words("allowance.sheet"))
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.repeat_rows(0, _HEADING_ROW)
    sheet.freeze_panes(_HEADING_ROW + 1, 4)
    before, after = words.page()
    sheet.set_footer(f"&C&9{before}&P{after}")
    last = len(COLUMNS) - 1
    sheet.merge_range(0, 0, 0, last, "", style["title"])
    write_cell(sheet, 0, 0, title, style["title"])
    sheet.set_row(0, 28)
    sheet.merge_range(1, 0, 1, last, "", style["note"])
    write_cell(sheet, 1, 0, words("allowance.lead", month=words.month(month_on)), style["note"])
    for column, name in enumerate(COLUMNS):
        write_cell(sheet, _HEADING_ROW, column, words(f"allowance_column.{name}"), style["heading"])
    sheet.set_row(_HEADING_ROW, 32)
    first_row = _HEADING_ROW + 1
    for row, line in enumerate(lines, start=first_row):
        _write_line(sheet, row, line, words, style)
    _write_total(sheet, first_row, lines, words, style)
    _write_below(sheet, first_row + len(lines) + 2, months, rules, words, style)
    book.close()
    return len(lines)


def _write_line(sheet, row: int, line: AllowanceLine, words: FormWords, style: dict) -> None:
    values = {name: getattr(line, name, None) for name in COLUMNS}
    # Where nobody has set a rate its cell is blank, to be filled in; the amounts then follow by themselves.
    values |= {name: values[name] or None for name in ("daily", "errand_daily")}
    values |= {"number": row - _HEADING_ROW, "role": words.other(f"cadre_role.{line.cadre_role}")}
    for column, name in enumerate(COLUMNS):
        write_cell(sheet, row, column, values[name], style["yuan" if name in _YUAN else "cell"])
    for name, factors, value in (("stationed_yuan", ("stationed_days", "daily"), line.stationed_yuan),
                                 ("errand_yuan", ("errand_days", "errand_daily"), line.errand_yuan)):
        _write_formula(sheet, row, name, "*".join(_at(row, factor) for factor in factors), value, style)
    _write_formula(sheet, row, "amount", f"{_at(row, 'stationed_yuan')}+{_at(row, 'errand_yuan')}", line.amount, style)
    cells = ((line.village, 20), (line.name, 11), (line.sending_unit, 20))
    sheet.set_row(row, max(24, *(13 * lines_of(text, width) for text, width in cells)))


def _write_total(sheet, first_row: int, lines: Sequence[AllowanceLine], words: FormWords, style: dict) -> None:
    row = first_row + len(lines)
    for column, name in enumerate(COLUMNS):
        write_cell(sheet, row, column, words("total") if name == "name" else None, style["cell"])
    for name in _SUMMED:
        value = sum(getattr(line, name) for line in lines)
        # A sum over no row would be one over the heading.
        formula = f"SUM({_at(first_row, name)}:{_at(row - 1, name)})" if lines else "0"
        _write_formula(sheet, row, name, formula, value, style)
    sheet.set_row(row, 24)


def _at(row: int, name: str) -> str:
    return xl_rowcol_to_cell(row, COLUMNS.index(name))


def _write_formula(sheet, row: int, name: str, formula: str, value: int, style: dict) -> None:
    """A formula of ours over numbers, with its value for readers that do not calculate."""
    sheet.write_formula(row, COLUMNS.index(name), f"={formula}", style["yuan" if name in _YUAN else "cell"], value)


def _write_below(sheet, row: int, months: Sequence[VillageMonth], rules, words: FormWords, style: dict) -> None:
    last = len(COLUMNS) - 1

    def line(text: str, kind: str = "note") -> None:
        nonlocal row
        sheet.merge_range(row, 0, row, last, "", style[kind])
        write_cell(sheet, row, 0, text, style[kind])
        sheet.set_row(row, 15 * lines_of(text, sum(_WIDTHS)))
        row += 1

    line(words("allowance.signed"), "bold")
    sheet.set_row(row - 1, 34)
    line(words("allowance.rules"), "bold")
    for key, whose, rule in rules:
        said = rule_line(words, key, rule.value, rule.effective_from, rule.source) if rule.value \
            else words("allowance.unset", name=words.other(f"dashboard.rule.{key}"))
        line(words("allowance.rule_of", whose=whose, rule=said))
    line(words("allowance.never"))
    line(words("allowance.travel"))
    line(words("allowance.versions"), "bold")
    for month in months:
        line(words("allowance.version", village=f"{month.sheet.township}{month.sheet.village}",
                   at=words.instant(month.closing.at), by=month.closing.by, hash=month.closing.hash))
    corrected = [(month, correction_rows(words, month)) for month in months]
    if any(rows for _month, rows in corrected):
        line(words("allowance.corrections"), "bold")
        for month, rows in corrected:
            for name, what, why in rows:
                line(f"{month.sheet.village}  {name}  {what}  {why}")
