"""Requests about a round of visits or a diary entry"""

import sqlalchemy as sa
from alembic import op


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('data_requests', sa.Column('record_kind', sa.String(length=20), nullable=True))
    op.add_column('data_requests', sa.Column('record_id', sa.Uuid(), nullable=True))
    op.add_column('data_requests', sa.Column('record_on', sa.Date(), nullable=True))
