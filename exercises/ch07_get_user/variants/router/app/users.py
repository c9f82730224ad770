from typing import Annotated

from fastapi import APIRouter, HTTPException, Path

from .database import DB
from .models import User
from .schemas import UserOut

router = APIRouter(prefix="/users", tags=["users"])


@router.get("/{user_id}", response_model=UserOut)
async def get_user(user_id: Annotated[int, Path(ge=1, le=2**31 - 1)], db: DB) -> User:
    if (user := await db.get(User, user_id)) is None:
        raise HTTPException(404, "No user has this id")
    return user
