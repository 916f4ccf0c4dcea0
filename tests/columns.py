"""Answers whose rows come as columns, read as rows again."""


def as_rows(columns: dict[str, list]) -> list[dict]:
    """{name: values} as a list of {name: value}."""
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
