from sqlalchemy import CheckConstraint, Column, Integer, Numeric, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from .database import Base


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(50), unique=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    hashed_password: Mapped[str] = mapped_column(String(255))
    is_active: Mapped[bool] = mapped_column(default=True)


products = Table(
    "products",
    Base.metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(100), nullable=False),
    Column("description", Text),
    Column("price", Numeric(10, 2), nullable=False),
    Column("stock_quantity", Integer, nullable=False, default=0),
)
products.append_constraint(CheckConstraint(products.c.price >= 0, name="price_not_negative"))
products.append_constraint(CheckConstraint(products.c.stock_quantity >= 0, name="stock_sign"))


class Product(Base):
    __table__ = products
