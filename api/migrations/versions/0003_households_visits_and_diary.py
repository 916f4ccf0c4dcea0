"""Households, visits, the diary and concerns"""

import sqlalchemy as sa
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'record_photos',
        sa.Column('record_id', sa.Uuid(), nullable=False),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('same_as', sa.String(length=64), nullable=True),
        sa.Column('reviewed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('reviewed_by_id', sa.Integer(), nullable=True),
        sa.Column('review_reason', sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(['reviewed_by_id'], ['users.id'],
                                name=op.f('fk_record_photos_reviewed_by_id_users')),
        sa.PrimaryKeyConstraint('record_id', 'sha256', name=op.f('pk_record_photos'))
    )
    op.create_index('ix_record_photos_open', 'record_photos', ['added_at'], unique=False,
                    sqlite_where=sa.text('same_as IS NOT NULL AND reviewed_at IS NULL'),
                    postgresql_where=sa.text('same_as IS NOT NULL AND reviewed_at IS NULL'))
    op.create_index('ix_record_photos_sha256', 'record_photos', ['sha256'], unique=False)
    op.create_table(
        'terms',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('dictionary', sa.String(length=20), nullable=False),
        sa.Column('key', sa.String(length=40), nullable=False),
        sa.Column('part', sa.String(length=20), nullable=True),
        sa.Column('zh', sa.String(length=40), nullable=False),
        sa.Column('en', sa.String(length=80), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('is_retired', sa.Boolean(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_terms')),
        sa.UniqueConstraint('dictionary', 'key', name=op.f('uq_terms_dictionary_key'))
    )
    op.create_table(
        'households',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('number', sa.String(length=20), nullable=False),
        sa.Column('villagers_group', sa.String(length=60), nullable=False),
        sa.Column('householder', sa.String(length=64), nullable=False),
        sa.Column('initials', sa.String(length=64), nullable=False),
        sa.Column('members', sa.Integer(), nullable=True),
        sa.Column('alive_from', sa.Date(), nullable=False),
        sa.Column('alive_to', sa.Date(), nullable=True),
        sa.Column('ended_as', sa.String(length=10), nullable=True),
        sa.Column('phone_sealed', sa.LargeBinary(length=64), nullable=True),
        sa.Column('phone_key', sa.String(length=16), nullable=True),
        sa.Column('phone_index', sa.LargeBinary(length=32), nullable=True),
        sa.Column('phone_last4', sa.String(length=4), nullable=True),
        sa.Column('last_visited_on', sa.Date(), nullable=True),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.CheckConstraint("ended_as IN ('split', 'merged', 'moved', 'died_out')", name=op.f('ck_households_ended_as')),
        sa.CheckConstraint('alive_to IS NULL OR alive_to >= alive_from', name=op.f('ck_households_alive')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_households_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_households')),
        sa.UniqueConstraint('village_id', 'number', name=op.f('uq_households_village_id_number'))
    )
    op.create_index('ix_households_phone_index', 'households', ['phone_index'], unique=False)
    op.create_index('ix_households_village_id_changed_at', 'households', ['village_id', 'changed_at'], unique=False)
    op.create_table(
        'village_quarters',
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('quarter_on', sa.Date(), nullable=False),
        sa.Column('counted_on', sa.Date(), nullable=False),
        sa.Column('changes_on', sa.Date(), nullable=True),
        sa.Column('households', sa.Integer(), nullable=False),
        sa.Column('at_home', sa.Integer(), nullable=False),
        sa.Column('visited', sa.Integer(), nullable=False),
        sa.Column('visited_at_home', sa.Integer(), nullable=False),
        sa.Column('year_visited', sa.Integer(), nullable=False),
        sa.Column('year_visited_at_home', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_village_quarters_village_id_divisions')),
        sa.PrimaryKeyConstraint('village_id', 'quarter_on', name=op.f('pk_village_quarters'))
    )
    op.create_index('ix_village_quarters_changes_on', 'village_quarters', ['changes_on'], unique=False, sqlite_where=sa.text('changes_on IS NOT NULL'), postgresql_where=sa.text('changes_on IS NOT NULL'))
    op.create_table(
        'concerns',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('household_id', sa.Integer(), nullable=True),
        sa.Column('source_kind', sa.String(length=20), nullable=False),
        sa.Column('source_id', sa.Uuid(), nullable=True),
        sa.Column('raised_by_id', sa.Integer(), nullable=False),
        sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('raised_on', sa.Date(), nullable=False),
        sa.Column('state', sa.String(length=20), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('owner_id', sa.Integer(), nullable=False),
        sa.Column('done_on', sa.Date(), nullable=True),
        sa.Column('is_given_to_village', sa.Boolean(), nullable=False),
        sa.Column('merged_into_id', sa.Uuid(), nullable=True),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("state IN ('raised', 'accepted', 'in_village', 'joint_consultation', 'escalated', 'resolved', 'explained', 'followed_up', 'closed', 'merged')", name=op.f('ck_concerns_state')),
        sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_concerns_household_id_households')),
        sa.ForeignKeyConstraint(['merged_into_id'], ['concerns.id'], name=op.f('fk_concerns_merged_into_id_concerns')),
        sa.ForeignKeyConstraint(['owner_id'], ['divisions.id'], name=op.f('fk_concerns_owner_id_divisions')),
        sa.ForeignKeyConstraint(['raised_by_id'], ['users.id'], name=op.f('fk_concerns_raised_by_id_users')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_concerns_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_concerns'))
    )
    op.create_index('ix_concerns_owner_id_state', 'concerns', ['owner_id', 'state'], unique=False)
    op.create_index('ix_concerns_merged_into_id', 'concerns', ['merged_into_id'], unique=False)
    op.create_index('ix_concerns_source_id', 'concerns', ['source_id'], unique=False)
    op.create_index('ix_concerns_village_id_state', 'concerns', ['village_id', 'state'], unique=False)
    op.create_table(
        'diary_entries',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('cadre_id', sa.Integer(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=True),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('work_types', sa.JSON(), nullable=False),
        sa.Column('captured_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('elapsed_ms', sa.BigInteger(), nullable=True),
        sa.Column('flags', sa.String(length=100), nullable=False),
        sa.Column('device_id', sa.String(length=100), nullable=True),
        sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('submission_id', sa.Uuid(), nullable=True),
        sa.Column('is_erased', sa.Boolean(), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(['cadre_id'], ['cadres.id'], name=op.f('fk_diary_entries_cadre_id_cadres')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_diary_entries_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_diary_entries')),
        sa.UniqueConstraint('submission_id', name=op.f('uq_diary_entries_submission_id'))
    )
    op.create_index('ix_diary_entries_cadre_id_day', 'diary_entries', ['cadre_id', 'day'], unique=False)
    op.create_index('ix_diary_entries_village_id_submitted_at', 'diary_entries', ['village_id', 'submitted_at'], unique=False)
    op.create_table(
        'household_absences',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('household_id', sa.Integer(), nullable=False),
        sa.Column('from_on', sa.Date(), nullable=False),
        sa.Column('to_on', sa.Date(), nullable=True),
        sa.CheckConstraint('to_on IS NULL OR to_on >= from_on', name=op.f('ck_household_absences_period')),
        sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_household_absences_household_id_households')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_household_absences')),
        sa.UniqueConstraint('household_id', 'from_on', name=op.f('uq_household_absences_household_id_from_on'))
    )
    op.create_table(
        'household_labels',
        sa.Column('household_id', sa.Integer(), nullable=False),
        sa.Column('label', sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_household_labels_household_id_households')),
        sa.PrimaryKeyConstraint('household_id', 'label', name=op.f('pk_household_labels'))
    )
    op.create_index('ix_household_labels_label', 'household_labels', ['label'], unique=False)
    op.create_table(
        'linkages',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('cadre_id', sa.Integer(), nullable=False),
        sa.Column('household_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=5), nullable=False),
        sa.Column('from_on', sa.Date(), nullable=False),
        sa.Column('to_on', sa.Date(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('link', 'key')", name=op.f('ck_linkages_kind')),
        sa.CheckConstraint('to_on IS NULL OR to_on >= from_on', name=op.f('ck_linkages_period')),
        sa.ForeignKeyConstraint(['cadre_id'], ['cadres.id'], name=op.f('fk_linkages_cadre_id_cadres')),
        sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_linkages_household_id_households')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_linkages')),
        sa.UniqueConstraint('cadre_id', 'household_id', 'kind', 'from_on', name=op.f('uq_linkages_cadre_id_household_id_kind_from_on'))
    )
    op.create_index('ix_linkages_household_id', 'linkages', ['household_id'], unique=False)
    op.create_table(
        'rounds',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('cadre_id', sa.Integer(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('captured_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('elapsed_ms', sa.BigInteger(), nullable=True),
        sa.Column('flags', sa.String(length=100), nullable=False),
        sa.Column('purposes', sa.JSON(), nullable=False),
        sa.Column('others', sa.String(length=200), nullable=True),
        sa.Column('device_id', sa.String(length=100), nullable=True),
        sa.Column('is_erased', sa.Boolean(), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(['cadre_id'], ['cadres.id'], name=op.f('fk_rounds_cadre_id_cadres')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_rounds'))
    )
    op.create_index('ix_rounds_cadre_id_changed_at', 'rounds', ['cadre_id', 'changed_at'], unique=False)
    op.create_index('ix_rounds_cadre_id_day', 'rounds', ['cadre_id', 'day'], unique=False)
    op.create_table(
        'companions',
        sa.Column('round_id', sa.Uuid(), nullable=False),
        sa.Column('cadre_id', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('answer_id', sa.Uuid(), nullable=True),
        sa.Column('answer_hash', sa.LargeBinary(length=32), nullable=True),
        sa.CheckConstraint("state IN ('named', 'joined', 'declined')", name=op.f('ck_companions_state')),
        sa.ForeignKeyConstraint(['cadre_id'], ['cadres.id'], name=op.f('fk_companions_cadre_id_cadres')),
        sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_companions_round_id_rounds')),
        sa.PrimaryKeyConstraint('round_id', 'cadre_id', name=op.f('pk_companions')),
        sa.UniqueConstraint('answer_id', name=op.f('uq_companions_answer_id'))
    )
    op.create_index('ix_companions_cadre_id_state', 'companions', ['cadre_id', 'state'], unique=False)
    op.create_table(
        'concern_steps',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('concern_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('step', sa.String(length=20), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('note', sa.Text(), nullable=True),
        sa.Column('to_division_id', sa.Integer(), nullable=True),
        sa.Column('into_id', sa.Uuid(), nullable=True),
        sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(['concern_id'], ['concerns.id'], name=op.f('fk_concern_steps_concern_id_concerns')),
        sa.ForeignKeyConstraint(['into_id'], ['concerns.id'], name=op.f('fk_concern_steps_into_id_concerns')),
        sa.ForeignKeyConstraint(['to_division_id'], ['divisions.id'], name=op.f('fk_concern_steps_to_division_id_divisions')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_concern_steps_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_concern_steps')),
        sa.UniqueConstraint('concern_id', 'number', name=op.f('uq_concern_steps_concern_id_number'))
    )
    op.create_table(
        'diary_versions',
        sa.Column('entry_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('work_types', sa.JSON(), nullable=False),
        sa.Column('photos', sa.JSON(), nullable=False),
        sa.Column('is_draft', sa.Boolean(), nullable=False),
        sa.Column('replaced_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('edit_id', sa.Uuid(), nullable=True),
        sa.Column('edit_hash', sa.LargeBinary(length=32), nullable=True),
        sa.ForeignKeyConstraint(['entry_id'], ['diary_entries.id'], name=op.f('fk_diary_versions_entry_id_diary_entries')),
        sa.PrimaryKeyConstraint('entry_id', 'version', name=op.f('pk_diary_versions')),
        sa.UniqueConstraint('edit_id', name=op.f('uq_diary_versions_edit_id'))
    )
    op.create_table(
        'visits',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('round_id', sa.Uuid(), nullable=False),
        sa.Column('household_id', sa.Integer(), nullable=False),
        sa.Column('village_id', sa.Integer(), nullable=False),
        sa.Column('cadre_id', sa.Integer(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('manner', sa.String(length=10), nullable=False),
        sa.Column('summary', sa.Text(), nullable=True),
        sa.Column('annulled_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('annulled_by_id', sa.Integer(), nullable=True),
        sa.Column('annulled_because', sa.String(length=500), nullable=True),
        sa.Column('annulment_id', sa.Uuid(), nullable=True),
        sa.Column('annulment_hash', sa.LargeBinary(length=32), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.CheckConstraint("manner IN ('in_person', 'phone', 'not_home')", name=op.f('ck_visits_manner')),
        sa.ForeignKeyConstraint(['annulled_by_id'], ['users.id'], name=op.f('fk_visits_annulled_by_id_users')),
        sa.ForeignKeyConstraint(['cadre_id'], ['cadres.id'], name=op.f('fk_visits_cadre_id_cadres')),
        sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_visits_household_id_households')),
        sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_visits_round_id_rounds')),
        sa.ForeignKeyConstraint(['village_id'], ['divisions.id'], name=op.f('fk_visits_village_id_divisions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_visits')),
        sa.UniqueConstraint('annulment_id', name=op.f('uq_visits_annulment_id')),
        sa.UniqueConstraint('round_id', 'household_id', name=op.f('uq_visits_round_id_household_id'))
    )
    op.create_index('ix_visits_cadre_id_day', 'visits', ['cadre_id', 'day'], unique=False)
    op.create_index('ix_visits_household_id_day', 'visits', ['household_id', 'day'], unique=False)
    op.create_index('ix_visits_village_id_day', 'visits', ['village_id', 'day'], unique=False)

    with op.batch_alter_table('evidence') as batch_op:
        batch_op.drop_constraint(op.f('ck_evidence_status'), type_='check')
        batch_op.create_check_constraint(
            op.f('ck_evidence_status'),
            "status IN ('counts', 'waiting', 'rejected', 'no_posting', 'future_day', 'withdrawn', 'erased')")
