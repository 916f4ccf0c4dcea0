"""The month, the law and photos"""

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'errands',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('division_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('title', sa.String(length=200), nullable=False),
        sa.Column('from_on', sa.Date(), nullable=False),
        sa.Column('to_on', sa.Date(), nullable=False),
        sa.Column('notice_sha256', sa.String(length=64), nullable=True),
        sa.Column('entered_by_id', sa.Integer(), nullable=False),
        sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(['division_id'], ['divisions.id'], name=op.f('fk_errands_division_id_divisions')),
        sa.ForeignKeyConstraint(['entered_by_id'], ['users.id'], name=op.f('fk_errands_entered_by_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_errands'))
    )
    op.create_index('ix_errands_division_id', 'errands', ['division_id'], unique=False)
    op.create_table(
        'month_closes',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('month_on', sa.Date(), nullable=False),
        sa.Column('closed_by_id', sa.Integer(), nullable=False),
        sa.Column('closed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('note', sa.String(length=500), nullable=True),
        sa.Column('sheet', sa.JSON(), nullable=False),
        sa.Column('hash', sa.LargeBinary(length=32), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(['closed_by_id'], ['users.id'], name=op.f('fk_month_closes_closed_by_id_users')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_month_closes_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_month_closes')),
        sa.UniqueConstraint('village_id', 'month_on', name=op.f('uq_month_closes_village_id_month_on'))
    )
    op.create_table(
        'photos',
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('bytes', sa.Integer(), nullable=False),
        sa.Column('width', sa.Integer(), nullable=False),
        sa.Column('height', sa.Integer(), nullable=False),
        sa.Column('mimetype', sa.String(length=20), nullable=False),
        sa.Column('perceptual_hash', sa.BigInteger(), nullable=False),
        sa.Column('stored_by_id', sa.Integer(), nullable=False),
        sa.Column('stored_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['stored_by_id'], ['users.id'], name=op.f('fk_photos_stored_by_id_users')),
        sa.PrimaryKeyConstraint('sha256', name=op.f('pk_photos'))
    )
    op.create_index('ix_photos_stored_at', 'photos', ['stored_at'], unique=False)
    op.create_table(
        'place_proposals',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=60), nullable=False),
        sa.Column('villagers_group', sa.String(length=60), nullable=True),
        sa.Column('latitude', sa.Double(), nullable=True),
        sa.Column('longitude', sa.Double(), nullable=True),
        sa.Column('datum', sa.String(length=5), nullable=True),
        sa.Column('accuracy_m', sa.Double(), nullable=True),
        sa.Column('source_evidence_id', sa.Uuid(), nullable=True),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('proposed_by_id', sa.Integer(), nullable=False),
        sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('decided_by_id', sa.Integer(), nullable=True),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('reason', sa.String(length=500), nullable=True),
        sa.Column('place_id', sa.Integer(), nullable=True),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('proposed', 'approved', 'declined')", name=op.f('ck_place_proposals_state')),
        sa.ForeignKeyConstraint(['decided_by_id'], ['users.id'], name=op.f('fk_place_proposals_decided_by_id_users')),
        sa.ForeignKeyConstraint(['proposed_by_id'], ['users.id'], name=op.f('fk_place_proposals_proposed_by_id_users')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_place_proposals_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_place_proposals'))
    )
    op.create_index('ix_place_proposals_village_id', 'place_proposals', ['village_id'], unique=False)
    op.create_table(
        'handovers',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('posting_id', sa.Integer(), nullable=False),
        sa.Column('successor_id', sa.Integer(), nullable=True),
        sa.Column('handed_on', sa.Date(), nullable=False),
        sa.Column('matters', sa.JSON(), nullable=False),
        sa.Column('note', sa.String(length=500), nullable=True),
        sa.Column('made_by_id', sa.Integer(), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['made_by_id'], ['users.id'], name=op.f('fk_handovers_made_by_id_users')),
        sa.ForeignKeyConstraint(['posting_id'], ['postings.id'], name=op.f('fk_handovers_posting_id_postings')),
        sa.ForeignKeyConstraint(['successor_id'], ['cadres.id'], name=op.f('fk_handovers_successor_id_cadres')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_handovers'))
    )
    op.create_index('ix_handovers_posting_id', 'handovers', ['posting_id'], unique=False)
    op.create_table(
        'month_steps',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('month_on', sa.Date(), nullable=False),
        sa.Column('posting_id', sa.Integer(), nullable=True),
        sa.Column('step', sa.String(length=10), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('note', sa.String(length=500), nullable=True),
        sa.Column('on_paper', sa.Boolean(), nullable=False),
        sa.Column('seen_hash', sa.LargeBinary(length=32), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("step IN ('checked', 'disputed', 'confirmed', 'reopened')", name=op.f('ck_month_steps_step')),
        sa.ForeignKeyConstraint(['posting_id'], ['postings.id'], name=op.f('fk_month_steps_posting_id_postings')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_month_steps_user_id_users')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_month_steps_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_month_steps'))
    )
    op.create_index('ix_month_steps_village_id_month_on', 'month_steps', ['village_id', 'month_on'], unique=False)
    op.create_table(
        'coordinate_reveals',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('evidence_id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('reason', sa.String(length=500), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_coordinate_reveals_evidence_id_evidence')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_coordinate_reveals_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_coordinate_reveals'))
    )
    op.create_index('ix_coordinate_reveals_evidence_id', 'coordinate_reveals', ['evidence_id'], unique=False)
    op.create_table(
        'data_requests',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=10), nullable=False),
        sa.Column('evidence_id', sa.Uuid(), nullable=True),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('answered_by_id', sa.Integer(), nullable=True),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('answer', sa.String(length=500), nullable=True),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('correction', 'erasure', 'suggestion')", name=op.f('ck_data_requests_kind')),
        sa.CheckConstraint("state IN ('asked', 'done', 'declined')", name=op.f('ck_data_requests_state')),
        sa.ForeignKeyConstraint(['answered_by_id'], ['users.id'], name=op.f('fk_data_requests_answered_by_id_users')),
        sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_data_requests_evidence_id_evidence')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_data_requests_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_data_requests'))
    )
    op.create_index('ix_data_requests_state', 'data_requests', ['state'], unique=False)
    op.create_index('ix_data_requests_user_id', 'data_requests', ['user_id'], unique=False)
    with op.batch_alter_table('leaves') as batch_op:
        batch_op.add_column(sa.Column('errand_id', sa.Uuid(), nullable=True))
        batch_op.create_index('ix_leaves_errand_id', ['errand_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_leaves_errand_id_errands'), 'errands', ['errand_id'], ['id'])

    with op.batch_alter_table('places') as batch_op:
        batch_op.add_column(sa.Column('villagers_group', sa.String(length=60), nullable=True))

    with op.batch_alter_table('user_sessions') as batch_op:
        batch_op.add_column(sa.Column('idles', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('by_invitation', sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table('users') as batch_op:
        batch_op.add_column(sa.Column('notice_version', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('notice_read_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('location_choice', sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column('location_chosen_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint(op.f('ck_users_location_choice'), "location_choice IN ('given', 'declined')")

    with op.batch_alter_table('evidence') as batch_op:
        batch_op.drop_constraint(op.f('ck_evidence_status'), type_='check')
        batch_op.create_check_constraint(
            op.f('ck_evidence_status'),
            "status IN ('counts', 'waiting', 'rejected', 'no_posting', 'future_day', 'erased')")
