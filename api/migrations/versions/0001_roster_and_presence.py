"""Roster, presence and the audit log"""

import sqlalchemy as sa
from alembic import op


revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'audit_chains',
        sa.Column('chain', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('hash', sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint('chain', name=op.f('pk_audit_chains'))
    )
    op.create_table(
        'calendar_days',
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('kind', sa.String(length=10), nullable=False),
        sa.Column('label', sa.String(length=60), nullable=False),
        sa.Column('source', sa.String(length=200), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('day', name=op.f('pk_calendar_days'))
    )
    op.create_table(
        'calendar_years',
        sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('source', sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint('year', name=op.f('pk_calendar_years'))
    )
    op.create_table(
        'divisions',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('code', sa.String(length=12), nullable=False),
        sa.Column('name', sa.String(length=100), nullable=False),
        sa.Column('level', sa.String(length=10), nullable=False),
        sa.Column('parent_id', sa.Integer(), nullable=True),
        sa.Column('township_id', sa.Integer(), nullable=True),
        sa.Column('path', sa.String(length=80), nullable=False),
        sa.Column('valid_from', sa.Date(), nullable=False),
        sa.Column('valid_to', sa.Date(), nullable=True),
        sa.CheckConstraint("level IN ('province', 'prefecture', 'county', 'township', 'village')", name=op.f('ck_divisions_level')),
        sa.ForeignKeyConstraint(['parent_id'], ['divisions.id'], name=op.f('fk_divisions_parent_id_divisions')),
        sa.ForeignKeyConstraint(['township_id'], ['divisions.id'], name=op.f('fk_divisions_township_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_divisions')),
        sa.UniqueConstraint('code', 'valid_from', name=op.f('uq_divisions_code_valid_from'))
    )
    op.create_index('ix_divisions_parent_id', 'divisions', ['parent_id'], unique=False)
    op.create_table(
        'kept_horizon',
        sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('through_on', sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_kept_horizon'))
    )
    op.create_table(
        'log_in_counts',
        sa.Column('key', sa.LargeBinary(length=32), nullable=False),
        sa.Column('window_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('failures', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_log_in_counts'))
    )
    op.create_index('ix_log_in_counts_window_at', 'log_in_counts', ['window_at'], unique=False)
    op.create_table(
        'users',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('username', sa.String(length=64), nullable=False),
        sa.Column('name', sa.String(length=64), nullable=False),
        sa.Column('password_hash', sa.String(length=200), nullable=True),
        sa.Column('language', sa.String(length=5), nullable=False),
        sa.Column('first_log_in_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_users')),
        sa.UniqueConstraint('username', name=op.f('uq_users_username'))
    )
    op.create_table(
        'audit_entries',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('chain', sa.Integer(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=True),
        sa.Column('action', sa.String(length=60), nullable=False),
        sa.Column('subject', sa.String(length=80), nullable=False),
        sa.Column('details', sa.JSON(), nullable=False),
        sa.Column('previous_hash', sa.LargeBinary(length=32), nullable=False),
        sa.Column('hash', sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_audit_entries_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entries')),
        sa.UniqueConstraint('chain', 'number', name=op.f('uq_audit_entries_chain_number'))
    )
    op.create_table(
        'cadres',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('sending_unit', sa.String(length=100), nullable=False),
        sa.Column('rank', sa.String(length=20), nullable=False),
        sa.Column('cadre_role', sa.String(length=20), nullable=False),
        sa.Column('facts_version', sa.Integer(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_cadres_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_cadres')),
        sa.UniqueConstraint('user_id', name=op.f('uq_cadres_user_id'))
    )
    op.create_table(
        'grants',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('role', sa.String(length=20), nullable=False),
        sa.Column('division_id', sa.Integer(), nullable=False),
        sa.Column('from_on', sa.Date(), nullable=False),
        sa.Column('to_on', sa.Date(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['division_id'], ['divisions.id'], name=op.f('fk_grants_division_id_divisions')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_grants_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_grants'))
    )
    op.create_index('ix_grants_user_id', 'grants', ['user_id'], unique=False)
    op.create_table(
        'invitations',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('made_by_id', sa.Integer(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['made_by_id'], ['users.id'], name=op.f('fk_invitations_made_by_id_users')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_invitations_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_invitations')),
        sa.UniqueConstraint('token_hash', name=op.f('uq_invitations_token_hash'))
    )
    op.create_index('ix_invitations_user_id', 'invitations', ['user_id'], unique=False)
    op.create_table(
        'places',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=60), nullable=False),
        sa.Column('latitude', sa.Double(), nullable=False),
        sa.Column('longitude', sa.Double(), nullable=False),
        sa.Column('datum', sa.String(length=5), nullable=False),
        sa.Column('wgs84_latitude', sa.Double(), nullable=False),
        sa.Column('wgs84_longitude', sa.Double(), nullable=False),
        sa.Column('radius_m', sa.Integer(), nullable=True),
        sa.Column('is_made_up', sa.Boolean(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_places_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_places'))
    )
    op.create_index('ix_places_village_id', 'places', ['village_id'], unique=False)
    op.create_table(
        'policies',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('division_id', sa.Integer(), nullable=False),
        sa.Column('key', sa.String(length=40), nullable=False),
        sa.Column('value', sa.JSON(), nullable=False),
        sa.Column('effective_from', sa.Date(), nullable=False),
        sa.Column('source', sa.String(length=300), nullable=False),
        sa.Column('set_by_id', sa.Integer(), nullable=True),
        sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['division_id'], ['divisions.id'], name=op.f('fk_policies_division_id_divisions')),
        sa.ForeignKeyConstraint(['set_by_id'], ['users.id'], name=op.f('fk_policies_set_by_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_policies')),
        sa.UniqueConstraint('division_id', 'key', 'effective_from', name=op.f('uq_policies_division_id_key_effective_from'))
    )
    op.create_table(
        'user_sessions',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('client', sa.String(length=10), nullable=False),
        sa.Column('user_agent', sa.String(length=200), nullable=False),
        sa.Column('sliding', sa.Boolean(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_user_sessions_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_user_sessions')),
        sa.UniqueConstraint('token_hash', name=op.f('uq_user_sessions_token_hash'))
    )
    op.create_index('ix_user_sessions_user_id', 'user_sessions', ['user_id'], unique=False)
    op.create_table(
        'leaves',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('cadre_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('from_on', sa.Date(), nullable=False),
        sa.Column('to_on', sa.Date(), nullable=False),
        sa.Column('returned_on', sa.Date(), nullable=True),
        sa.Column('reason', sa.String(length=500), nullable=True),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint('to_on >= from_on', name=op.f('ck_leaves_period')),
        sa.ForeignKeyConstraint(['cadre_id'], ['cadres.id'], name=op.f('fk_leaves_cadre_id_cadres')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_leaves'))
    )
    op.create_index('ix_leaves_cadre_id_from_on', 'leaves', ['cadre_id', 'from_on'], unique=False)
    op.create_index('ix_leaves_state', 'leaves', ['state'], unique=False)
    op.create_table(
        'postings',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('cadre_id', sa.Integer(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('from_on', sa.Date(), nullable=False),
        sa.Column('to_on', sa.Date(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.CheckConstraint('to_on IS NULL OR to_on >= from_on', name=op.f('ck_postings_period')),
        sa.ForeignKeyConstraint(['cadre_id'], ['cadres.id'], name=op.f('fk_postings_cadre_id_cadres')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_postings_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_postings'))
    )
    op.create_index('ix_postings_cadre_id', 'postings', ['cadre_id'], unique=False)
    op.create_index('ix_postings_village_id', 'postings', ['village_id'], unique=False)
    op.create_table(
        'evidence',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('source_id', sa.Uuid(), nullable=False),
        sa.Column('cadre_id', sa.Integer(), nullable=False),
        sa.Column('posting_id', sa.Integer(), nullable=True),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('captured_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('elapsed_ms', sa.BigInteger(), nullable=True),
        sa.Column('latitude', sa.Double(), nullable=True),
        sa.Column('longitude', sa.Double(), nullable=True),
        sa.Column('datum', sa.String(length=5), nullable=True),
        sa.Column('accuracy_m', sa.Double(), nullable=True),
        sa.Column('wgs84_latitude', sa.Double(), nullable=True),
        sa.Column('wgs84_longitude', sa.Double(), nullable=True),
        sa.Column('location_error', sa.String(length=20), nullable=True),
        sa.Column('verdict', sa.String(length=20), nullable=False),
        sa.Column('distance_m', sa.Double(), nullable=True),
        sa.Column('place_id', sa.Integer(), nullable=True),
        sa.Column('flags', sa.String(length=100), nullable=False),
        sa.Column('status', sa.String(length=20), nullable=False),
        sa.Column('device_id', sa.String(length=100), nullable=True),
        sa.Column('note', sa.Text(), nullable=True),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("status IN ('counts', 'waiting', 'rejected', 'no_posting', 'future_day')", name=op.f('ck_evidence_status')),
        sa.ForeignKeyConstraint(['cadre_id'], ['cadres.id'], name=op.f('fk_evidence_cadre_id_cadres')),
        sa.ForeignKeyConstraint(['posting_id'], ['postings.id'], name=op.f('fk_evidence_posting_id_postings')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence')),
        sa.UniqueConstraint('kind', 'source_id', name=op.f('uq_evidence_kind_source_id'))
    )
    op.create_index('ix_evidence_cadre_id_day', 'evidence', ['cadre_id', 'day'], unique=False)
    op.create_index('ix_evidence_waiting', 'evidence', ['day'], unique=False, sqlite_where=sa.text("status = 'waiting'"), postgresql_where=sa.text("status = 'waiting'"))
    op.create_table(
        'leave_steps',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('leave_id', sa.Uuid(), nullable=False),
        sa.Column('step', sa.String(length=10), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('note', sa.String(length=500), nullable=True),
        sa.Column('returned_on', sa.Date(), nullable=True),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(['leave_id'], ['leaves.id'], name=op.f('fk_leave_steps_leave_id_leaves')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_leave_steps_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_leave_steps'))
    )
    op.create_index('ix_leave_steps_leave_id', 'leave_steps', ['leave_id'], unique=False)
    op.create_table(
        'posting_months',
        sa.Column('posting_id', sa.Integer(), nullable=False),
        sa.Column('month_on', sa.Date(), nullable=False),
        sa.Column('basis', sa.String(length=5), nullable=False),
        sa.Column('duty_days', sa.Integer(), nullable=False),
        sa.Column('stationed_days', sa.Integer(), nullable=False),
        sa.Column('year_days', sa.Integer(), nullable=False),
        sa.Column('required_days', sa.Integer(), nullable=False),
        sa.Column('credited_days', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['posting_id'], ['postings.id'], name=op.f('fk_posting_months_posting_id_postings')),
        sa.PrimaryKeyConstraint('posting_id', 'month_on', name=op.f('pk_posting_months'))
    )
    op.create_index('ix_posting_months_month_on', 'posting_months', ['month_on', 'posting_id'], unique=False)
    op.create_table(
        'posting_villages',
        sa.Column('posting_id', sa.Integer(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['posting_id'], ['postings.id'], name=op.f('fk_posting_villages_posting_id_postings')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_posting_villages_village_id_divisions')),
        sa.PrimaryKeyConstraint('posting_id', 'village_id', name=op.f('pk_posting_villages'))
    )
    op.create_index('ix_posting_villages_village_id', 'posting_villages', ['village_id'], unique=False)
    op.create_table(
        'posting_weeks',
        sa.Column('posting_id', sa.Integer(), nullable=False),
        sa.Column('monday', sa.Date(), nullable=False),
        sa.Column('month_on', sa.Date(), nullable=False),
        sa.Column('basis', sa.String(length=5), nullable=False),
        sa.Column('posting_mask', sa.Integer(), nullable=False),
        sa.Column('duty_mask', sa.Integer(), nullable=False),
        sa.Column('stationed_mask', sa.Integer(), nullable=False),
        sa.Column('waiting_mask', sa.Integer(), nullable=False),
        sa.Column('required_days', sa.Integer(), nullable=False),
        sa.Column('credited_days', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['posting_id'], ['postings.id'], name=op.f('fk_posting_weeks_posting_id_postings')),
        sa.PrimaryKeyConstraint('posting_id', 'monday', name=op.f('pk_posting_weeks'))
    )
    op.create_index('ix_posting_weeks_month_on', 'posting_weeks', ['month_on', 'posting_id'], unique=False)
    op.create_table(
        'stationed_days',
        sa.Column('posting_id', sa.Integer(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.CheckConstraint("state IN ('stationed', 'errand', 'waiting', 'rejected')", name=op.f('ck_stationed_days_state')),
        sa.ForeignKeyConstraint(['posting_id'], ['postings.id'], name=op.f('fk_stationed_days_posting_id_postings')),
        sa.PrimaryKeyConstraint('posting_id', 'day', name=op.f('pk_stationed_days'))
    )
    op.create_index('ix_stationed_days_waiting', 'stationed_days', ['day'], unique=False, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
    op.create_table(
        'decisions',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('evidence_id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('level', sa.String(length=10), nullable=False),
        sa.Column('outcome', sa.String(length=10), nullable=False),
        sa.Column('reason', sa.String(length=500), nullable=True),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_decisions_evidence_id_evidence')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_decisions_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_decisions'))
    )
    op.create_index('ix_decisions_evidence_id', 'decisions', ['evidence_id'], unique=False)
