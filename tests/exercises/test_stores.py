"""The checker's own way into the database: the same on all three."""

from __future__ import annotations

import asyncio
import random
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    make_url,
    text,
)
from sqlalchemy.ext.asyncio import create_async_engine

from setu.checks import Refused, make_users, public
from setu.checks.sqlite_store import SqliteStore, check_constraints
from setu.checks.subject import Store, Unwritable
from setu.exercises.server_store import ServerStore

METADATA = MetaData()
Table(
    "products",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(100), nullable=False, index=True),
    Column("description", Text),
    Column("price", Numeric(10, 2), nullable=False),
    Column("stock", Integer, nullable=False, server_default="0"),
    Column("sold", Boolean, nullable=False),
    Column("code", String(8), unique=True),
    CheckConstraint("price >= 0", name="ck_products_price"),
)
Table(
    "sales",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("product_id", ForeignKey("products.id"), nullable=False),
)
TEA = {"id": 7, "name": "দার্জিলিং চা", "price": Decimal("19.99"), "sold": True, "code": "tea"}
MANGO = {"id": 3, "name": "आम", "price": Decimal("0.30"), "sold": False, "code": None}


@pytest.fixture
def store(database_url: str) -> Store:
    async def create() -> None:
        engine = create_async_engine(database_url)
        async with engine.begin() as connection:
            await connection.run_sync(METADATA.create_all)
        await engine.dispose()

    asyncio.run(create())
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return SqliteStore(Path(url.database or ""), patience=0.3)
    return ServerStore(database_url)


def test_rows_come_back_as_they_went_in_by_primary_key(store: Store) -> None:
    store.insert("products", [TEA, MANGO])
    rows = store.rows("products")
    assert rows == [
        MANGO | {"description": None, "stock": 0},
        TEA | {"description": None, "stock": 0},
    ]
    assert [type(row["price"]) for row in rows] == [Decimal, Decimal]
    assert [row["sold"] for row in rows] == [False, True]
    assert str(rows[0]["price"]) == "0.30"


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(TEA | {"price": Decimal("-0.01")}, id="check"),
        pytest.param(TEA | {"name": None}, id="not null"),
        pytest.param(TEA | {"id": 8, "code": "mine"}, id="unique"),
    ],
)
def test_what_a_constraint_forbids_is_refused(store: Store, row: dict[str, object]) -> None:
    store.insert("products", [MANGO | {"code": "mine"}])
    with pytest.raises(Refused):
        store.insert("products", [row])
    assert len(store.rows("products")) == 1


def test_delete_and_empty(store: Store) -> None:
    store.insert("products", [TEA, MANGO])
    store.delete("products", 3)
    assert [row["id"] for row in store.rows("products")] == [7]
    store.insert("sales", [{"id": 1, "product_id": 7}])
    store.empty()
    assert store.rows("products") == store.rows("sales") == []


def test_columns_as_the_database_has_them(store: Store) -> None:
    columns = {column.name: column for column in store.columns("products")}
    assert list(columns) == ["id", "name", "description", "price", "stock", "sold", "code"]
    assert columns["id"].primary_key
    name = columns["name"]
    assert (name.type, name.length, name.nullable, name.primary_key) == (
        "varchar",
        100,
        False,
        False,
    )
    assert (columns["description"].type, columns["description"].nullable) == ("text", True)
    price = columns["price"]
    assert price.type in ("numeric", "decimal")
    assert (price.length, price.scale) == (10, 2)
    assert len(price.checks) == 1
    assert price.check_names == ("ck_products_price",)
    assert columns["stock"].checks == ()
    assert columns["stock"].type == "integer"
    assert "0" in (columns["stock"].default or "")
    assert columns["sold"].type == "boolean"
    assert [each.name for each in columns.values() if each.unique] == ["code"]
    assert [each.name for each in columns.values() if each.indexed] == ["name"]
    assert store.columns("nothing") == []


def test_a_table_that_differs_is_named(store: Store) -> None:
    with pytest.raises(Unwritable) as error:
        store.insert("products", [TEA | {"colour": "green"}])
    assert error.value.key == "table_differs"


def test_a_table_that_was_never_made_is_named(store: Store) -> None:
    for act in (
        lambda: store.insert("product", [TEA]),
        lambda: store.rows("product"),
        lambda: store.delete("product", 1),
    ):
        with pytest.raises(Unwritable) as error:
            act()
        assert (error.value.key, error.value.reason) == ("table_missing", "no such table: product")


def test_a_file_that_is_no_database_is_the_apps_doing(tmp_path: Path) -> None:
    path = tmp_path / "dokan.db"
    path.write_text("tea, 20\n" * 100, encoding="utf-8")
    with pytest.raises(Unwritable) as error:
        SqliteStore(path).empty()
    assert (error.value.key, error.value.reason) == ("table_differs", "file is not a database")


def test_a_row_of_the_app_gets_an_id_that_is_free(store: Store, database_url: str) -> None:
    store.insert("products", [TEA | {"id": 1}, MANGO | {"id": 2}])

    async def add() -> None:
        engine = create_async_engine(database_url)
        async with engine.begin() as connection:
            await connection.execute(
                METADATA.tables["products"].insert().values(name="চা", price=1, sold=False)
            )
        await engine.dispose()

    asyncio.run(add())
    assert len(store.rows("products")) == 3


def test_an_open_transaction_of_the_app_is_named(store: Store, database_url: str) -> None:
    store.insert("products", [TEA])

    async def while_open() -> None:
        engine = create_async_engine(database_url)
        async with engine.connect() as connection:
            await connection.execute(text("UPDATE products SET stock = 5"))
            with pytest.raises(Unwritable) as error:
                await asyncio.to_thread(store.empty)
            assert error.value.key == "database_locked"
        await engine.dispose()

    asyncio.run(while_open())


def test_checks_are_read_from_create_table() -> None:
    sql = (
        "CREATE TABLE t (a INT CHECK (a > (1 + 2)), b INT, CONSTRAINT ck CHECK(b IN (1, 2)), "
        'CONSTRAINT "no 3" CHECK (b != 3), CONSTRAINT `pair` UNIQUE (a, b))'
    )
    assert check_constraints(sql) == [
        (None, "a > (1 + 2)"),
        ("ck", "b IN (1, 2)"),
        ("no 3", "b != 3"),
    ]


def test_users_are_other_ones_for_each_seed() -> None:
    one, again, other = (make_users(random.Random(seed), 3) for seed in (1, 1, 2))  # noqa: S311
    assert one == again != other
    assert [user["id"] for user in one] == sorted({int(str(user["id"])) for user in one})
    assert len({user["email"] for user in one}) == 3
    assert set(public(one[0])) == {"id", "username", "email", "is_active"}
