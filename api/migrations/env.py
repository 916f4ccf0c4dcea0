"""Run by Alembic: the connection comes from api/migrate.py, the models' metadata from api/all_tables.py."""

from alembic import context

from api.all_tables import METADATA
from api.db import is_ours

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
    include_name=is_ours,
    # A transaction is already open around all migrations, so that a failed one leaves nothing behind.
    transactional_ddl=True,
)
context.run_migrations()
