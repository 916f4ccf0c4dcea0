"""The month ledger: deeds of villages, filled from the contracts, reported when done; items completed."""

from api.http import Blueprint

deeds = Blueprint("deeds", __name__, description="What villages set out to do in a month")
completions = Blueprint("completions", __name__, description="Items that a village reports completed")
