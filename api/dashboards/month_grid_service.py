"""Parts that the forms of a month share: days across the page, signs, legend, rules, corrections, places to sign."""

from docx.document import Document

from api.checkin.sheet_service import ALLOWANCE_KEYS
from api.dashboards.forms_rules import VillageMonth, legend, written_sign
from api.docx import add_line
from api.docx_grid import Cell, add_grid
from api.form_words import NOTHING, FormWords
from api.postings.policies_service import FOUNDED_ON

# Two greys that a copier keeps apart.
OFF_DUTY, OTHER_MONTH = "E7E7E7", "C4C4C4"
OFF = ("rest", "holiday")


def ground_of(day) -> str:
    """The grey of a day's column: off duty, or outside the calendar month."""
    if not day.in_month:
        return OTHER_MONTH
    return OFF_DUTY if day.kind in OFF else ""


def day_label(day) -> str:
    """The number of a day; with its month above where that is another one."""
    return str(day.day.day) if day.in_month else f"{day.day.month}/\n{day.day.day}"


def weekday_label(words: FormWords, day) -> str:
    return words.other(f"month.weekday.{day.day.isoweekday()}")


def sign_text(words: FormWords, sign: str) -> str:
    name = written_sign(sign)
    return words(f"sign.{name}") if name else ""


def heading_rows(words: FormWords, days, *, before: list[str], after: list[str]) -> list[list[Cell]]:
    """Two heading rows: the numbers of the days over their weekdays, between columns that take both rows."""
    first = [Cell(text, below="restart", size=8) for text in before]
    first += [Cell(day_label(day), ground=ground_of(day), size=6.5) for day in days]
    first += [Cell(text, below="restart", size=8) for text in after]
    second = [Cell(below="continue") for _text in before]
    second += [Cell(weekday_label(words, day), ground=ground_of(day), size=6.5) for day in days]
    second += [Cell(below="continue") for _text in after]
    return [first, second]


def title_of(words: FormWords, month: VillageMonth, key: str) -> str:
    sheet = month.sheet
    return words(key, township=sheet.township, village=sheet.village, month=words.month(sheet.month_on))


def add_head(document: Document, words: FormWords, month: VillageMonth, *, key: str, width_mm: float) -> None:
    """The title, the counting period, and whether this is the closed version."""
    add_line(document, title_of(words, month, key), size=16, heading=True, centred=True, after=2, together=True)
    period = words("period", span=words.span(month.sheet.first, month.sheet.last))
    add_grid(document, [[Cell(period, align="left", size=9), mark_of(words, month)]],
             widths_mm=[width_mm * 0.7, width_mm * 0.3], size=9, ruled=False, together=True)
    add_line(document, "", size=2, after=0, together=True)


def mark_of(words: FormWords, month: VillageMonth) -> Cell:
    """「未定稿」 in bold, so that nobody signs a draft for the closed month; or the day of closing."""
    if month.closing is None:
        return Cell(words("open_mark"), bold=True, align="right", size=12)
    return Cell(words("closed_mark", at=words.instant(month.closing.at)), align="right", size=9)


def footer_of(words: FormWords, month: VillageMonth, key: str) -> str:
    """What stands at the foot of every page: the form, and the version by its hash."""
    title = title_of(words, month, key)
    if month.closing is None:
        return words("open_footer", title=title)
    return words("closed_footer", title=title, hash=month.closing.hash[:16])


def legend_line(words: FormWords, months: list[VillageMonth]) -> str:
    pairs = [f"{words(f'sign.{sign}')} {words(f'sign_meaning.{sign}')}" for sign in legend(months)]
    return words("legend", signs=words("comma").join(pairs))


def rule_lines(words: FormWords, month: VillageMonth) -> list[str]:
    """Every rule that the figures rest on, in words, with its day and the text that it comes from."""
    return [rule_line(words, rule.key, rule.value, rule.effective_from, rule.source) for rule in month.sheet.rules
            if rule.key not in ALLOWANCE_KEYS]


def rule_line(words: FormWords, key: str, value, effective_from, source: str) -> str:
    said = words.other_or(f"rule.{key}.{value}", "") or words.other(f"rule.{key}", value=value)
    if effective_from is None or effective_from == FOUNDED_ON:
        return words("rule", rule=said, source=source)
    return words("rule_since", rule=said, source=source, day=words.day(effective_from))


def version_lines(words: FormWords, month: VillageMonth) -> list[str]:
    """The closed version by who, when, id and the whole hash; or that there is none."""
    closing = month.closing
    if closing is None:
        return [words("open_note")]
    return [words("version", by=closing.by, at=words.instant(closing.at), id=closing.id),
            words("hash", hash=closing.hash)]


def correction_rows(words: FormWords, month: VillageMonth) -> list[tuple[str, str, str]]:
    """(name, what is different, who did what when and why) of every correction."""
    return [(one.name, _difference(words, one), "\n".join(_cause(words, cause) for cause in one.causes) or NOTHING)
            for one in month.corrections]


def _difference(words: FormWords, correction) -> str:
    if correction.day is not None:
        return words("changed_day", day=words.day_of_year(correction.day), was=_in_words(words, correction.from_sign),
                     now=_in_words(words, correction.to_sign))
    figures = correction.figures.items()
    for key, at in (("added", 0), ("removed", 1)):
        # A whole row that came or went: what it has says enough, a dash beside each figure would not be read.
        if figures and all(pair[at] is None for _name, pair in figures):
            held = [words("held_figure", name=words(f"figure.{name}"), value=pair[1 - at]) for name, pair in figures
                    if pair[1 - at]]
            return words(key, figures=words("comma").join(held) or NOTHING)
    return words("comma").join(
        words("changed_figure", name=words(f"figure.{name}"), was=_figure(was), now=_figure(now))
        for name, (was, now) in figures)


def _in_words(words: FormWords, sign: str) -> str:
    name = written_sign(sign)
    return words(f"sign_meaning.{name}") if name else words("sign_meaning.blank")


def _figure(value) -> str:
    return NOTHING if value is None else str(value)


def _cause(words: FormWords, cause) -> str:
    what = words.other_or(f"form.cause.{cause.what}", cause.what)
    return words("cause", at=words.instant(cause.at), by=cause.by or words("system"), what=what,
                 reason=words("because", reason=cause.reason) if cause.reason else "")


def add_places_to_sign(document: Document, words: FormWords, keys: tuple[str, ...], *, width_mm: float,
                       least_mm: float = 24) -> None:
    """Boxes for seals and names, one beside the other; they stay together on one page."""
    add_line(document, "", size=3, after=0, together=True)
    add_grid(document, [[Cell(words(f"place.{key}"), align="left") for key in keys]],
             widths_mm=[width_mm / len(keys)] * len(keys), size=9.5, least_mm=least_mm, sides_mm=2)
