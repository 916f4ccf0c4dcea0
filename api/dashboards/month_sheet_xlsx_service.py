"""The month sheet as a workbook (.xlsx): a worksheet a village, prints on landscape A4."""

from collections.abc import Sequence
from typing import IO

from xlsxwriter.workbook import Workbook

from api.dashboards.forms_rules import VillageMonth
from api.dashboards.month_grid_service import (
    correction_rows,
    day_label,
    footer_of,
    ground_of,
    legend_line,
    mark_of,
    rule_lines,
    sign_text,
    title_of,
    version_lines,
    weekday_label,
)
from api.form_words import NOTHING, FormWords
from api.xlsx import lines_of, new_sheet, new_workbook, write_cell

_BEFORE = ("number", "name", "role")
_FIGURES = ("duty_days", "required_days", "credited_days", "rate", "days_of_month", "days_of_year")
_HEADING_ROW = 2
_DAY_WIDTH, _OTHER_WIDTH = 2.4, 67


def write_month_sheets(file: IO[bytes], months: Sequence[VillageMonth], *, words: FormWords) -> int:
    """One worksheet a village; answers the number of cadres."""
    book = new_workbook(file)
    styles = _Styles(book)
    for month in months:
        _Sheet(book, month, words, styles).write()
    if not months:
        new_sheet(book, NOTHING)
    book.close()
    return sum(len(month.sheet.rows) for month in months)


class _Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook):
        self._book, self._made = book, {}

    def __call__(self, **properties):
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"font_name": "宋体", "font_size": 9, "valign": "vcenter",
                                                     "text_wrap": True, **properties})
        return self._made[key]

    def cell(self, **properties):
        return self(**{"border": 1, "align": "center", "font_size": 10, **properties})


