"""Assessed votes and the suggestion box"""

import sqlalchemy as sa
from alembic import op


revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'assessed_votes',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('held_on', sa.Date(), nullable=False),
        sa.Column('place', sa.String(length=100), nullable=False),
        sa.Column('presided_by', sa.String(length=50), nullable=False),
        sa.Column('has_headings', sa.Boolean(), nullable=False),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('round', sa.Integer(), nullable=False),
        sa.Column('counts', sa.JSON(), nullable=True),
        sa.Column('counted_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('read_out_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('signed_on', sa.Date(), nullable=True),
        sa.Column('minutes', sa.Text(), nullable=True),
        sa.Column('annulled_reason', sa.String(length=300), nullable=True),
        sa.Column('entered_by_id', sa.Integer(), nullable=False),
        sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("state IN ('prepared', 'counting', 'counted', 'read_out', 'signed', 'annulled')", name=op.f('ck_assessed_votes_state')),
        sa.ForeignKeyConstraint(['entered_by_id'], ['users.id'], name=op.f('fk_assessed_votes_entered_by_id_users')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_assessed_votes_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_assessed_votes'))
    )
    op.create_index('ix_assessed_votes_village_id_held_on', 'assessed_votes', ['village_id', 'held_on'], unique=False)
    op.create_table(
        'teller_counts',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('vote_id', sa.Uuid(), nullable=False),
        sa.Column('round', sa.Integer(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('counts', sa.JSON(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(['vote_id'], ['assessed_votes.id'], name=op.f('fk_teller_counts_vote_id_assessed_votes')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_teller_counts')),
        sa.UniqueConstraint('vote_id', 'round', 'number', name=op.f('uq_teller_counts_vote_id_round_number'))
    )
    op.create_table(
        'vote_groups',
        sa.Column('vote_id', sa.Uuid(), nullable=False),
        sa.Column('voters', sa.String(length=30), nullable=False),
        sa.Column('expected', sa.Integer(), nullable=False),
        sa.Column('present', sa.Integer(), nullable=False),
        sa.CheckConstraint("voters IN ('committee_members', 'villagers_representatives', 'party_members')", name=op.f('ck_vote_groups_voters')),
        sa.CheckConstraint('present >= 0 AND present <= expected', name=op.f('ck_vote_groups_present')),
        sa.ForeignKeyConstraint(['vote_id'], ['assessed_votes.id'], name=op.f('fk_vote_groups_vote_id_assessed_votes')),
        sa.PrimaryKeyConstraint('vote_id', 'voters', name=op.f('pk_vote_groups'))
    )
    op.create_table(
        'vote_subjects',
        sa.Column('vote_id', sa.Uuid(), nullable=False),
        sa.Column('cadre_id', sa.Integer(), nullable=False),
        sa.Column('duty_report', sa.Text(), nullable=True),
        sa.Column('reported_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['cadre_id'], ['cadres.id'], name=op.f('fk_vote_subjects_cadre_id_cadres')),
        sa.ForeignKeyConstraint(['vote_id'], ['assessed_votes.id'], name=op.f('fk_vote_subjects_vote_id_assessed_votes')),
        sa.PrimaryKeyConstraint('vote_id', 'cadre_id', name=op.f('pk_vote_subjects'))
    )
    op.create_index(op.f('ix_vote_subjects_cadre_id'), 'vote_subjects', ['cadre_id'], unique=False)
    op.create_table(
        'vote_tellers',
        sa.Column('vote_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('name', sa.String(length=50), nullable=False),
        sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('number IN (1, 2)', name=op.f('ck_vote_tellers_number')),
        sa.ForeignKeyConstraint(['vote_id'], ['assessed_votes.id'], name=op.f('fk_vote_tellers_vote_id_assessed_votes')),
        sa.PrimaryKeyConstraint('vote_id', 'number', name=op.f('pk_vote_tellers')),
        sa.UniqueConstraint('token_hash', name=op.f('uq_vote_tellers_token_hash'))
    )
    op.create_table(
        'suggestions',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('division_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=12), nullable=False),
        sa.Column('about', sa.String(length=10), nullable=False),
        sa.Column('about_whom', sa.String(length=50), nullable=True),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('sealed_contact', sa.LargeBinary(), nullable=True),
        sa.Column('contact_key_id', sa.String(length=16), nullable=True),
        sa.Column('receipt_hash', sa.LargeBinary(length=32), nullable=False),
        sa.Column('received_on', sa.Date(), nullable=False),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=True),
        sa.Column('appeal_until', sa.Date(), nullable=True),
        sa.Column('closed_on', sa.Date(), nullable=True),
        sa.Column('concern_id', sa.Uuid(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("about IN ('app', 'person', 'village')", name=op.f('ck_suggestions_about')),
        sa.CheckConstraint("kind IN ('suggestion', 'complaint')", name=op.f('ck_suggestions_kind')),
        sa.CheckConstraint("state IN ('received', 'accepted', 'declined', 'handling', 'answered', 'appealed', 'closed')", name=op.f('ck_suggestions_state')),
        sa.ForeignKeyConstraint(['concern_id'], ['concerns.id'], name=op.f('fk_suggestions_concern_id_concerns')),
        sa.ForeignKeyConstraint(['division_id'], ['divisions.id'], name=op.f('fk_suggestions_division_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_suggestions')),
        sa.UniqueConstraint('receipt_hash', name=op.f('uq_suggestions_receipt_hash'))
    )
    op.create_index('ix_suggestions_division_id_state', 'suggestions', ['division_id', 'state'], unique=False)
    op.create_table(
        'suggestion_steps',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('suggestion_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('step', sa.String(length=20), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=True),
        sa.Column('text', sa.Text(), nullable=True),
        sa.Column('is_told', sa.Boolean(), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(['suggestion_id'], ['suggestions.id'], name=op.f('fk_suggestion_steps_suggestion_id_suggestions')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_suggestion_steps_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_suggestion_steps')),
        sa.UniqueConstraint('suggestion_id', 'number', name=op.f('uq_suggestion_steps_suggestion_id_number'))
    )
