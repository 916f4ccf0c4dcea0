"""Reports, meetings, attendance and pledges"""

import sqlalchemy as sa
from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'meetings',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('division_id', sa.Integer(), nullable=False),
        sa.Column('regular_on', sa.Date(), nullable=True),
        sa.Column('held_on', sa.Date(), nullable=False),
        sa.Column('starts', sa.String(length=5), nullable=True),
        sa.Column('place', sa.String(length=100), nullable=True),
        sa.Column('village_id', sa.Integer(), nullable=True),
        sa.Column('agenda', sa.Text(), nullable=True),
        sa.Column('minutes', sa.Text(), nullable=True),
        sa.Column('comments', sa.Text(), nullable=True),
        sa.Column('decisions', sa.Text(), nullable=True),
        sa.Column('entered_by_id', sa.Integer(), nullable=False),
        sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(['division_id'], ['divisions.id'], name=op.f('fk_meetings_division_id_divisions')),
        sa.ForeignKeyConstraint(['entered_by_id'], ['users.id'], name=op.f('fk_meetings_entered_by_id_users')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_meetings_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_meetings')),
        sa.UniqueConstraint('division_id', 'regular_on', name=op.f('uq_meetings_division_id_regular_on'))
    )
    op.create_index('ix_meetings_division_id_held_on', 'meetings', ['division_id', 'held_on'], unique=False)
    op.create_table(
        'attendances',
        sa.Column('meeting_id', sa.Uuid(), nullable=False),
        sa.Column('cadre_id', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('note', sa.String(length=200), nullable=True),
        sa.Column('made', sa.String(length=10), nullable=True),
        sa.Column('made_id', sa.Uuid(), nullable=True),
        sa.CheckConstraint("state IN ('present', 'excused', 'absent')", name=op.f('ck_attendances_state')),
        sa.ForeignKeyConstraint(['cadre_id'], ['cadres.id'], name=op.f('fk_attendances_cadre_id_cadres')),
        sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_attendances_meeting_id_meetings')),
        sa.PrimaryKeyConstraint('meeting_id', 'cadre_id', name=op.f('pk_attendances'))
    )
    op.create_index(op.f('ix_attendances_cadre_id'), 'attendances', ['cadre_id'], unique=False)
    op.create_table(
        'pledges',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('cadre_id', sa.Integer(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('from_on', sa.Date(), nullable=False),
        sa.Column('to_on', sa.Date(), nullable=True),
        sa.Column('entered_by_id', sa.Integer(), nullable=False),
        sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint('to_on IS NULL OR to_on >= from_on', name=op.f('ck_pledges_period')),
        sa.ForeignKeyConstraint(['cadre_id'], ['cadres.id'], name=op.f('fk_pledges_cadre_id_cadres')),
        sa.ForeignKeyConstraint(['entered_by_id'], ['users.id'], name=op.f('fk_pledges_entered_by_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_pledges'))
    )
    op.create_index('ix_pledges_cadre_id_from_on', 'pledges', ['cadre_id', 'from_on'], unique=False)
    op.create_table(
        'reports',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('cadre_id', sa.Integer(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=10), nullable=False),
        sa.Column('first_on', sa.Date(), nullable=False),
        sa.Column('last_on', sa.Date(), nullable=False),
        sa.Column('situation', sa.Text(), nullable=True),
        sa.Column('problems', sa.Text(), nullable=True),
        sa.Column('suggestions', sa.Text(), nullable=True),
        sa.Column('plan', sa.Text(), nullable=True),
        sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('meeting', 'month', 'day')", name=op.f('ck_reports_kind')),
        sa.ForeignKeyConstraint(['cadre_id'], ['cadres.id'], name=op.f('fk_reports_cadre_id_cadres')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_reports_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_reports')),
        sa.UniqueConstraint('cadre_id', 'kind', 'first_on', name=op.f('uq_reports_cadre_id_kind_first_on'))
    )
    op.create_index('ix_reports_village_id_last_on', 'reports', ['village_id', 'last_on'], unique=False)
    op.create_table(
        'report_changes',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('report_id', sa.Uuid(), nullable=False),
        sa.Column('change', sa.String(length=10), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('parts', sa.JSON(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(['report_id'], ['reports.id'], name=op.f('fk_report_changes_report_id_reports')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_report_changes'))
    )
    op.create_index(op.f('ix_report_changes_report_id'), 'report_changes', ['report_id'], unique=False)