class _Sheet:
    """One village's worksheet, written from the top down."""

    def __init__(self, book: Workbook, month: VillageMonth, words: FormWords, styles: _Styles):
        self.month, self.sheet, self.words, self.styles = month, month.sheet, words, styles
        self.page = new_sheet(book, self.sheet.village)
        self.columns = len(_BEFORE) + len(self.sheet.days) + len(_FIGURES) + 1
        self.row = 0

    def write(self) -> None:
        self._set_page()
        self._write_head()
        self._write_heading()
        for number, row in enumerate(self.sheet.rows, start=1):
            self._write_row(number, row)
        self._write_total()
        self._write_notes()
        self._write_places_to_sign()
        self._write_corrections()

    def _set_page(self) -> None:
        first_figure = len(_BEFORE) + len(self.sheet.days)
        self.page.set_column(0, 0, 4)
        self.page.set_column(1, 1, 9)
        self.page.set_column(2, 2, 10)
        self.page.set_column(3, first_figure - 1, _DAY_WIDTH)
        self.page.set_column(first_figure, self.columns - 2, 5.6)
        self.page.set_column(self.columns - 1, self.columns - 1, 11)
        self.page.repeat_rows(0, _HEADING_ROW + 1)
        self.page.freeze_panes(_HEADING_ROW + 2, 2)
        # An & begins a code in a footer; two of them are one.
        footer = footer_of(self.words, self.month, "month_sheet.title").replace("&", "&&")
        before, after = self.words.page()
        # A footer of more than 255 characters makes Excel call the file broken.
        self.page.set_footer(f"&C&8{footer[:200]}  {before}&P{after}")

    def _merged(self, first: int, last: int, text: str, style) -> None:
        if last > first:
            self.page.merge_range(self.row, first, self.row, last, "", style)
        write_cell(self.page, self.row, first, text, style)

    def _line(self, text: str, *, height: float = 13, **properties) -> None:
        """A text over the whole width, high enough for the lines that it will take."""
        properties = {"align": "left", **properties}
        self._merged(0, self.columns - 1, text, self.styles(**properties))
        # A little less than there is, since fonts differ; letters of 9 points are narrower than the columns' 11.
        lines = lines_of(text, (_OTHER_WIDTH + _DAY_WIDTH * len(self.sheet.days)) * 1.3)
        self.page.set_row(self.row, height * lines)
        self.row += 1

    def _write_head(self) -> None:
        self._line(title_of(self.words, self.month, "month_sheet.title"), height=26, font_size=16, bold=True,
                   align="center")
        cut = self.columns - 12
        mark = mark_of(self.words, self.month)
        period = self.words("period", span=self.words.span(self.sheet.first, self.sheet.last))
        self._merged(0, cut - 1, period, self.styles(align="left"))
        self._merged(cut, self.columns - 1, mark.text, self.styles(align="right", bold=mark.bold,
                                                                   font_size=12 if mark.bold else 9))
        self.page.set_row(self.row, 18)
        self.row += 1

    def _write_heading(self) -> None:
        after = [self.words(f"figure_short.{name}") for name in _FIGURES] + [self.words("column.own_signature")]
        labels = [*(self.words(f"column.{name}") for name in _BEFORE), *map(day_label, self.sheet.days), *after]
        weekdays = [*[""] * len(_BEFORE), *(weekday_label(self.words, day) for day in self.sheet.days),
                    *[""] * len(after)]
        for column, (label, weekday) in enumerate(zip(labels, weekdays, strict=True)):
            style = self._style(column, bold=True, font_size=8)
            if weekday:
                write_cell(self.page, self.row, column, label, style)
                write_cell(self.page, self.row + 1, column, weekday, style)
            else:
                self.page.merge_range(self.row, column, self.row + 1, column, "", style)
                write_cell(self.page, self.row, column, label, style)
        self.page.set_row(self.row, 24)
        self.row += 2

    def _style(self, column: int, **properties):
        """The format of a column; those of days have their grey."""
        position = column - len(_BEFORE)
        ground = ground_of(self.sheet.days[position]) if 0 <= position < len(self.sheet.days) else ""
        return self.styles.cell(**({"bg_color": f"#{ground}"} if ground else {}), **properties)

    def _write_row(self, number: int, row) -> None:
        before = [number, row.name, self.words.other(f"cadre_role.{row.cadre_role}")]
        values = [*before, *(sign_text(self.words, sign) or None for sign in row.signs), *self._figures(row), None]
        self._write_values(values)
        self.page.set_row(self.row, max(24, 12 * lines_of(row.name, 9)))
        self.row += 1

    def _figures(self, row) -> list:
        return [getattr(row, name) if getattr(row, name) is not None else NOTHING for name in _FIGURES]

    def _write_values(self, values: list) -> None:
        rate_column = len(_BEFORE) + len(self.sheet.days) + _FIGURES.index("rate")
        for column, value in enumerate(values):
            more = {rate_column: {"num_format": "0.0%"}, _BEFORE.index("role"): {"font_size": 8}}.get(column, {})
            style = self._style(column, **more)
            write_cell(self.page, self.row, column, value, style)

    def _write_total(self) -> None:
        rate = self.sheet.rate
        values = [*[None] * (len(_BEFORE) + len(self.sheet.days)), None, self.sheet.required_days,
                  self.sheet.credited_days, NOTHING if rate is None else rate, None, None, None]
        self._write_values(values)
        self._merged(0, len(_BEFORE) + len(self.sheet.days) - 1, self.words("total"), self.styles.cell())
        self.page.set_row(self.row, 20)
        self.row += 1

    def _write_notes(self) -> None:
        rules = self.words("rules", rules=self.words("semicolon").join(rule_lines(self.words, self.month)))
        for text in (legend_line(self.words, [self.month]), self.words("grounds"), rules if self.sheet.rules else "",
                     "" if self.sheet.calendar_official else self.words("calendar_not_official"),
                     *version_lines(self.words, self.month)):
            if text:
                self._line(text)

    def _write_places_to_sign(self) -> None:
        keys = ("village", "township", "writers")
        bounds = [round(self.columns * n / len(keys)) for n in range(len(keys) + 1)]
        for key, first, after in zip(keys, bounds[:-1], bounds[1:], strict=True):
            self._merged(first, after - 1, self.words(f"place.{key}"),
                         self.styles(border=1, align="left", font_size=10))
        self.page.set_row(self.row, 84)
        self.row += 1

    def _write_corrections(self) -> None:
        rows = correction_rows(self.words, self.month)
        if not rows:
            return
        self._line(self.words("corrections"), bold=True, font_size=10)
        for name, what, why in rows:
            self._line(f"{name}  {what}  {why}")
        self._line(self.words("corrections_signed"), height=22, font_size=10)
