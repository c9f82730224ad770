from pydantic import BaseModel, ConfigDict, EmailStr, Field, SecretStr


class UserIn(BaseModel):
    username: str = Field(min_length=3, max_length=50)
    email: EmailStr = Field(max_length=255)
    password: SecretStr = Field(min_length=8, max_length=128)


class NewEmail(BaseModel):
    model_config = ConfigDict(extra="forbid")

    email: EmailStr = Field(max_length=255)


class UserOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    username: str
    email: str
    is_active: bool
