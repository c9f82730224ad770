from sqlalchemy import CheckConstraint, make_url
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import CreateTable

from chapters.ch03_models.app.database import Base


class Mango(Base):
    __tablename__ = "mangoes"
    __table_args__ = (CheckConstraint("weight > 0"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    weight: Mapped[int]


dialect = make_url("sqlite+aiosqlite://").get_dialect()()
print(CreateTable(Mango.__table__).compile(dialect=dialect))
