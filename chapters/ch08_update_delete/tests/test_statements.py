"""What ``update()``, ``delete()`` and ``rollback()`` do, on each database."""

import importlib
from typing import Any

import anyio
import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError, PendingRollbackError


@pytest.fixture
def modules(app_package: str) -> tuple[Any, Any]:
    """The chapter's ``database.py`` and ``models.py``."""
    models = importlib.import_module(f"{app_package}.models")
    return importlib.import_module(f"{app_package}.database"), models


def test_rowcount_counts_the_rows_of_where(modules: tuple[Any, Any]) -> None:
    database, models = modules
    product = models.Product

    async def sell_out_and_remove() -> tuple[int, int, int, list[str]]:
        await database.create_tables()
        async with database.SessionLocal() as db:
            db.add_all([product(name=name, price=10, stock_quantity=1) for name in ("চা", "आम")])
            await db.commit()
            sold = await db.execute(
                update(product).where(product.name == "চা").values(stock_quantity=0)
            )
            nobody = await db.execute(
                update(product).where(product.name == "Coffee").values(stock_quantity=0)
            )
            removed = await db.execute(delete(product).where(product.stock_quantity == 0))
            await db.commit()
            left = (await db.scalars(select(product.name))).all()
        await database.engine.dispose()
        return sold.rowcount, nobody.rowcount, removed.rowcount, left

    assert anyio.run(sell_out_and_remove) == (1, 0, 1, ["आम"])


def test_a_session_works_again_only_after_rollback(modules: tuple[Any, Any]) -> None:
    database, models = modules

    def nadia(email: str) -> Any:
        return models.User(username="nadia", email=email, hashed_password="-")

    async def insert_twice() -> list[str]:
        await database.create_tables()
        async with database.SessionLocal() as db:
            db.add(nadia("nadia@example.com"))
            await db.commit()
            db.add(nadia("other@example.com"))
            with pytest.raises(IntegrityError):
                await db.commit()
            with pytest.raises(PendingRollbackError):
                await db.scalars(select(models.User))
            await db.rollback()
            emails = (await db.scalars(select(models.User.email))).all()
        await database.engine.dispose()
        return list(emails)

    assert anyio.run(insert_twice) == ["nadia@example.com"]
