from decimal import Decimal
from typing import Annotated

from sqlalchemy import CheckConstraint, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from .database import Base

Id = Annotated[int, mapped_column(primary_key=True)]
Name = Annotated[str, mapped_column(String(100))]
LongText = Annotated[str, mapped_column(Text)]
Money = Annotated[Decimal, mapped_column(Numeric(10, 2))]
Count = Annotated[int, mapped_column(default=0)]


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(50), unique=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    hashed_password: Mapped[str] = mapped_column(String(255))
    is_active: Mapped[bool] = mapped_column(default=True)


class Product(Base):
    __tablename__ = "products"
    __table_args__ = (
        CheckConstraint("price >= 0 AND stock_quantity >= 0", name="nothing_negative"),
    )

    id: Mapped[Id]
    name: Mapped[Name]
    description: Mapped[LongText | None]
    price: Mapped[Money]
    stock_quantity: Mapped[Count]
