"""Lists that come in numbered pages: what their header says."""

import json


def pagination(count: int, query: dict) -> str:
    """The header X-Pagination of a list of `count` rows, for the `page` and `page_size` of its query."""
    return json.dumps({"total": count, "total_pages": -(-count // query["page_size"]), "page": query["page"]})
