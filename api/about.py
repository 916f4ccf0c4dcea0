"""The lists behind the page about the application and the filing: functions, what is absent, data, parts of papers."""

import json
from functools import cache
from pathlib import Path

_FILE = Path(__file__).resolve().parent / "data" / "functions.json"
# What the data list says of each kind of data.
COLUMNS = ("name", "why", "kept", "seen")


@cache
def function_book() -> dict:
    """Keys of `functions` (with their areas of the API), `absent`, `data` (with their tables), `papers` (with their
    rows) and `assessment`.
    """
    return json.loads(_FILE.read_text(encoding="utf-8"))
