"""Reception hours and special reports"""

import sqlalchemy as sa
from alembic import op


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'receptions',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('recorded_by_id', sa.Integer(), nullable=False),
        sa.Column('household_id', sa.Integer(), nullable=True),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('question', sa.Text(), nullable=False),
        sa.Column('answer', sa.Text(), nullable=True),
        sa.Column('policy_cited', sa.String(length=300), nullable=True),
        sa.Column('captured_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('elapsed_ms', sa.BigInteger(), nullable=True),
        sa.Column('flags', sa.String(length=100), nullable=False),
        sa.Column('device_id', sa.String(length=100), nullable=True),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_receptions_household_id_households')),
        sa.ForeignKeyConstraint(['recorded_by_id'], ['users.id'], name=op.f('fk_receptions_recorded_by_id_users')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_receptions_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_receptions'))
    )
    op.create_index('ix_receptions_recorded_by_id', 'receptions', ['recorded_by_id'], unique=False)
    op.create_index('ix_receptions_village_id_day', 'receptions', ['village_id', 'day'], unique=False)
    op.create_table(
        'reception_cadres',
        sa.Column('reception_id', sa.Uuid(), nullable=False),
        sa.Column('cadre_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['cadre_id'], ['cadres.id'], name=op.f('fk_reception_cadres_cadre_id_cadres')),
        sa.ForeignKeyConstraint(['reception_id'], ['receptions.id'], name=op.f('fk_reception_cadres_reception_id_receptions')),
        sa.PrimaryKeyConstraint('reception_id', 'cadre_id', name=op.f('pk_reception_cadres'))
    )
    op.create_index('ix_reception_cadres_cadre_id', 'reception_cadres', ['cadre_id'], unique=False)
    op.create_table(
        'special_reports',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('author_id', sa.Integer(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('title', sa.String(length=100), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('captured_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('elapsed_ms', sa.BigInteger(), nullable=True),
        sa.Column('flags', sa.String(length=100), nullable=False),
        sa.Column('device_id', sa.String(length=100), nullable=True),
        sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('submission_id', sa.Uuid(), nullable=True),
        sa.Column('shared_with_id', sa.Integer(), nullable=True),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("kind IN ('committee_work', 'public_opinion', 'good_practice', 'stability_clue')", name=op.f('ck_special_reports_kind')),
        sa.ForeignKeyConstraint(['author_id'], ['users.id'], name=op.f('fk_special_reports_author_id_users')),
        sa.ForeignKeyConstraint(['shared_with_id'], ['divisions.id'], name=op.f('fk_special_reports_shared_with_id_divisions')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_special_reports_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_special_reports')),
        sa.UniqueConstraint('submission_id', name=op.f('uq_special_reports_submission_id'))
    )
    op.create_index('ix_special_reports_author_id', 'special_reports', ['author_id'], unique=False)
    op.create_index('ix_special_reports_village_id_submitted_at', 'special_reports', ['village_id', 'submitted_at'], unique=False)
    op.create_table(
        'special_report_versions',
        sa.Column('report_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('title', sa.String(length=100), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('replaced_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('edit_id', sa.Uuid(), nullable=True),
        sa.Column('edit_hash', sa.LargeBinary(length=32), nullable=True),
        sa.ForeignKeyConstraint(['report_id'], ['special_reports.id'], name=op.f('fk_special_report_versions_report_id_special_reports')),
        sa.PrimaryKeyConstraint('report_id', 'version', name=op.f('pk_special_report_versions')),
        sa.UniqueConstraint('edit_id', name=op.f('uq_special_report_versions_edit_id'))
    )
    op.create_table(
        'special_report_readings',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('report_id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('note', sa.String(length=500), nullable=True),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(['report_id'], ['special_reports.id'], name=op.f('fk_special_report_readings_report_id_special_reports')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_special_report_readings_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_special_report_readings'))
    )
    op.create_index('ix_special_report_readings_report_id', 'special_report_readings', ['report_id'], unique=False)
