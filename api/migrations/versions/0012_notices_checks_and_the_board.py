"""Supervision notices, checks, marks and the notice board"""

import sqlalchemy as sa
from alembic import op


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'disclosures',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('disclosure_class', sa.String(length=10), nullable=False),
        sa.Column('title', sa.String(length=100), nullable=False),
        sa.Column('text', sa.Text(), nullable=True),
        sa.Column('first_on', sa.Date(), nullable=False),
        sa.Column('last_on', sa.Date(), nullable=False),
        sa.Column('lines', sa.JSON(), nullable=False),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('held_for', sa.JSON(), nullable=False),
        sa.Column('entered_by_id', sa.Integer(), nullable=False),
        sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('published_by_id', sa.Integer(), nullable=True),
        sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('withdrawn_reason', sa.String(length=300), nullable=True),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("disclosure_class IN ('finance', 'decision', 'benefit')", name=op.f('ck_disclosures_disclosure_class')),
        sa.CheckConstraint("state IN ('drafted', 'held', 'published', 'withdrawn')", name=op.f('ck_disclosures_state')),
        sa.CheckConstraint('last_on >= first_on', name=op.f('ck_disclosures_period')),
        sa.ForeignKeyConstraint(['entered_by_id'], ['users.id'], name=op.f('fk_disclosures_entered_by_id_users')),
        sa.ForeignKeyConstraint(['published_by_id'], ['users.id'], name=op.f('fk_disclosures_published_by_id_users')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_disclosures_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_disclosures'))
    )
    op.create_index('ix_disclosures_village_id_state', 'disclosures', ['village_id', 'state'], unique=False)
    op.create_table(
        'mark_schemes',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('division_id', sa.Integer(), nullable=False),
        sa.Column('title', sa.String(length=100), nullable=False),
        sa.Column('effective_from', sa.Date(), nullable=False),
        sa.Column('full_marks', sa.Integer(), nullable=False),
        sa.Column('criteria', sa.JSON(), nullable=False),
        sa.Column('source', sa.String(length=300), nullable=False),
        sa.Column('entered_by_id', sa.Integer(), nullable=False),
        sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['division_id'], ['divisions.id'], name=op.f('fk_mark_schemes_division_id_divisions')),
        sa.ForeignKeyConstraint(['entered_by_id'], ['users.id'], name=op.f('fk_mark_schemes_entered_by_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_mark_schemes')),
        sa.UniqueConstraint('division_id', 'effective_from', name=op.f('uq_mark_schemes_division_id_effective_from'))
    )
    op.create_table(
        'notice_numbers',
        sa.Column('division_id', sa.Integer(), nullable=False),
        sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('last', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['division_id'], ['divisions.id'], name=op.f('fk_notice_numbers_division_id_divisions')),
        sa.PrimaryKeyConstraint('division_id', 'year', name=op.f('pk_notice_numbers'))
    )
    op.create_table(
        'spot_checks',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('division_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=12), nullable=False),
        sa.Column('title', sa.String(length=100), nullable=False),
        sa.Column('focus', sa.Text(), nullable=True),
        sa.Column('first_on', sa.Date(), nullable=False),
        sa.Column('last_on', sa.Date(), nullable=False),
        sa.Column('seed', sa.String(length=64), nullable=True),
        sa.Column('pool', sa.JSON(), nullable=True),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('entered_by_id', sa.Integer(), nullable=False),
        sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("kind IN ('unannounced', 'quarterly', 'patrol')", name=op.f('ck_spot_checks_kind')),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f('ck_spot_checks_state')),
        sa.CheckConstraint('last_on >= first_on', name=op.f('ck_spot_checks_period')),
        sa.ForeignKeyConstraint(['division_id'], ['divisions.id'], name=op.f('fk_spot_checks_division_id_divisions')),
        sa.ForeignKeyConstraint(['entered_by_id'], ['users.id'], name=op.f('fk_spot_checks_entered_by_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_spot_checks'))
    )
    op.create_index('ix_spot_checks_division_id_first_on', 'spot_checks', ['division_id', 'first_on'], unique=False)
    op.create_table(
        'supervision_notices',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('issuer_id', sa.Integer(), nullable=False),
        sa.Column('owner_id', sa.Integer(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('year', sa.Integer(), nullable=True),
        sa.Column('number', sa.Integer(), nullable=True),
        sa.Column('source_kind', sa.String(length=20), nullable=False),
        sa.Column('source_id', sa.Uuid(), nullable=True),
        sa.Column('title', sa.String(length=100), nullable=False),
        sa.Column('facts', sa.Text(), nullable=False),
        sa.Column('basis', sa.String(length=500), nullable=False),
        sa.Column('demand', sa.Text(), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('asked_due_on', sa.Date(), nullable=True),
        sa.Column('lead_unit', sa.String(length=100), nullable=False),
        sa.Column('assisting_units', sa.JSON(), nullable=False),
        sa.Column('copies_to', sa.JSON(), nullable=False),
        sa.Column('contact', sa.String(length=100), nullable=False),
        sa.Column('state', sa.String(length=12), nullable=False),
        sa.Column('reissues', sa.Integer(), nullable=False),
        sa.Column('has_passed', sa.Boolean(), nullable=True),
        sa.Column('drafted_by_id', sa.Integer(), nullable=False),
        sa.Column('drafted_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('issued_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('struck_off_on', sa.Date(), nullable=True),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("source_kind IN ('failed_item', 'spot_check', 'overdue_concern', 'leader_instruction', 'by_hand')", name=op.f('ck_supervision_notices_source_kind')),
        sa.CheckConstraint("state IN ('drafted', 'cancelled', 'reviewed', 'issued', 'served', 'reported', 'returned', 'reinspected', 'escalated', 'struck_off', 'archived')", name=op.f('ck_supervision_notices_state')),
        sa.ForeignKeyConstraint(['drafted_by_id'], ['users.id'], name=op.f('fk_supervision_notices_drafted_by_id_users')),
        sa.ForeignKeyConstraint(['issuer_id'], ['divisions.id'], name=op.f('fk_supervision_notices_issuer_id_divisions')),
        sa.ForeignKeyConstraint(['owner_id'], ['divisions.id'], name=op.f('fk_supervision_notices_owner_id_divisions')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_supervision_notices_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_supervision_notices')),
        sa.UniqueConstraint('issuer_id', 'year', 'number', name=op.f('uq_supervision_notices_issuer_id_year_number'))
    )
    op.create_index('ix_supervision_notices_owner_id_state', 'supervision_notices', ['owner_id', 'state'], unique=False)
    op.create_index('ix_supervision_notices_source_id', 'supervision_notices', ['source_id'], unique=False)
    op.create_index('ix_supervision_notices_village_id_state', 'supervision_notices', ['village_id', 'state'], unique=False)
    op.create_table(
        'checked_villages',
        sa.Column('check_id', sa.Uuid(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('visited_on', sa.Date(), nullable=True),
        sa.Column('visited_by_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['check_id'], ['spot_checks.id'], name=op.f('fk_checked_villages_check_id_spot_checks')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_checked_villages_village_id_divisions')),
        sa.ForeignKeyConstraint(['visited_by_id'], ['users.id'], name=op.f('fk_checked_villages_visited_by_id_users')),
        sa.PrimaryKeyConstraint('check_id', 'village_id', name=op.f('pk_checked_villages'))
    )
    op.create_index(op.f('ix_checked_villages_village_id'), 'checked_villages', ['village_id'], unique=False)
    op.create_table(
        'deliberations',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('disclosure_id', sa.Uuid(), nullable=False),
        sa.Column('stage', sa.String(length=24), nullable=False),
        sa.Column('held_on', sa.Date(), nullable=False),
        sa.Column('entitled', sa.Integer(), nullable=True),
        sa.Column('present', sa.Integer(), nullable=True),
        sa.Column('in_favour', sa.Integer(), nullable=True),
        sa.Column('note', sa.String(length=500), nullable=True),
        sa.Column('entered_by_id', sa.Integer(), nullable=False),
        sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stage IN ('branch_proposal', 'committees_consultation', 'party_review', 'villagers_resolution', 'resolution_disclosed', 'result_disclosed')", name=op.f('ck_deliberations_stage')),
        sa.ForeignKeyConstraint(['disclosure_id'], ['disclosures.id'], name=op.f('fk_deliberations_disclosure_id_disclosures')),
        sa.ForeignKeyConstraint(['entered_by_id'], ['users.id'], name=op.f('fk_deliberations_entered_by_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_deliberations')),
        sa.UniqueConstraint('disclosure_id', 'stage', name=op.f('uq_deliberations_disclosure_id_stage'))
    )
    op.create_table(
        'disclosure_files',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('disclosure_id', sa.Uuid(), nullable=False),
        sa.Column('name', sa.String(length=120), nullable=False),
        sa.Column('mimetype', sa.String(length=100), nullable=False),
        sa.Column('size_bytes', sa.Integer(), nullable=False),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('content', sa.LargeBinary(), nullable=False),
        sa.Column('reading', sa.String(length=12), nullable=False),
        sa.Column('found', sa.JSON(), nullable=False),
        sa.Column('checked_by_id', sa.Integer(), nullable=True),
        sa.Column('uploaded_by_id', sa.Integer(), nullable=False),
        sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reading IN ('clean', 'found', 'unreadable')", name=op.f('ck_disclosure_files_reading')),
        sa.ForeignKeyConstraint(['checked_by_id'], ['users.id'], name=op.f('fk_disclosure_files_checked_by_id_users')),
        sa.ForeignKeyConstraint(['disclosure_id'], ['disclosures.id'], name=op.f('fk_disclosure_files_disclosure_id_disclosures')),
        sa.ForeignKeyConstraint(['uploaded_by_id'], ['users.id'], name=op.f('fk_disclosure_files_uploaded_by_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_disclosure_files'))
    )
    op.create_index('ix_disclosure_files_disclosure_id', 'disclosure_files', ['disclosure_id'], unique=False)
    op.create_table(
        'mark_sheets',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('half_on', sa.Date(), nullable=False),
        sa.Column('scheme_id', sa.Integer(), nullable=False),
        sa.Column('marks', sa.JSON(), nullable=False),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('replaces_id', sa.Uuid(), nullable=True),
        sa.Column('entered_by_id', sa.Integer(), nullable=False),
        sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('published_by_id', sa.Integer(), nullable=True),
        sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("state IN ('drafted', 'published', 'replaced')", name=op.f('ck_mark_sheets_state')),
        sa.ForeignKeyConstraint(['entered_by_id'], ['users.id'], name=op.f('fk_mark_sheets_entered_by_id_users')),
        sa.ForeignKeyConstraint(['published_by_id'], ['users.id'], name=op.f('fk_mark_sheets_published_by_id_users')),
        sa.ForeignKeyConstraint(['replaces_id'], ['mark_sheets.id'], name=op.f('fk_mark_sheets_replaces_id_mark_sheets')),
        sa.ForeignKeyConstraint(['scheme_id'], ['mark_schemes.id'], name=op.f('fk_mark_sheets_scheme_id_mark_schemes')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_mark_sheets_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_mark_sheets')),
        sa.UniqueConstraint('replaces_id', name=op.f('uq_mark_sheets_replaces_id'))
    )
    op.create_index('ix_mark_sheets_village_id_half_on', 'mark_sheets', ['village_id', 'half_on'], unique=False)
    op.create_table(
        'notice_steps',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('notice_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('step', sa.String(length=20), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('note', sa.Text(), nullable=True),
        sa.Column('new_due_on', sa.Date(), nullable=True),
        sa.Column('signer', sa.String(length=60), nullable=True),
        sa.Column('has_passed', sa.Boolean(), nullable=True),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(['notice_id'], ['supervision_notices.id'], name=op.f('fk_notice_steps_notice_id_supervision_notices')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_notice_steps_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_notice_steps')),
        sa.UniqueConstraint('notice_id', 'number', name=op.f('uq_notice_steps_notice_id_number'))
    )
    op.create_table(
        'findings',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('check_id', sa.Uuid(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('line_id', sa.Uuid(), nullable=True),
        sa.Column('is_problem', sa.Boolean(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('entered_by_id', sa.Integer(), nullable=False),
        sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(['check_id'], ['spot_checks.id'], name=op.f('fk_findings_check_id_spot_checks')),
        sa.ForeignKeyConstraint(['entered_by_id'], ['users.id'], name=op.f('fk_findings_entered_by_id_users')),
        sa.ForeignKeyConstraint(['line_id'], ['contract_lines.id'], name=op.f('fk_findings_line_id_contract_lines')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_findings_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_findings'))
    )
    op.create_index('ix_findings_check_id_village_id', 'findings', ['check_id', 'village_id'], unique=False)
    op.create_table(
        'mark_appeals',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('sheet_id', sa.Uuid(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('outcome', sa.String(length=10), nullable=True),
        sa.Column('answer', sa.Text(), nullable=True),
        sa.Column('answered_by_id', sa.Integer(), nullable=True),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("outcome IN ('upheld', 'corrected')", name=op.f('ck_mark_appeals_outcome')),
        sa.ForeignKeyConstraint(['answered_by_id'], ['users.id'], name=op.f('fk_mark_appeals_answered_by_id_users')),
        sa.ForeignKeyConstraint(['sheet_id'], ['mark_sheets.id'], name=op.f('fk_mark_appeals_sheet_id_mark_sheets')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_mark_appeals_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_mark_appeals')),
        sa.UniqueConstraint('sheet_id', name=op.f('uq_mark_appeals_sheet_id'))
    )
