"""Rating campaigns, their cards and the urn"""

import sqlalchemy as sa
from alembic import op


revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'ballot_counts',
        sa.Column('campaign_id', sa.Uuid(), nullable=False),
        sa.Column('village_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('way', sa.String(length=10), nullable=False),
        sa.Column('question', sa.String(length=20), nullable=False),
        sa.Column('answer', sa.String(length=20), nullable=False),
        sa.Column('count', sa.Integer(), nullable=False),
        sa.CheckConstraint("way IN ('household', 'open')", name=op.f('ck_ballot_counts_way')),
        sa.PrimaryKeyConstraint('campaign_id', 'village_id', 'way', 'question', 'answer', name=op.f('pk_ballot_counts')),
        sqlite_with_rowid=False
    )
    op.create_table(
        'participation_days',
        sa.Column('campaign_id', sa.Uuid(), nullable=False),
        sa.Column('village_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('way', sa.String(length=10), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('count', sa.Integer(), nullable=False),
        sa.CheckConstraint("way IN ('household', 'open')", name=op.f('ck_participation_days_way')),
        sa.PrimaryKeyConstraint('campaign_id', 'village_id', 'way', 'day', name=op.f('pk_participation_days')),
        sqlite_with_rowid=False
    )
    op.create_table(
        'sealed_texts',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('campaign_id', sa.Uuid(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('way', sa.String(length=10), nullable=False),
        sa.Column('sealed', sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("way IN ('household', 'open')", name=op.f('ck_sealed_texts_way')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_sealed_texts')),
        sqlite_with_rowid=False
    )
    op.create_table(
        'spent_codes',
        sa.Column('code_hash', sa.LargeBinary(length=32), nullable=False),
        sa.Column('campaign_id', sa.Uuid(), nullable=False),
        sa.Column('attempt_hash', sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint('code_hash', name=op.f('pk_spent_codes')),
        sqlite_with_rowid=False
    )
    op.create_table(
        'rating_campaigns',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('division_id', sa.Integer(), nullable=False),
        sa.Column('title', sa.String(length=100), nullable=False),
        sa.Column('first_on', sa.Date(), nullable=False),
        sa.Column('last_on', sa.Date(), nullable=False),
        sa.Column('subject', sa.String(length=10), nullable=False),
        sa.Column('cadre_id', sa.Integer(), nullable=True),
        sa.Column('questions', sa.JSON(), nullable=False),
        sa.Column('text_prompt', sa.String(length=100), nullable=True),
        sa.Column('hotline', sa.String(length=60), nullable=False),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('text_key', sa.LargeBinary(), nullable=True),
        sa.Column('sealed_key', sa.LargeBinary(), nullable=True),
        sa.Column('sealed_key_id', sa.String(length=16), nullable=True),
        sa.Column('least_ballots', sa.Integer(), nullable=True),
        sa.Column('entered_by_id', sa.Integer(), nullable=False),
        sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('closed_by_id', sa.Integer(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("(subject = 'cadre') = (cadre_id IS NOT NULL)", name=op.f('ck_rating_campaigns_cadre')),
        sa.CheckConstraint("state IN ('drafted', 'open', 'closed', 'withdrawn')", name=op.f('ck_rating_campaigns_state')),
        sa.CheckConstraint("subject IN ('team', 'cadre')", name=op.f('ck_rating_campaigns_subject')),
        sa.CheckConstraint('last_on >= first_on', name=op.f('ck_rating_campaigns_period')),
        sa.ForeignKeyConstraint(['cadre_id'], ['cadres.id'], name=op.f('fk_rating_campaigns_cadre_id_cadres')),
        sa.ForeignKeyConstraint(['closed_by_id'], ['users.id'], name=op.f('fk_rating_campaigns_closed_by_id_users')),
        sa.ForeignKeyConstraint(['division_id'], ['divisions.id'], name=op.f('fk_rating_campaigns_division_id_divisions')),
        sa.ForeignKeyConstraint(['entered_by_id'], ['users.id'], name=op.f('fk_rating_campaigns_entered_by_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_rating_campaigns'))
    )
    op.create_index('ix_rating_campaigns_division_id_first_on', 'rating_campaigns', ['division_id', 'first_on'], unique=False)
    op.create_table(
        'campaign_villages',
        sa.Column('campaign_id', sa.Uuid(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('open_code', sa.String(length=32), nullable=False),
        sa.Column('households', sa.Integer(), nullable=False),
        sa.Column('household_ballots', sa.Integer(), nullable=True),
        sa.Column('open_ballots', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['campaign_id'], ['rating_campaigns.id'], name=op.f('fk_campaign_villages_campaign_id_rating_campaigns')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_campaign_villages_village_id_divisions')),
        sa.PrimaryKeyConstraint('campaign_id', 'village_id', name=op.f('pk_campaign_villages')),
        sa.UniqueConstraint('open_code', name=op.f('uq_campaign_villages_open_code'))
    )
    op.create_index(op.f('ix_campaign_villages_village_id'), 'campaign_villages', ['village_id'], unique=False)
    op.create_table(
        'code_batches',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('campaign_id', sa.Uuid(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('count', sa.Integer(), nullable=False),
        sa.Column('handed_to', sa.String(length=50), nullable=False),
        sa.Column('handed_office', sa.String(length=24), nullable=False),
        sa.Column('printed_by_id', sa.Integer(), nullable=False),
        sa.Column('printed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('cancelled_by_id', sa.Integer(), nullable=True),
        sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('cancel_reason', sa.String(length=300), nullable=True),
        sa.CheckConstraint("handed_office IN ('supervision_committee', 'teller')", name=op.f('ck_code_batches_handed_office')),
        sa.ForeignKeyConstraint(['campaign_id'], ['rating_campaigns.id'], name=op.f('fk_code_batches_campaign_id_rating_campaigns')),
        sa.ForeignKeyConstraint(['cancelled_by_id'], ['users.id'], name=op.f('fk_code_batches_cancelled_by_id_users')),
        sa.ForeignKeyConstraint(['printed_by_id'], ['users.id'], name=op.f('fk_code_batches_printed_by_id_users')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_code_batches_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_code_batches'))
    )
    op.create_index('uq_code_batches_campaign_id_village_id', 'code_batches', ['campaign_id', 'village_id'], unique=True, sqlite_where=sa.text('cancelled_at IS NULL'), postgresql_where=sa.text('cancelled_at IS NULL'))
    op.create_table(
        'rating_results',
        sa.Column('campaign_id', sa.Uuid(), nullable=False),
        sa.Column('village_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('way', sa.String(length=10), nullable=False),
        sa.Column('question', sa.String(length=20), nullable=False),
        sa.Column('answer', sa.String(length=20), nullable=False),
        sa.Column('count', sa.Integer(), nullable=False),
        sa.CheckConstraint("way IN ('household', 'open')", name=op.f('ck_rating_results_way')),
        sa.ForeignKeyConstraint(['campaign_id'], ['rating_campaigns.id'], name=op.f('fk_rating_results_campaign_id_rating_campaigns')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_rating_results_village_id_divisions')),
        sa.PrimaryKeyConstraint('campaign_id', 'village_id', 'way', 'question', 'answer', name=op.f('pk_rating_results')),
        sqlite_with_rowid=False
    )
    op.create_table(
        'rating_texts',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('campaign_id', sa.Uuid(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('way', sa.String(length=10), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('held_back_by_id', sa.Integer(), nullable=True),
        sa.Column('held_back_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('held_back_reason', sa.String(length=300), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.CheckConstraint("way IN ('household', 'open')", name=op.f('ck_rating_texts_way')),
        sa.ForeignKeyConstraint(['campaign_id'], ['rating_campaigns.id'], name=op.f('fk_rating_texts_campaign_id_rating_campaigns')),
        sa.ForeignKeyConstraint(['held_back_by_id'], ['users.id'], name=op.f('fk_rating_texts_held_back_by_id_users')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_rating_texts_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_rating_texts')),
        sqlite_with_rowid=False
    )
    op.create_index('ix_rating_texts_campaign_id_village_id', 'rating_texts', ['campaign_id', 'village_id'], unique=False)
    op.create_table(
        'recordings',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('campaign_id', sa.Uuid(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('question', sa.String(length=20), nullable=False),
        sa.Column('mimetype', sa.String(length=50), nullable=False),
        sa.Column('size_bytes', sa.Integer(), nullable=False),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('content', sa.LargeBinary(), nullable=False),
        sa.Column('uploaded_by_id', sa.Integer(), nullable=False),
        sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['campaign_id'], ['rating_campaigns.id'], name=op.f('fk_recordings_campaign_id_rating_campaigns')),
        sa.ForeignKeyConstraint(['uploaded_by_id'], ['users.id'], name=op.f('fk_recordings_uploaded_by_id_users')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_recordings_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_recordings')),
        sa.UniqueConstraint('campaign_id', 'village_id', 'question', name=op.f('uq_recordings_campaign_id_village_id_question'))
    )
    op.create_table(
        'household_codes',
        sa.Column('code_hash', sa.LargeBinary(length=32), nullable=False),
        sa.Column('batch_id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['batch_id'], ['code_batches.id'], name=op.f('fk_household_codes_batch_id_code_batches')),
        sa.PrimaryKeyConstraint('code_hash', name=op.f('pk_household_codes')),
        sqlite_with_rowid=False
    )
