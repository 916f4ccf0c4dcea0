"""The one Alembic history that builds SQLite and PostgreSQL alike."""
