"""The suggestion box: for everybody to write into, and for the offices that answer."""

from api.http import Blueprint

suggestions = Blueprint("suggestions", __name__, description="Suggestions and complaints, named or not")
suggestion_receipts = Blueprint("suggestion-receipts", __name__,
                                description="What became of a suggestion, for whoever has its receipt")
