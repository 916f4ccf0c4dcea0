"""How a table of the dashboards becomes a file: which list it asks, which of its values stand in which column. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from api.dates import SHANGHAI

Words = Callable[..., str]


class Col(NamedTuple):
    """A column: its heading is `export.column.<key>`, or a key of the dictionary with a dot in it.

    Its value is what `path` (default: the key) leads to in a row of the list's answer.

    A path goes from name to name; where it meets a list it goes on in each of its parts, a number is one of them (`-1`
    the last), and `#` counts them. `words` begins the key of a value's text. `form`: "percent", "instant" (in China).
    """

    key: str
    path: str = ""
    width: float = 12
    words: str = ""
    form: str = ""

    @property
    def heading(self) -> str:
        """The key of the heading in the dictionary; a number stands for itself."""
        return self.key if "." in self.key or self.key.isdigit() else f"export.column.{self.key}"


class Table(NamedTuple):
    """A table: the `path` of the list that it shows, below /api/v1, where in its answer the rows are, and the columns.

    `division_as`: the name by which the list knows the division; "" where it does not ask for one.
    `period`: how the month that is asked for is put to the list: "month", "from_to", "quarter", or not at all ("").
    `fixed`: what is asked always. `total`: where a last row stands. `needs`: what must be asked beside the division.
    `prepare(row, page, words)`: what the columns look at in the row's place, where a value has to be put together; a
    list that answers columns, {name: values}, in place of rows has all of them prepared at once.
    `in_county_log`: how many rows there were would tell a township's auditor of what it must not know yet, or the list
    is not of the division that is asked for. `untold`: what of the question is text that stays out of the log.
    """

    path: str
    rows: str
    columns: tuple[Col, ...]
    division_as: str = "division"
    period: str = ""
    fixed: Mapping[str, object] = {}
    total: str = ""
    needs: tuple[str, ...] = ()
    in_county_log: bool = False
    untold: tuple[str, ...] = ()
    prepare: Callable[[dict, dict, Words], list[dict]] | None = None


def reach(value, path: str):
    """What a path leads to: a value, or a list where it came through one. None where it ends early."""
    for name in path.split(".") if path else ():
        if value is None:
            return None
        if name == "#":
            value = len(value)
        elif name.lstrip("-").isdigit():
            value = value[int(name)] if -len(value) <= int(name) < len(value) else None
        elif isinstance(value, list):
            value = [reach(one, name) for one in value]
        else:
            value = value.get(name)
    return value


def cells(row: Mapping, columns: Iterable[Col], words: Words) -> list:
    """A row of a list as cells: text, numbers, nothing."""
    return [_cell(reach(row, column.path or column.key), column, words) for column in columns]


def _cell(value, column: Col, words: Words):
    if isinstance(value, list):
        parts = [_cell(one, column, words) for one in value if one is not None]
        return words("form.comma").join(str(part) for part in parts if part is not None) or None
    if value is None or value == "":
        return None
    if column.words:
        return words(f"{column.words}.{value}")
    if isinstance(value, bool):
        return words("export.yes") if value else None
    if column.form == "instant":
        return f"{datetime.fromisoformat(value).astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    return value
