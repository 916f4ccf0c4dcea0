"""Tables of the overview: one look, the map's villages, what to talk about, oddities, calendars, emergency duties."""

from api.dashboards.figures_rules import TOPICS, Parts, measures_of
from api.dashboards.matter_sentences_rules import said_of
from api.dashboards.tables_rules import Col, Table, Words

_VILLAGE = Col("village", "village.name", 14)
_CADRE = Col("cadre", "cadre.name", 12)
_MOST_DAYS = 31


def columns_of_topic(topic: str) -> tuple[Col, ...]:
    """A division and, for each measure of a topic, its rate with what is divided by what."""
    return (Col("division", "division.name", 16), *(
        column for measure in measures_of(topic) for column in (
            Col(f"dashboard.measure.{measure}", f"figures.{measure}.rate", 16, form="percent"),
            Col("numerator", f"figures.{measure}.numerator", 10),
            Col("denominator", f"figures.{measure}.denominator", 10))))


def _with_words(item: dict, page: dict, words: Words) -> list[dict]:
    return [{**item, "kind": page["kind"], "said": said_of(page["kind"], item["facts"], words)}]


def rows_on_map(columns: dict) -> list[dict]:
    """A row for each village, with its rate: the map's answer has them as columns."""
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return [{**row, "rate": Parts(row["numerator"], row["denominator"]).rate} for row in rows]


def _on_map(columns: dict, page: dict, _words: Words) -> list[dict]:
    return [{**row, "measure": page["measure"]} for row in rows_on_map(columns)]


def _signs(row: dict, _page: dict, words: Words) -> list[dict]:
    """What stands in each day's cell: leave goes before the state, as in the month's sheet; nothing when not posted."""
    signs = [day["leave"] or day["errand"] or day["state"] if day["in_posting"] else None for day in row["days"]]
    return [{**row, "signs": [sign and words(f"month.sign.{sign}") for sign in signs]}]


def _cadres_of(row: dict, _page: dict, _words: Words) -> list[dict]:
    return [{**one, "village": row["village"]} for one in row["cadres"]]


MATTERS = Table(
    "matters", "items",
    (Col("kind", "kind", 20, "dashboard.matter.kind"), _VILLAGE, _CADRE, Col("facts", "said", 70)),
    needs=("kind",), prepare=_with_words)

TABLES = {
    **{f"figures_{topic}": Table("month-figures", "rows", columns_of_topic(topic), period="month",
                                 fixed={"topic": topic}) for topic in TOPICS},
    "map_villages": Table(
        "map-villages", "villages",
        (Col("export.code", "code", 14), Col("village", "name", 14), Col("households", width=10),
         Col("measure", "measure", 20, "dashboard.measure"), Col("measure_rate", "rate", 10, form="percent"),
         Col("numerator", width=10), Col("denominator", width=10)),
        period="month", needs=("measure",), prepare=_on_map),
    "matters": MATTERS,
    "oddities": Table(
        "oddities", "oddities",
        (Col("kind", "kind", 24, "export.oddity"), _VILLAGE, _CADRE, Col("first_on"), Col("last_on"),
         Col("state", "state", 12, "export.oddity_state"), Col("last_by", "steps.-1.by.name"),
         Col("last_at", "steps.-1.at", 17, form="instant"), Col("last_note", "steps.-1.note", 40))),
    "day_calendar": Table(
        "day-calendars", "cadres",
        (_CADRE, _VILLAGE, *(Col(str(day + 1), f"signs.{day}", 4) for day in range(_MOST_DAYS))),
        division_as="village", period="month", prepare=_signs),
    "emergency_presence": Table(
        "emergency-duties/{duty_id}/presence", "villages",
        (_VILLAGE, _CADRE, Col("reported_at", "reported_at", 17, form="instant"),
         Col("record", "kind", 18, "dashboard.kind"), Col("verdict", "verdict", 26, "verdict"),
         Col("leave", "leave", 14, "leave.kind")),
        needs=("duty_id",), prepare=_cadres_of),
}
