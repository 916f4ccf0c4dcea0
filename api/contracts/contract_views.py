"""Target contracts: opened, laid down, deliberated, approved, signed, published; every step with its reasons."""

from api.http import Blueprint

contracts = Blueprint("contracts", __name__,
                      description="What villages promise for a term or a year, and the course of it")
commitment_items = Blueprint("commitment-items", __name__, description="What a contract promises, item by item")
contract_figures = Blueprint("contract-figures", __name__, description="Contracts by state, items by verdict")
village_sizes = Blueprint("village-sizes", __name__, description="How many households a village has in a year")
