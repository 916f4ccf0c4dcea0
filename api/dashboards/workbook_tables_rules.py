"""The sheets of a month's workbook that come from a list or table of the pages, and their columns. Pure."""

from api.dashboards.promise_tables_rules import TABLES as PROMISES
from api.dashboards.tables_rules import Col, Table, Words

_VILLAGE = Col("village", "village.name", 14)
_DIVISION = Col("division", "division.name", 14)
_RATE = (Col("export.required_days", "denominator", 9), Col("export.credited_days", "numerator", 9),
         Col("export.rate", "rate", 9, form="percent"), Col("export.days_of_month", "days_of_month", 9),
         Col("export.days_of_year", "days_of_year", 9))

LOOK = (Col("topic", "topic", 12, "dashboard.topic"), Col("measure", "measure", 26, "dashboard.measure"),
        Col("numerator", width=10), Col("denominator", width=10), Col("measure_rate", "rate", 10, form="percent"),
        Col("target", width=9, form="percent"), Col("before_month", "before.month", 10),
        Col("before_rate", "before.rate", 10, form="percent"), Col("before_numerator", "before.numerator", 10),
        Col("before_denominator", "before.denominator", 10), Col("change", width=10, form="percent"),
        Col("counted_on"))

RULES = (Col("rule", "name", 34), Col("value", "shown", 22), Col("effective_from"),
         Col("set_by", "division.name", 14), Col("source", "source", 60))

# By topic; `needs` names by what the list is asked for the day on which the month was counted.
SHEETS: dict[str, dict[str, Table]] = {
    "presence": {
        "presence_villages": Table(
            "on-post-rates", "rows",
            (_DIVISION, Col("village_code", "division.code", 15), Col("cadres_number", "cadres", 8), *_RATE),
            period="month", fixed={"level": "village"}, total="total"),
        "presence_cadres": Table(
            "on-post-rates", "rows",
            (_VILLAGE, Col("cadre", "cadre.name"), Col("cadre_role", "cadre.cadre_role", 14, "cadre_role"),
             Col("sending_unit", "cadre.sending_unit", 22), *_RATE),
            period="month", fixed={"level": "cadre"}, total="total")},
    "coverage": {},
    "concerns": {
        "concerns_open": Table(
            "concerns", "concerns",
            (_VILLAGE, Col("householder", "household.householder"), Col("kind", "kind", 12, "concern.kind"),
             Col("text", "text", 44), Col("raised_on"), Col("state", "state", 10, "concern.state"),
             Col("owner", "owner.name", 14), Col("due_on"), Col("is_overdue", width=8),
             Col("last_note", "steps.-1.note", 40)),
            needs=("open_on",))},
    "contracts": {"acceptances_due": PROMISES["acceptances_due"]._replace(needs=("on",))},
    "notices": {
        "notices_open": Table(
            "supervision-notices", "notices",
            (Col("label", "label", 24), _VILLAGE, Col("title", "title", 40), Col("owner", "owner.name", 14),
             Col("lead_unit", "lead_unit", 18), Col("state", "state", 16, "supervision.state"), Col("due_on"),
             Col("is_overdue", width=8), Col("reissues", width=8)),
            needs=("open_on",))},
    "ratings": {},
    "staffing": {},
}

MATTER_KINDS = ("week_missed", "week_at_risk", "post_vacant", "village_unvisited", "households_unvisited",
                "concern_overdue", "notice_overdue", "oddity", "photo_repeat")


def rule_shown(rule: dict, words: Words) -> dict:
    """A rule with its name and value as people read them; what nobody has words for is shown as it is."""
    name, worded = (words(key) for key in (f"dashboard.rule.{rule['key']}",
                                           f"dashboard.rule_value.{rule['key']}.{rule['value']}"))
    filled = words(f"dashboard.rule_value.{rule['key']}", n=rule["value"])
    value = next((text for text in (worded, filled) if not text.startswith("dashboard.")), rule["value"])
    return {**rule, "name": rule["key"] if name.startswith("dashboard.") else name, "shown": value}
