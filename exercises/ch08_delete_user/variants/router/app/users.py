from typing import Annotated

from fastapi import APIRouter, HTTPException, Path

from .database import DB
from .models import User

router = APIRouter(prefix="/users", tags=["users"])


@router.delete("/{user_id}", status_code=204)
async def delete_user(user_id: Annotated[int, Path(gt=0, lt=2**31)], db: DB) -> None:
    if (user := await db.get(User, user_id)) is None:
        raise HTTPException(404, "No user has this id")
    await db.delete(user)
    await db.commit()
