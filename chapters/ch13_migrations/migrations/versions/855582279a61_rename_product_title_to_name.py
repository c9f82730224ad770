"""rename product title to name

Revision ID: 855582279a61
Revises: 342a1e0b130c
Create Date: 2026-11-20 19:27:23.880787
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "855582279a61"
down_revision: str | Sequence[str] | None = "342a1e0b130c"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.alter_column(
        "products",
        "title",
        new_column_name="name",
        existing_type=sa.String(100),
        existing_nullable=False,
    )


def downgrade() -> None:
    op.alter_column(
        "products",
        "name",
        new_column_name="title",
        existing_type=sa.String(100),
        existing_nullable=False,
    )
