from sqlalchemy import make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import CreateTable


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True, index=True)
    username: Mapped[str] = mapped_column(unique=True, index=True)


for url in ("sqlite+aiosqlite://", "postgresql+asyncpg://", "mariadb+aiomysql://"):
    dialect = make_url(url).get_dialect()()
    print(f"-- {dialect.name}")
    print(str(CreateTable(User.__table__).compile(dialect=dialect)).strip())
