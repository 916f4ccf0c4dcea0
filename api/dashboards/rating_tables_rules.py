"""Tables of ratings and votes: which there are, how many took part. What villagers said has files of its own."""

from api.dashboards.tables_rules import Col, Table

_VILLAGE = Col("village", "village.name", 14)

TABLES = {
    "rating_campaigns": Table(
        "rating-campaigns", "rating_campaigns",
        (Col("title", "title", 36), Col("division", "division.name", 16),
         Col("subject", "subject", 22, "dashboard.rating.subject"), Col("cadre", "cadre.name"), Col("first_on"),
         Col("last_on"), Col("state", "state", 10, "dashboard.rating.state"),
         Col("opened_at", "opened_at", 17, form="instant"), Col("closed_at", "closed_at", 17, form="instant"))),
    "rating_villages": Table(
        "rating-campaigns/{campaign_id}/villages", "villages",
        (_VILLAGE, Col("village_code", "village.code", 15), Col("households"), Col("cards", "batch.count"),
         Col("printed_at", "batch.printed_at", 17, form="instant"), Col("ballots", "participation.ballots"),
         Col("ballots_of", "participation.households"), Col("share", "participation.share", form="percent"),
         Col("counted_through", "participation.through_on"), Col("open_ballots")),
        needs=("campaign_id",), in_county_log=True),
    "assessed_votes": Table(
        "assessed-votes", "assessed_votes",
        (_VILLAGE, Col("held_on"), Col("place", "place", 18), Col("presided_by"),
         Col("cadres", "subjects.cadre.name", 24), Col("expected", "quorum.expected"), Col("present", "quorum.present"),
         Col("state", "state", 18, "vote.state"), Col("ballots_issued", "ballots.issued"),
         Col("ballots_returned", "ballots.returned"), Col("ballots_void", "ballots.void"), Col("signed_on"))),
}
