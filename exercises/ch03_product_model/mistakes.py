from setu.exercises.bank import Mistake

HEAD = 'class Product(Base):\n    __tablename__ = "products"\n'
PRICE_RULE = '        CheckConstraint("price >= 0", name="price_not_negative"),\n'
STOCK_RULE = '        CheckConstraint("stock_quantity >= 0", name="stock_not_negative"),\n'
RULES = f"    __table_args__ = (\n{PRICE_RULE}{STOCK_RULE}    )\n"
ID = "\n    id: Mapped[int] = mapped_column(primary_key=True)\n"
NAME = "    name: Mapped[str] = mapped_column(String(100))\n"
DESCRIPTION = "    description: Mapped[str | None] = mapped_column(Text)\n"
PRICE = "    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))\n"
STOCK = "    stock_quantity: Mapped[int] = mapped_column(default=0)\n"
EMAIL = "    email: Mapped[str] = mapped_column(String(255), unique=True)\n"
OLD_STYLE = "from sqlalchemy import Column, Float, Integer\n\n\n"
IMPORT_VALIDATES = "from sqlalchemy.orm import validates\n\n\n"
VALIDATOR = """
    @validates("{0}")
    def check_{0}(self, key, value):
        {1}
"""


def mistake(id: str, old: str, new: str, key: str) -> Mistake:
    return Mistake(id, "app/models.py", old, new, key)


def validated(id: str, field: str, body: str, key: str, rules: str = RULES) -> Mistake:
    """A validator below the columns, with or without the rules of the table."""
    columns = ID + NAME + DESCRIPTION + PRICE + STOCK
    return mistake(
        id,
        HEAD + RULES + columns,
        IMPORT_VALIDATES + HEAD + rules + columns + VALIDATOR.format(field, body),
        key,
    )


