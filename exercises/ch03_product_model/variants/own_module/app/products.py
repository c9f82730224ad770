from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, Identity, Integer, Numeric, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from .database import Base


def none_in_stock() -> int:
    return 0


class Product(Base):
    __tablename__ = "products"
    __table_args__ = (
        CheckConstraint("NOT price < 0", name="price_not_negative"),
        CheckConstraint("NOT stock_quantity < 0", name="stock_not_negative"),
        {"comment": "What Dokan sells"},
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(100), nullable=False)
    description: Mapped[str | None] = mapped_column(Text, server_default=text("NULL"))
    price: Mapped[Decimal] = mapped_column(Numeric(precision=10, scale=2))
    stock_quantity: Mapped[int] = mapped_column(BigInteger, default=none_in_stock)

    def __repr__(self) -> str:
        return f"<Product {self.id} {self.name}>"
