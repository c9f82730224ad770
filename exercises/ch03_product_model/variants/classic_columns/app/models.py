from sqlalchemy import CheckConstraint, Column, Integer, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column, validates

from .database import Base


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(50), unique=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    hashed_password: Mapped[str] = mapped_column(String(255))
    is_active: Mapped[bool] = mapped_column(default=True)


class Product(Base):
    __tablename__ = "products"

    id = Column(Integer, primary_key=True)
    name = Column(String(100), nullable=False, index=True)
    description = Column(Text, nullable=True)
    price = Column(Numeric(10, 2), nullable=False)
    stock_quantity = Column(Integer, default=0, server_default="0", nullable=False)

    @validates("name")
    def keep_name(self, key: str, value: str) -> str:
        return value


Product.__table__.append_constraint(CheckConstraint("price >= 0", name="price"))
Product.__table__.append_constraint(CheckConstraint("stock_quantity >= 0", name="stock"))
