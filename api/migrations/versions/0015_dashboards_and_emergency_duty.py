"""Figures of ended months, oddities to look at, emergency duty"""

import sqlalchemy as sa
from alembic import op


revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'division_months',
        sa.Column('division_id', sa.Integer(), nullable=False),
        sa.Column('month_on', sa.Date(), nullable=False),
        sa.Column('counted_on', sa.Date(), nullable=False),
        sa.Column('figures', sa.JSON(), nullable=False),
        sa.Column('parts', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['division_id'], ['divisions.id'], name=op.f('fk_division_months_division_id_divisions')),
        sa.PrimaryKeyConstraint('division_id', 'month_on', name=op.f('pk_division_months'))
    )
    op.create_index('ix_division_months_month_on', 'division_months', ['month_on'], unique=False)
    op.create_table(
        'emergency_duties',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.String(length=12), nullable=False),
        sa.Column('reason', sa.String(length=500), nullable=False),
        sa.Column('from_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('until_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('declared_by_id', sa.Integer(), nullable=False),
        sa.Column('declared_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('ended_by_id', sa.Integer(), nullable=True),
        sa.Column('ended_because', sa.String(length=500), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("kind IN ('flood', 'fire', 'geological', 'snow_ice', 'other')", name=op.f('ck_emergency_duties_kind')),
        sa.CheckConstraint('until_at > from_at', name=op.f('ck_emergency_duties_period')),
        sa.ForeignKeyConstraint(['declared_by_id'], ['users.id'], name=op.f('fk_emergency_duties_declared_by_id_users')),
        sa.ForeignKeyConstraint(['ended_by_id'], ['users.id'], name=op.f('fk_emergency_duties_ended_by_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_emergency_duties'))
    )
    op.create_index(op.f('ix_emergency_duties_until_at'), 'emergency_duties', ['until_at'], unique=False)
    op.create_table(
        'emergency_duty_divisions',
        sa.Column('duty_id', sa.Uuid(), nullable=False),
        sa.Column('division_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['division_id'], ['divisions.id'], name=op.f('fk_emergency_duty_divisions_division_id_divisions')),
        sa.ForeignKeyConstraint(['duty_id'], ['emergency_duties.id'], name=op.f('fk_emergency_duty_divisions_duty_id_emergency_duties')),
        sa.PrimaryKeyConstraint('duty_id', 'division_id', name=op.f('pk_emergency_duty_divisions'))
    )
    op.create_index(op.f('ix_emergency_duty_divisions_division_id'), 'emergency_duty_divisions', ['division_id'], unique=False)
    op.create_table(
        'oddities',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('mark', sa.String(length=64), nullable=False),
        sa.Column('cadre_id', sa.Integer(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('first_on', sa.Date(), nullable=False),
        sa.Column('last_on', sa.Date(), nullable=False),
        sa.Column('facts', sa.JSON(), nullable=False),
        sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('shown_on', sa.Date(), nullable=False),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('same_position', 'impossible_speed', 'shared_device', 'clock_jump', 'same_picture')", name=op.f('ck_oddities_kind')),
        sa.CheckConstraint("state IN ('found', 'explained', 'closed')", name=op.f('ck_oddities_state')),
        sa.CheckConstraint('last_on >= first_on', name=op.f('ck_oddities_period')),
        sa.ForeignKeyConstraint(['cadre_id'], ['cadres.id'], name=op.f('fk_oddities_cadre_id_cadres')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_oddities_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_oddities')),
        sa.UniqueConstraint('cadre_id', 'kind', 'mark', name=op.f('uq_oddities_cadre_id_kind_mark'))
    )
    op.create_index('ix_households_last_visit', 'households', ['village_id', 'last_visited_on', 'alive_to', 'alive_from'],
                    unique=False)
    op.create_index('ix_oddities_village_id_state', 'oddities', ['village_id', 'state'], unique=False)
    op.create_table(
        'oddity_looks',
        sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('looked_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_oddity_looks'))
    )
    op.create_table(
        'oddity_steps',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('oddity_id', sa.Uuid(), nullable=False),
        sa.Column('step', sa.String(length=10), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('note', sa.String(length=500), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("step IN ('explained', 'closed')", name=op.f('ck_oddity_steps_step')),
        sa.ForeignKeyConstraint(['oddity_id'], ['oddities.id'], name=op.f('fk_oddity_steps_oddity_id_oddities')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_oddity_steps_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_oddity_steps'))
    )
    op.create_index(op.f('ix_oddity_steps_oddity_id'), 'oddity_steps', ['oddity_id'], unique=False)
    op.create_index('ix_acceptances_inspected_on', 'acceptances', ['inspected_on', 'line_id', 'final_verdict'], unique=False)
    op.create_index('ix_commitment_items_due_on', 'commitment_items', ['revision_id', 'line_id', 'due_on'], unique=False)
    op.create_index('ix_completions_completed_on', 'completions', ['completed_on', 'line_id'], unique=False)
    op.create_table(
        'month_standings',
        sa.Column('month_on', sa.Date(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('is_stale', sa.Boolean(), nullable=False),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('cadres', sa.Integer(), nullable=False),
        sa.Column('checked', sa.Integer(), nullable=False),
        sa.Column('disputed', sa.Integer(), nullable=False),
        sa.Column('waiting_days', sa.Integer(), nullable=False),
        sa.Column('corrections', sa.Integer(), nullable=False),
        sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('hash', sa.LargeBinary(length=32), nullable=True),
        sa.CheckConstraint("state IN ('open', 'confirmed', 'closed')", name=op.f('ck_month_standings_state')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_month_standings_village_id_divisions')),
        sa.PrimaryKeyConstraint('month_on', 'village_id', name=op.f('pk_month_standings'))
    )
    op.create_index('ix_month_standings_village_id', 'month_standings', ['village_id'], unique=False)
    # What was said of months before there was this memory of it is counted when it is asked for, and by the next roll.
    op.execute(sa.text(
        "INSERT INTO month_standings (month_on, village_id, is_stale, state, cadres, checked, disputed, waiting_days, "
        "corrections) SELECT month_on, village_id, true, 'open', 0, 0, 0, 0, 0 FROM "
        "(SELECT month_on, village_id FROM month_steps UNION SELECT month_on, village_id FROM month_closes) AS said"))
