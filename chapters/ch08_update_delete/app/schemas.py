from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, EmailStr, Field, SecretStr, field_validator

Name = Annotated[str, Field(min_length=1, max_length=100)]
Description = Annotated[str, Field(max_length=5000)]
Price = Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)]
Stock = Annotated[int, Field(ge=0, le=2**31 - 1)]


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
    name: Name
    description: Description | None = None
    price: Price
    stock_quantity: Stock = 0


class ProductPut(BaseModel):
    name: Name
    description: Description | None
    price: Price
    stock_quantity: Stock


class ProductPatch(BaseModel):
    name: Name | None = None
    description: Description | None = None
    price: Price | None = None
    stock_quantity: Stock | None = None

    @field_validator("name", "price", "stock_quantity")
    @classmethod
    def refuse_null(cls, value: object) -> object:
        if value is None:
            raise ValueError("null is not allowed here, leave the field out instead")
        return value


class ProductOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    description: str | None
    price: Decimal
    stock_quantity: int
