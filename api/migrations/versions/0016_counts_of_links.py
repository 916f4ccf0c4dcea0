"""Counts of links, kept of villages and cadres; leaves found by their last day"""

import sqlalchemy as sa
from alembic import op


revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'village_linkages',
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('counted_on', sa.Date(), nullable=False),
        sa.Column('changes_on', sa.Date(), nullable=True),
        sa.Column('households', sa.Integer(), nullable=False),
        sa.Column('key', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_village_linkages_village_id_divisions')),
        sa.PrimaryKeyConstraint('village_id', name=op.f('pk_village_linkages'))
    )
    op.create_table(
        'cadre_linkages',
        sa.Column('cadre_id', sa.Integer(), nullable=False),
        sa.Column('counted_on', sa.Date(), nullable=False),
        sa.Column('changes_on', sa.Date(), nullable=True),
        sa.Column('households', sa.Integer(), nullable=False),
        sa.Column('key', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['cadre_id'], ['cadres.id'], name=op.f('fk_cadre_linkages_cadre_id_cadres')),
        sa.PrimaryKeyConstraint('cadre_id', name=op.f('pk_cadre_linkages'))
    )
    op.create_index('ix_leaves_to_on', 'leaves', ['to_on'], unique=False)