MISTAKES = [
    mistake(
        "own_base",
        "class Product(Base):\n",
        "from sqlalchemy.orm import DeclarativeBase\n\n\n"
        "class ShopBase(DeclarativeBase):\n    pass\n\n\nclass Product(ShopBase):\n",
        "product_missing",
    ),
    mistake("no_base", "class Product(Base):", "class Product:", "product_missing"),
    mistake("singular_table", '"products"', '"product"', "table_name_differs"),
    mistake("plural_class", "class Product(Base):", "class Products(Base):", "class_name_differs"),
    mistake("stock_for_stock_quantity", STOCK, STOCK.replace("_quantity", ""), "start_error"),
    mistake(
        "stock_everywhere",
        STOCK_RULE + "    )\n" + ID + NAME + DESCRIPTION + PRICE + STOCK,
        STOCK_RULE.replace("_quantity", "")
        + "    )\n"
        + ID
        + NAME
        + DESCRIPTION
        + PRICE
        + STOCK.replace("_quantity", ""),
        "columns_differ",
    ),
    mistake(
        "stock_as_decimal",
        STOCK,
        "    stock_quantity: Mapped[Decimal] = mapped_column(Numeric(10, 2), default=0)\n",
        "stock_not_whole",
    ),
    mistake(
        "float_hint", PRICE, "    price: Mapped[float] = mapped_column()\n", "price_not_numeric"
    ),
    mistake(
        "float_column",
        HEAD + RULES + ID + NAME + DESCRIPTION + PRICE,
        OLD_STYLE + HEAD + RULES + ID + NAME + DESCRIPTION + "    price = Column(Float)\n",
        "price_not_numeric",
    ),
    mistake("bare_decimal", PRICE, "    price: Mapped[Decimal]\n", "price_scale"),
    mistake("no_places", PRICE, PRICE.replace("(10, 2)", "(10)"), "price_scale"),
    mistake("four_places", PRICE, PRICE.replace("(10, 2)", "(12, 4)"), "price_scale"),
    mistake("places_before_point", PRICE, PRICE.replace("(10, 2)", "(8, 2)"), "price_too_narrow"),
    mistake("bare_name", NAME, "    name: Mapped[str]\n", "text_without_length"),
    mistake(
        "bare_description",
        DESCRIPTION,
        "    description: Mapped[str | None]\n",
        "text_without_length",
    ),
    mistake("name_too_short", NAME, NAME.replace("100", "50"), "text_too_short"),
    mistake(
        "description_of_255",
        DESCRIPTION,
        DESCRIPTION.replace("Text", "String(255)"),
        "text_too_short",
    ),
    mistake("name_optional", NAME, NAME.replace("str", "str | None"), "may_be_null"),
    mistake(
        "old_columns",
        HEAD + RULES + ID + NAME + DESCRIPTION + PRICE + STOCK,
        OLD_STYLE
        + HEAD
        + RULES
        + "\n    id = Column(Integer, primary_key=True)\n"
        + "    name = Column(String(100))\n    description = Column(Text)\n"
        + "    price = Column(Numeric(10, 2))\n    stock_quantity = Column(Integer, default=0)\n",
        "may_be_null",
    ),
    mistake(
        "description_not_optional",
        DESCRIPTION,
        DESCRIPTION.replace("str | None", "str"),
        "description_required",
    ),
    mistake("rule_upside_down", '"price >= 0"', '"price < 0"', "good_row_refused"),
    mistake(
        "other_attribute",
        STOCK,
        '    stock: Mapped[int] = mapped_column("stock_quantity", default=0)\n',
        "attributes_differ",
    ),
    mistake(
        "own_init",
        STOCK,
        STOCK + "\n    def __init__(self, name, price):\n"
        "        self.name = name\n        self.price = price\n",
        "attributes_differ",
    ),
    mistake(
        "price_as_float",
        PRICE,
        "    price: Mapped[float] = mapped_column(Numeric(10, 2, asdecimal=False))\n",
        "price_not_exact",
    ),
    mistake(
        "paisa_decorator",
        HEAD + RULES + ID + NAME + DESCRIPTION + PRICE,
        "from sqlalchemy.types import TypeDecorator\n\n\nclass Paisa(TypeDecorator):\n"
        "    impl = Numeric(10, 2)\n    cache_ok = True\n\n"
        "    def process_bind_param(self, value, dialect):\n        return value * 100\n\n"
        "    def process_result_value(self, value, dialect):\n        return value / 100\n\n\n"
        + HEAD
        + RULES
        + ID
        + NAME
        + DESCRIPTION
        + PRICE.replace("Numeric(10, 2)", "Paisa"),
        "price_not_exact",
    ),
    mistake(
        "big_id",
        HEAD + RULES + ID,
        "from sqlalchemy import BigInteger\n\n\n"
        + HEAD
        + RULES
        + ID.replace("primary", "BigInteger, primary"),
        "good_product_refused",
    ),
    validated("validator_returns_nothing", "name", "assert value", "good_product_refused"),
    validated("short_text", "description", "return (value or '')[:200] or None", "product_changed"),
    mistake("no_rules", RULES, "", "price_unchecked"),
    mistake("only_price_rule", STOCK_RULE, "", "stock_unchecked"),
    validated(
        "rule_in_python",
        "price",
        "if value < 0:\n            raise ValueError(value)\n        return value",
        "price_unchecked",
        rules="",
    ),
    validated(
        "rule_twice",
        "price",
        "if value < 0:\n            raise ValueError(value)\n        return value",
        "refused_too_soon",
    ),
    mistake("one_name_twice", '"stock_not_negative"', '"price_not_negative"', "rules_share_name"),
    mistake("price_above_zero", '"price >= 0"', '"price > 0"', "zero_refused"),
    mistake("stock_above_zero", '"stock_quantity >= 0"', '"stock_quantity > 0"', "zero_refused"),
    mistake("unique_name", NAME, NAME.replace("(100)", "(100), unique=True"), "name_unique"),
    mistake(
        "empty_description",
        DESCRIPTION,
        DESCRIPTION.replace("Text", 'Text, default=""'),
        "description_filled",
    ),
    mistake("stock_without_default", STOCK, "    stock_quantity: Mapped[int]\n", "stock_default"),
    mistake("one_in_stock", STOCK, STOCK.replace("=0", "=1"), "stock_default"),
    mistake("users_renamed", '"users"', '"user"', "users_changed"),
    mistake("email_not_unique", EMAIL, EMAIL.replace(", unique=True", ""), "users_changed"),
    mistake(
        "key_indexed_too",
        HEAD + RULES + ID,
        HEAD + RULES + ID.replace("key=True", "key=True, index=True"),
        "index_on_key",
    ),
    mistake(
        "rule_without_name",
        '"price >= 0", name="price_not_negative"',
        '"price >= 0"',
        "import_error",
    ),
    mistake(
        "no_tuple",
        RULES,
        '    __table_args__ = (CheckConstraint("price >= 0", name="price_not_negative"))\n',
        "import_error",
    ),
    mistake(
        "import_forgotten",
        "CheckConstraint, Numeric, String, Text",
        "CheckConstraint, String, Text",
        "import_error",
    ),
]
