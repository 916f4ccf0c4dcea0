"""Edits of phones that came too late"""

import sqlalchemy as sa
from alembic import op


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'edit_conflicts',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('record_id', sa.Uuid(), nullable=False),
        sa.Column('base_version', sa.Integer(), nullable=False),
        sa.Column('mine', sa.JSON(), nullable=False),
        sa.Column('kept_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("state IN ('open', 'mine', 'theirs')", name=op.f('ck_edit_conflicts_state')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_edit_conflicts_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_edit_conflicts'))
    )
    op.create_index(op.f('ix_edit_conflicts_record_id'), 'edit_conflicts', ['record_id'], unique=False)
    op.create_index('ix_edit_conflicts_user_id_state', 'edit_conflicts', ['user_id', 'state'], unique=False)
