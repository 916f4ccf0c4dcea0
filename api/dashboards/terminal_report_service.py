"""One look in the terminal: every topic of a division and month, with the divisions below it."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from api.dashboards import month_figures_service
from api.dashboards.figures_rules import TOPICS
from api.dashboards.terminal_rules import change, percent, sparkline, table
from api.i18n import text
from api.postings.models import Division


def report(session: Session, *, division: Division, month_on: date, today: date, language: str
           ) -> Iterator[tuple[str, bool]]:
    """(line, whether it is a heading) from top to bottom. Raises Unprocessable (month_to_come)."""
    for topic in TOPICS:
        answer = month_figures_service.month_figures(session, division=division, month_on=month_on, today=today,
                                                     topic=topic)
        if topic == TOPICS[0]:
            key = "report.title_running" if answer["is_running"] else "report.title"
            yield text(language, key, name=division.name, month=f"{month_on:%Y-%m}", day=answer["counted_on"]), True
        yield "", False
        yield text(language, f"dashboard.topic.{topic}"), True
        for line in (*_figures(answer, language), "", *_rows(answer, language)) if answer["rows"] else _figures(
                answer, language):
            yield line and f"  {line}", False


def _figures(answer: dict, language: str) -> list[str]:
    heads = [text(language, f"report.{key}") for key in ("measure", "rate", "change", "target", "line", "made_of")]
    return table([heads, *([
        text(language, f"dashboard.measure.{one['measure']}"), percent(one["rate"]), change(one["change"]),
        percent(one["target"]), sparkline([month["rate"] for month in one["line"]]),
        text(language, f"dashboard.measure_of.{one['measure']}", numerator=one["numerator"],
             denominator=one["denominator"]) if one["denominator"] else text(language, "report.nothing")]
        for one in answer["figures"])], numbers=(1, 2, 3))


def _rows(answer: dict, language: str) -> list[str]:
    measures = [one["measure"] for one in answer["figures"]]
    heads = [text(language, "report.division"), *(text(language, f"dashboard.measure.{one}") for one in measures)]
    return table([heads, *([row["division"].name, *(_cell(row["figures"][one]) for one in measures)]
                           for row in answer["rows"])], numbers=range(1, len(heads)))


def _cell(figure: dict) -> str:
    return f"{percent(figure['rate'])} {figure['numerator']}/{figure['denominator']}"
