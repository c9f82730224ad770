from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends
from pydantic_settings import BaseSettings
from sqlalchemy import Connection, MetaData, event, inspect
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase


class Settings(BaseSettings):
    database_url: str = "sqlite+aiosqlite:///./dokan.db"


engine = create_async_engine(Settings().database_url, pool_pre_ping=True)
SessionLocal = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )


async def get_db() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        yield session


DB = Annotated[AsyncSession, Depends(get_db)]


@event.listens_for(engine.sync_engine, "connect")
def turn_foreign_keys_on(connection: Any, record: object) -> None:
    # SQLite checks foreign keys only when each connection asks for it.
    if engine.dialect.name == "sqlite":
        connection.cursor().execute("PRAGMA foreign_keys=ON")


async def create_tables() -> None:
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        await connection.run_sync(refuse_other_columns)


def refuse_other_columns(connection: Connection) -> None:
    # create_all never changes a table that is already there.
    for table in Base.metadata.sorted_tables:
        found = {column["name"] for column in inspect(connection).get_columns(table.name)}
        if found != set(table.columns.keys()):
            raise RuntimeError(
                f"Table {table.name} in {engine.url.database} has other columns than models.py: "
                "delete that database, or change it with a migration."
            )
