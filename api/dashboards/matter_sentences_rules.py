"""The facts of a matter in a sentence, with the words of the page that lists them. Pure."""

from api.dashboards.tables_rules import Words


def said_of(kind: str, facts: dict, words: Words) -> str:
    """A matter's facts in a sentence, as the page says it."""
    if kind in ("week_missed", "week_at_risk"):
        return words("export.matter.week", week=facts["monday"], **{
            name: facts[name] for name in ("required", "stationed", "need")})
    if kind == "oddity":
        return words("export.matter.oddity", first=facts["first_on"], last=facts["last_on"], days=facts["day_count"])
    key, more = kind, {}
    if kind == "households_unvisited" and facts["never"]:
        key = "households_never"
    if kind == "post_vacant" and facts["posted"]:
        key = "post_short"
    if kind == "concern_overdue":
        more = {"kind": words(f"concern.kind.{facts['concern_kind']}"), "raised": facts["raised_on"]}
    if kind in ("concern_overdue", "notice_overdue"):
        more |= {"due": facts["due_on"], "days": facts["days_over"]}
    if kind == "photo_repeat":
        more = {"day": facts["used_on"], "kind": words(f"dashboard.picture.kind.{facts['record_kind']}")}
    return words(f"dashboard.matter.fact.{key}", **{**facts, **more})
