"""The search in the diary, and who read it"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'diary_search',
        sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
        sa.Column('entry_id', sa.Uuid(), nullable=False),
        sa.Column('words', sa.Text().with_variant(postgresql.TSVECTOR(), 'postgresql'), nullable=False),
        sa.ForeignKeyConstraint(['entry_id'], ['diary_entries.id'], name=op.f('fk_diary_search_entry_id_diary_entries')),
        sa.PrimaryKeyConstraint('number', name=op.f('pk_diary_search')),
        sa.UniqueConstraint('entry_id', name=op.f('uq_diary_search_entry_id'))
    )
    if op.get_bind().dialect.name == 'postgresql':
        op.create_index('fts_diary', 'diary_search', ['words'], unique=False, postgresql_using='gin')
    else:
        op.execute("CREATE VIRTUAL TABLE fts_diary USING fts5(words, content='diary_search', content_rowid='number', "
                   "tokenize='ascii', detail='none')")
    op.create_table(
        'diary_readings',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('entry_id', sa.Uuid(), nullable=False),
        sa.Column('entry_version', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('level', sa.String(length=10), nullable=False),
        sa.Column('outcome', sa.String(length=10), nullable=False),
        sa.Column('note', sa.Text(), nullable=True),
        sa.Column('concern_id', sa.Uuid(), nullable=True),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("outcome IN ('read', 'follow_up', 'concern')", name=op.f('ck_diary_readings_outcome')),
        sa.ForeignKeyConstraint(['concern_id'], ['concerns.id'], name=op.f('fk_diary_readings_concern_id_concerns')),
        sa.ForeignKeyConstraint(['entry_id'], ['diary_entries.id'], name=op.f('fk_diary_readings_entry_id_diary_entries')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_diary_readings_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_diary_readings'))
    )
    op.create_index('ix_diary_readings_entry_id', 'diary_readings', ['entry_id'], unique=False)
    op.create_table(
        'diary_samples',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('division_id', sa.Integer(), nullable=False),
        sa.Column('from_on', sa.Date(), nullable=False),
        sa.Column('to_on', sa.Date(), nullable=False),
        sa.Column('population', sa.Integer(), nullable=False),
        sa.Column('seed', sa.String(length=32), nullable=False),
        sa.Column('entry_ids', sa.JSON(), nullable=False),
        sa.Column('drawn_by_id', sa.Integer(), nullable=False),
        sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(['division_id'], ['divisions.id'], name=op.f('fk_diary_samples_division_id_divisions')),
        sa.ForeignKeyConstraint(['drawn_by_id'], ['users.id'], name=op.f('fk_diary_samples_drawn_by_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_diary_samples'))
    )
