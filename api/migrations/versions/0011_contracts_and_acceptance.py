"""Target contracts, their acceptance and the month ledger"""

import sqlalchemy as sa
from alembic import op


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'assessor_rosters',
        sa.Column('township_id', sa.Integer(), nullable=False),
        sa.Column('hotline', sa.String(length=40), nullable=True),
        sa.Column('published_on', sa.Date(), nullable=True),
        sa.Column('published_by_id', sa.Integer(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['published_by_id'], ['users.id'], name=op.f('fk_assessor_rosters_published_by_id_users')),
        sa.ForeignKeyConstraint(['township_id'], ['divisions.id'], name=op.f('fk_assessor_rosters_township_id_divisions')),
        sa.PrimaryKeyConstraint('township_id', name=op.f('pk_assessor_rosters'))
    )
    op.create_table(
        'assessors',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('township_id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=True),
        sa.Column('name', sa.String(length=60), nullable=False),
        sa.Column('post', sa.String(length=10), nullable=False),
        sa.Column('unit', sa.String(length=100), nullable=True),
        sa.Column('from_on', sa.Date(), nullable=False),
        sa.Column('to_on', sa.Date(), nullable=True),
        sa.Column('added_approval', sa.String(length=300), nullable=True),
        sa.Column('ended_approval', sa.String(length=300), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.CheckConstraint("post IN ('director', 'deputy', 'member')", name=op.f('ck_assessors_post')),
        sa.CheckConstraint('to_on IS NULL OR to_on >= from_on', name=op.f('ck_assessors_period')),
        sa.ForeignKeyConstraint(['township_id'], ['divisions.id'], name=op.f('fk_assessors_township_id_divisions')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_assessors_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_assessors'))
    )
    op.create_index('ix_assessors_township_id', 'assessors', ['township_id'], unique=False)
    op.create_table(
        'contracts',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=10), nullable=False),
        sa.Column('term_contract_id', sa.Uuid(), nullable=True),
        sa.Column('first_on', sa.Date(), nullable=False),
        sa.Column('last_on', sa.Date(), nullable=False),
        sa.Column('opened_by_id', sa.Integer(), nullable=False),
        sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("kind IN ('term', 'yearly')", name=op.f('ck_contracts_kind')),
        sa.CheckConstraint('last_on > first_on', name=op.f('ck_contracts_period')),
        sa.ForeignKeyConstraint(['opened_by_id'], ['users.id'], name=op.f('fk_contracts_opened_by_id_users')),
        sa.ForeignKeyConstraint(['term_contract_id'], ['contracts.id'], name=op.f('fk_contracts_term_contract_id_contracts')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_contracts_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_contracts')),
        sa.UniqueConstraint('village_id', 'kind', 'first_on', name=op.f('uq_contracts_village_id_kind_first_on'))
    )
    op.create_table(
        'village_sizes',
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('households', sa.Integer(), nullable=False),
        sa.Column('entered_by_id', sa.Integer(), nullable=False),
        sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['entered_by_id'], ['users.id'], name=op.f('fk_village_sizes_entered_by_id_users')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_village_sizes_village_id_divisions')),
        sa.PrimaryKeyConstraint('village_id', 'year', name=op.f('pk_village_sizes'))
    )
    op.create_table(
        'contract_lines',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('contract_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['contract_id'], ['contracts.id'], name=op.f('fk_contract_lines_contract_id_contracts')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_lines')),
        sa.UniqueConstraint('contract_id', 'number', name=op.f('uq_contract_lines_contract_id_number'))
    )
    op.create_table(
        'contract_revisions',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('contract_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(length=12), nullable=False),
        sa.Column('reason', sa.String(length=500), nullable=True),
        sa.Column('opened_by_id', sa.Integer(), nullable=False),
        sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("state IN ('framework', 'measures', 'deliberated', 'sealed', 'submitted', 'approved', 'returned', 'signed', 'published', 'closed', 'replaced')", name=op.f('ck_contract_revisions_state')),
        sa.ForeignKeyConstraint(['contract_id'], ['contracts.id'], name=op.f('fk_contract_revisions_contract_id_contracts')),
        sa.ForeignKeyConstraint(['opened_by_id'], ['users.id'], name=op.f('fk_contract_revisions_opened_by_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_revisions')),
        sa.UniqueConstraint('contract_id', 'number', name=op.f('uq_contract_revisions_contract_id_number'))
    )
    op.create_index('ix_contract_revisions_state', 'contract_revisions', ['state'], unique=False)
    op.create_table(
        'commitment_items',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('revision_id', sa.Uuid(), nullable=False),
        sa.Column('line_id', sa.Uuid(), nullable=False),
        sa.Column('dimension', sa.String(length=20), nullable=False),
        sa.Column('text', sa.String(length=300), nullable=False),
        sa.Column('standard', sa.Text(), nullable=True),
        sa.Column('target_hundredths', sa.BigInteger(), nullable=True),
        sa.Column('unit', sa.String(length=20), nullable=True),
        sa.Column('due_on', sa.Date(), nullable=True),
        sa.Column('responsible', sa.String(length=60), nullable=True),
        sa.Column('quarters', sa.JSON(), nullable=False),
        sa.Column('is_major', sa.Boolean(), nullable=False),
        sa.Column('is_imposed', sa.Boolean(), nullable=False),
        sa.Column('legal_basis', sa.String(length=300), nullable=True),
        sa.Column('is_by_village', sa.Boolean(), nullable=False),
        sa.Column('entered_by_id', sa.Integer(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("dimension IN ('party_building', 'economy', 'civic_culture', 'public_order')", name=op.f('ck_commitment_items_dimension')),
        sa.CheckConstraint('NOT is_imposed OR legal_basis IS NOT NULL', name=op.f('ck_commitment_items_legal_basis')),
        sa.ForeignKeyConstraint(['entered_by_id'], ['users.id'], name=op.f('fk_commitment_items_entered_by_id_users')),
        sa.ForeignKeyConstraint(['line_id'], ['contract_lines.id'], name=op.f('fk_commitment_items_line_id_contract_lines')),
        sa.ForeignKeyConstraint(['revision_id'], ['contract_revisions.id'], name=op.f('fk_commitment_items_revision_id_contract_revisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_commitment_items')),
        sa.UniqueConstraint('revision_id', 'line_id', name=op.f('uq_commitment_items_revision_id_line_id'))
    )
    op.create_index('ix_commitment_items_line_id', 'commitment_items', ['line_id'], unique=False)
    op.create_table(
        'completions',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('line_id', sa.Uuid(), nullable=False),
        sa.Column('completed_on', sa.Date(), nullable=False),
        sa.Column('note', sa.Text(), nullable=True),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(['line_id'], ['contract_lines.id'], name=op.f('fk_completions_line_id_contract_lines')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_completions_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_completions')),
        sa.UniqueConstraint('line_id', name=op.f('uq_completions_line_id'))
    )
    op.create_table(
        'contract_reviews',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('revision_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('body', sa.String(length=10), nullable=False),
        sa.Column('reviewer', sa.String(length=60), nullable=False),
        sa.Column('is_agreed', sa.Boolean(), nullable=False),
        sa.Column('opinion', sa.Text(), nullable=True),
        sa.Column('after_step', sa.Integer(), nullable=False),
        sa.Column('items_hash', sa.LargeBinary(length=32), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("body IN ('branch', 'team', 'township')", name=op.f('ck_contract_reviews_body')),
        sa.ForeignKeyConstraint(['revision_id'], ['contract_revisions.id'], name=op.f('fk_contract_reviews_revision_id_contract_revisions')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_contract_reviews_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_reviews')),
        sa.UniqueConstraint('revision_id', 'number', name=op.f('uq_contract_reviews_revision_id_number'))
    )
    op.create_table(
        'contract_steps',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('revision_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('step', sa.String(length=12), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('note', sa.Text(), nullable=True),
        sa.Column('details', sa.JSON(), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(['revision_id'], ['contract_revisions.id'], name=op.f('fk_contract_steps_revision_id_contract_revisions')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_contract_steps_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_steps')),
        sa.UniqueConstraint('revision_id', 'number', name=op.f('uq_contract_steps_revision_id_number'))
    )
    op.create_table(
        'deeds',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('line_id', sa.Uuid(), nullable=True),
        sa.Column('month_on', sa.Date(), nullable=False),
        sa.Column('text', sa.String(length=300), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('owner', sa.String(length=60), nullable=True),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('done_on', sa.Date(), nullable=True),
        sa.Column('note', sa.Text(), nullable=True),
        sa.Column('entered_by_id', sa.Integer(), nullable=False),
        sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("state IN ('planned', 'done', 'dropped')", name=op.f('ck_deeds_state')),
        sa.ForeignKeyConstraint(['entered_by_id'], ['users.id'], name=op.f('fk_deeds_entered_by_id_users')),
        sa.ForeignKeyConstraint(['line_id'], ['contract_lines.id'], name=op.f('fk_deeds_line_id_contract_lines')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_deeds_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_deeds')),
        sa.UniqueConstraint('line_id', 'month_on', name=op.f('uq_deeds_line_id_month_on'))
    )
    op.create_index('ix_deeds_village_id_month_on', 'deeds', ['village_id', 'month_on'], unique=False)
    op.create_table(
        'acceptances',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('line_id', sa.Uuid(), nullable=False),
        sa.Column('item_id', sa.Uuid(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('inspected_on', sa.Date(), nullable=False),
        sa.Column('place', sa.String(length=100), nullable=False),
        sa.Column('verdict', sa.String(length=10), nullable=False),
        sa.Column('measured_hundredths', sa.BigInteger(), nullable=True),
        sa.Column('findings', sa.Text(), nullable=False),
        sa.Column('survey', sa.JSON(), nullable=True),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('final_verdict', sa.String(length=10), nullable=True),
        sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('entered_by_id', sa.Integer(), nullable=False),
        sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("final_verdict IN ('met', 'partly', 'not_met')", name=op.f('ck_acceptances_final_verdict')),
        sa.CheckConstraint("state IN ('inspected', 'confirmed', 'archived')", name=op.f('ck_acceptances_state')),
        sa.CheckConstraint("verdict IN ('met', 'partly', 'not_met')", name=op.f('ck_acceptances_verdict')),
        sa.ForeignKeyConstraint(['entered_by_id'], ['users.id'], name=op.f('fk_acceptances_entered_by_id_users')),
        sa.ForeignKeyConstraint(['item_id'], ['commitment_items.id'], name=op.f('fk_acceptances_item_id_commitment_items')),
        sa.ForeignKeyConstraint(['line_id'], ['contract_lines.id'], name=op.f('fk_acceptances_line_id_contract_lines')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_acceptances_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_acceptances')),
        sa.UniqueConstraint('line_id', name=op.f('uq_acceptances_line_id'))
    )
    op.create_index('ix_acceptances_village_id_state', 'acceptances', ['village_id', 'state'], unique=False)
    op.create_table(
        'deed_reports',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('deed_id', sa.Uuid(), nullable=False),
        sa.Column('done_on', sa.Date(), nullable=False),
        sa.Column('note', sa.Text(), nullable=True),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(['deed_id'], ['deeds.id'], name=op.f('fk_deed_reports_deed_id_deeds')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_deed_reports_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_deed_reports'))
    )
    op.create_index('ix_deed_reports_deed_id', 'deed_reports', ['deed_id'], unique=False)
    op.create_table(
        'acceptance_assessors',
        sa.Column('acceptance_id', sa.Uuid(), nullable=False),
        sa.Column('assessor_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['acceptance_id'], ['acceptances.id'], name=op.f('fk_acceptance_assessors_acceptance_id_acceptances')),
        sa.ForeignKeyConstraint(['assessor_id'], ['assessors.id'], name=op.f('fk_acceptance_assessors_assessor_id_assessors')),
        sa.PrimaryKeyConstraint('acceptance_id', 'assessor_id', name=op.f('pk_acceptance_assessors'))
    )
    op.create_index(op.f('ix_acceptance_assessors_assessor_id'), 'acceptance_assessors', ['assessor_id'], unique=False)
    op.create_table(
        'acceptance_steps',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('acceptance_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('step', sa.String(length=12), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('note', sa.Text(), nullable=True),
        sa.Column('details', sa.JSON(), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(['acceptance_id'], ['acceptances.id'], name=op.f('fk_acceptance_steps_acceptance_id_acceptances')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_acceptance_steps_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_acceptance_steps')),
        sa.UniqueConstraint('acceptance_id', 'number', name=op.f('uq_acceptance_steps_acceptance_id_number'))
    )
