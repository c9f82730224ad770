from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, EmailStr, Field, SecretStr

Integer = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]


class UserIn(BaseModel):
    username: str = Field(min_length=3, max_length=50)
    email: EmailStr = Field(max_length=255)
    password: SecretStr = Field(min_length=8, max_length=128)


class UserOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    username: str
    email: str
    is_active: bool


class ProductIn(BaseModel):
    # Negative numbers come through: the table itself is to refuse them.
    name: str = Field(max_length=100)
    description: str | None = Field(default=None, max_length=5000)
    price: Decimal = Field(max_digits=10, decimal_places=2)
    stock_quantity: Integer = 0


class ProductOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    description: str | None
    price: Decimal
    stock_quantity: int
