"""The model Product: its table, and the two routes that stand on it, seen from outside."""

import random
from decimal import Decimal

from setu.checks import Column, Facts, Refused, Reply, Row, Subject, expect, make_user, public

FIELDS = ["id", "name", "description", "price", "stock_quantity"]
WHOLE = ("integer", "bigint", "smallint")
EXACT = ("numeric", "decimal")
NAMES = ["চা", "দার্জিলিং চা", "खाता", "अल्फ़ांसो आम", "notebook", "mango"]
WORDS = ["তাজা", "দুধ", "আর", "মিষ্টি", "पीला", "मीठा", "और", "कागज़", "fresh", "ruled"]


def make_product(rng: random.Random, **fields: object) -> Row:
    """A product without an id; its price has a zero at the end, which a float would lose."""
    return {
        "name": f"{rng.choice(NAMES)} {rng.getrandbits(32):08x}",
        "description": " ".join(rng.choices(WORDS, k=3)),
        "price": Decimal(rng.randrange(11, 9999)) / 10 + Decimal("0.00"),
        "stock_quantity": rng.randrange(1, 500),
        **fields,
    }


def words(rng: random.Random, length: int) -> str:
    """Text of exactly so many characters, without a space at its end."""
    return " ".join(rng.choices(WORDS, k=length))[: length - 1] + "."


def columns_of(subject: Subject) -> dict[str, Column]:
    return {column.name: column for column in subject.columns("products")}


def fields_of(subject: Subject) -> dict[str, Column]:
    """The columns, all that are asked for among them."""
    columns = columns_of(subject)
    told = Facts(did="CREATE TABLE products", got=[*columns], expected=FIELDS)
    expect(columns.keys() >= {*FIELDS}, "columns_differ", **told)
    return columns


def names_of_rules(subject: Subject) -> list[str]:
    """One for each rule; a rule on several columns counts once."""
    rules = {
        rule
        for column in subject.columns("products")
        for rule in zip(column.check_names, column.checks, strict=True)
    }
    return sorted(name for name, _ in rules if name)


def as_json(product: Row) -> Row:
    return {**product, "price": str(product["price"])}


def create(subject: Subject, product: Row) -> Reply:
    return subject.request("POST", "/products", json=as_json(product))


def refused(subject: Subject, row: Row) -> str:
    """What the database says against a row that does not come through the app; empty if nothing."""
    try:
        subject.insert("products", [row])
    except Refused as error:
        return str(error)
    return ""


def test_table(subject: Subject) -> None:
    columns = columns_of(subject)
    reply = subject.request("GET", "/products/1")
    found = reply.status == 404
    if not columns:
        expect(found, "product_missing", reply, crash="product_missing", expected="404")
        told = Facts(did="CREATE TABLE", got=None, expected="products")
        expect(False, "table_name_differs", **told)
    expect(found, "class_name_differs", reply, crash="class_name_differs", expected="404")
    told = Facts(did="CREATE TABLE products", got=[*columns], expected=FIELDS)
    expect(columns.keys() == {*FIELDS}, "columns_differ", **told)


def test_stock_column(subject: Subject) -> None:
    stock = fields_of(subject)["stock_quantity"]
    told = Facts(did="products.stock_quantity", got=stock.type, expected="INTEGER")
    expect(stock.type in WHOLE, "stock_not_whole", **told)


def test_money_column(subject: Subject) -> None:
    price = fields_of(subject)["price"]
    told = Facts(did="products.price", expected="NUMERIC(10, 2)")
    got = f"{price.type.upper()}({price.length}, {price.scale})"
    expect(price.type in EXACT, "price_not_numeric", **told, got=price.type.upper())
    expect(price.scale == 2, "price_scale", **told, got=got)
    expect((price.length or 0) >= 10, "price_too_narrow", **told, got=got)


def test_text_lengths(subject: Subject) -> None:
    columns = fields_of(subject)
    for name, longest in (("name", 100), ("description", 5000)):
        column = columns[name]
        told = Facts(did=f"products.{name}", got=f"{column.type.upper()}({column.length or ''})")
        endless = name == "description" and "text" in column.type
        expect(column.length or endless, "text_without_length", **told, expected=longest)
        fits = endless or (column.length or 0) >= longest
        expect(fits, "text_too_short", **told, expected=longest)


def test_not_null(subject: Subject) -> None:
    columns = fields_of(subject)
    for name in ("name", "price", "stock_quantity"):
        told = Facts(did=f"products.{name}", got="NULL", expected="NOT NULL")
        expect(not columns[name].nullable, "may_be_null", **told)
    told = Facts(did="products.description", got="NOT NULL", expected="NULL")
    expect(columns["description"].nullable, "description_required", **told)


