"""The audit log, to read."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.http import Blueprint
from api.postings import audit_service
from api.postings.audit_schemas import (
    AuditChainsSchema,
    AuditCheckQuerySchema,
    AuditCheckSchema,
    AuditEntriesSchema,
    AuditQuerySchema,
    cursor_of,
)

audit_entries = Blueprint("audit-entries", __name__, description="Who changed, decided, revealed or exported what")
audit_chains = Blueprint("audit-chains", __name__, description="The chains that the audit log is made of")
audit_checks = Blueprint("audit-checks", __name__, description="Whether a chain of the audit log is whole")


@audit_entries.route("")
class AuditEntries(MethodView):
    @requires("auditor")
    @audit_entries.arguments(AuditQuerySchema, location="query")
    @audit_entries.response(200, AuditEntriesSchema)
    def get(self, query):
        """The audit log of your divisions, newest first

        `next`, where there is more, is the `before` of the next page.
        """
        entries, more = audit_service.list_entries(db.session(), identity=identity(), **query)
        return {"entries": entries, "next": more and cursor_of(*more)}


@audit_chains.route("")
class AuditChains(MethodView):
    @requires("auditor")
    @audit_chains.response(200, AuditChainsSchema)
    def get(self):
        """The chains of your divisions; /audit-checks says whether one is whole"""
        return {"chains": audit_service.chain_heads(db.session(), identity=identity())}


@audit_checks.route("")
class AuditChecks(MethodView):
    @requires("auditor")
    @audit_checks.arguments(AuditCheckQuerySchema, location="query")
    @audit_checks.response(200, AuditCheckSchema)
    def get(self, query):
        """Check a chain, some thousand entries at a time

        A long chain takes several questions, each with the `checked` of the answer before as `after`: one long look
        at the log would make everybody who writes wait for it.
        """
        return audit_service.check_chain(db.session(), identity=identity(), **query)
