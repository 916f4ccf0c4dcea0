"""One look: the measures of a division in a month, each with what made it."""

from api.http import Blueprint

month_figures = Blueprint("month-figures", __name__, description="The measures of a division and month")