def test_key_index(subject: Subject) -> None:
    told = Facts(did="products.id", got="PRIMARY KEY, INDEX", expected="PRIMARY KEY")
    expect(not fields_of(subject)["id"].indexed, "index_on_key", **told)


def test_exact_price(subject: Subject, rng: random.Random) -> None:
    prices = [Decimal("0.30"), Decimal("19.99"), Decimal("99999999.99")]
    ids = sorted(rng.sample(range(3, 900), 3))
    rows = [make_product(rng, id=id, price=price) for id, price in zip(ids, prices, strict=True)]
    subject.insert("products", rows, key="good_row_refused")
    subject.restart()
    for row in rows:
        reply = subject.request("GET", f"/products/{row['id']}")
        read = reply.status == 200
        expect(read, "attributes_differ", reply, crash="attributes_differ", expected="200")
        wanted = str(row["price"])
        expect(reply.at("price") == wanted, "price_not_exact", reply, expected=wanted)


def test_create_and_read(subject: Subject, rng: random.Random) -> None:
    long_name = words(rng, 100)
    long_text = words(rng, 5000)
    for fields in ({}, {"name": long_name, "description": long_text}):
        product = make_product(rng, **fields)
        reply = create(subject, product)
        expect(
            reply.status == 201,
            "good_product_refused",
            reply,
            crash="attributes_differ",
            expected="201",
        )
        wanted = {"id": reply.at("id"), **as_json(product)}
        expect(reply.json() == wanted, "product_changed", reply, expected=wanted)
        reply = subject.request("GET", f"/products/{wanted['id']}")
        expect(reply.json() == wanted, "product_changed", reply, expected=wanted)


def test_negative_refused(subject: Subject, rng: random.Random) -> None:
    subject.insert("products", [make_product(rng, id=7)], key="good_row_refused")
    negative_price = make_product(rng, price=Decimal("-0.01"))
    negative_stock = make_product(rng, stock_quantity=-1)
    told = Facts(got="INSERT OK", expected="CHECK constraint failed")
    reason = refused(subject, {"id": 9, **negative_price})
    expect(reason, "price_unchecked", did="INSERT price = -0.01", **told)
    reason = refused(subject, {"id": 9, **negative_stock})
    expect(reason, "stock_unchecked", did="INSERT stock_quantity = -1", **told)
    names = names_of_rules(subject)
    told = Facts(did="CREATE TABLE products", got=names, expected="2 CONSTRAINT … CHECK")
    expect(len(names) == len({name.lower() for name in names}), "rules_share_name", **told)
    for product in (negative_price, negative_stock):
        reply = create(subject, product)
        right = reply.status == 409
        expect(right, "refused_too_soon", reply, crash="refused_too_soon", expected="409")


def test_zero_and_same_name(subject: Subject, rng: random.Random) -> None:
    sample = make_product(rng, price=Decimal("0.00"))
    sold_out = make_product(rng, stock_quantity=0)
    for product in (sample, sold_out):
        reply = create(subject, product)
        expect(reply.status == 201, "zero_refused", reply, expected="201")
    reply = create(subject, make_product(rng, name=sample["name"]))
    expect(reply.status == 201, "name_unique", reply, expected="201")


def test_left_out(subject: Subject, rng: random.Random) -> None:
    product = make_product(rng)
    del product["description"]
    reply = create(subject, product)
    right = reply.status == 201 and reply.at("description", "") is None
    expect(right, "description_filled", reply, expected='201 {"description": null}')
    product = make_product(rng)
    del product["stock_quantity"]
    reply = create(subject, product)
    right = reply.status == 201 and reply.at("stock_quantity") == 0
    expect(right, "stock_default", reply, expected='201 {"stock_quantity": 0}')
    reply = subject.request("GET", f"/products/{reply.at('id')}")
    expect(reply.at("stock_quantity") == 0, "stock_default", reply, expected={"stock_quantity": 0})


def test_users_unchanged(subject: Subject, rng: random.Random) -> None:
    there = subject.columns("users")
    expect(there, "users_changed", did="CREATE TABLE", got=None, expected="users")
    user = make_user(rng, 41)
    subject.insert("users", [user])
    reply = subject.request("GET", "/users")
    expect(reply.json() == [public(user)], "users_changed", reply, expected=[public(user)])
    found = {column.name: column.unique for column in there}
    told = Facts(did="users", got=[name for name, unique in found.items() if unique])
    expect(found.get("username") and found.get("email"), "users_changed", **told, expected="UNIQUE")
