"""The same picture sent again is found by a quarter of its hash"""

import sqlalchemy as sa
from alembic import op


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

BANDS = ('band_0', 'band_1', 'band_2', 'band_3')


def upgrade():
    for band in BANDS:
        op.add_column('photos', sa.Column(band, sa.Integer(), nullable=False, server_default='0'))
    photos = sa.table('photos', sa.column('sha256', sa.String), sa.column('perceptual_hash', sa.BigInteger),
                      *(sa.column(band, sa.Integer) for band in BANDS))
    connection = op.get_bind()
    for sha256, value in connection.execute(sa.select(photos.c.sha256, photos.c.perceptual_hash)).all():
        connection.execute(photos.update().where(photos.c.sha256 == sha256).values(
            {band: value >> 16 * place & 0xFFFF for place, band in enumerate(BANDS)}))
    for band in BANDS:
        op.create_index(f'ix_photos_{band}', 'photos', [band], unique=False)
