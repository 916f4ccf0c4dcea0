"""Every table that becomes a file by the common way, by the kind of export; a new one is an entry in its file."""

from api.dashboards import (
    overview_tables_rules,
    people_tables_rules,
    posting_tables_rules,
    promise_tables_rules,
    rating_tables_rules,
)

TABLES = {**overview_tables_rules.TABLES, **posting_tables_rules.TABLES,
          **people_tables_rules.TABLES, **promise_tables_rules.TABLES, **rating_tables_rules.TABLES}
