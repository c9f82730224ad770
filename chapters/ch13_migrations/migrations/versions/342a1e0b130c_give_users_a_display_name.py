"""give users a display name

Revision ID: 342a1e0b130c
Revises: b858424145d1
Create Date: 2026-11-20 19:27:23.036909
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "342a1e0b130c"
down_revision: str | Sequence[str] | None = "b858424145d1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


users = sa.table("users", sa.column("username"), sa.column("display_name"))


def upgrade() -> None:
    op.add_column("users", sa.Column("display_name", sa.String(100), nullable=True))
    op.execute(users.update().values(display_name=users.c.username))
    with op.batch_alter_table("users") as table:
        table.alter_column("display_name", existing_type=sa.String(100), nullable=False)


def downgrade() -> None:
    op.drop_column("users", "display_name")
