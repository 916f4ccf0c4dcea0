"""Run by Alembic: the connection comes from api/migrate.py, the models' metadata from the slices."""

from alembic import context

from api import audit, db
from api.checkin import models as checkin_models
from api.postings import account_models, models

# Importing the models fills the metadata; this names what was imported for that.
MODELS = (audit, account_models, models, checkin_models)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=db.Base.metadata,
    render_as_batch=True,
    compare_type=True,
    # A transaction is already open around all migrations, so that a failed one leaves nothing behind.
    transactional_ddl=True,
)
context.run_migrations()
