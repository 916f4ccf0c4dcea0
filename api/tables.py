"""Rows of tables as open formats, .csv and .json: what a person or a county takes away. Knows no slice.

What only serves to prove or to come in stays behind: hashes of passwords, sessions and invitations.
"""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import IO
from uuid import UUID

# (table, column) that never leave: whoever has them can try to come in, or to guess a telephone number.
SECRETS = {("users", "password_hash"), ("user_sessions", "token_hash"), ("invitations", "token_hash"),
           ("log_in_counts", "key"), ("households", "phone_index"), ("vote_tellers", "token_hash"),
           ("rating_campaigns", "text_key"), ("rating_campaigns", "sealed_key"), ("rating_campaigns", "sealed_key_id"),
           # What one teller counted is for nobody before the other has; what both agree on is in the vote itself.
           ("teller_counts", "counts")}
# The urn and the cards. What came in counts for nothing before a campaign closes, and nobody reads it until then.
STAYS = {"household_codes", "spent_codes", "ballot_counts", "participation_days", "sealed_texts"}
# Spreadsheets take such a beginning for a formula, whatever the file says it is.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def columns_of(table) -> list:
    """The columns of a table that may leave."""
    return [column for column in table.columns if (table.name, column.name) not in SECRETS]


def plain(value):
    """A value of a row as JSON takes it: instants in UTC, ids as text, hashes as hexadecimal digits."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value) if isinstance(value, UUID) else value


def cell(value):
    """A value as a cell of comma-separated text, which no spreadsheet runs as a formula."""
    value = plain(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def write_csv(file: IO[bytes], names: Sequence[str], rows: Iterable[Sequence]) -> int:
    """UTF-8 with a byte-order mark, without which Excel takes Chinese for something else; answers the rows."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer, count = csv.writer(text), 0
    writer.writerow([cell(name) for name in names])
    for row in rows:
        writer.writerow([cell(value) for value in row])
        count += 1
    # Flushed and let go, so that the file stays open for whoever gave it.
    text.detach()
    return count


def write_json(file: IO[bytes], names: Sequence[str], rows: Iterable[Sequence]) -> int:
    """A list of objects, one a line; answers how many."""
    count = 0
    file.write(b"[")
    for row in rows:
        entry = json.dumps({name: plain(value) for name, value in zip(names, row, strict=True)}, ensure_ascii=False)
        file.write((",\n" if count else "\n").encode() + entry.encode())
        count += 1
    file.write(b"\n]\n")
    return count
