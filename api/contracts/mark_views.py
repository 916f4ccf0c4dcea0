"""Half-yearly marks by a published scheme, and appeals against them."""

from api.http import Blueprint

mark_schemes = Blueprint("mark-schemes", __name__, description="How contracts are marked, from a day on")
mark_sheets = Blueprint("mark-sheets", __name__, description="The marks of a village for half a year, and its appeal")
