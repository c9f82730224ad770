from typing import Annotated

from fastapi import APIRouter, HTTPException, Path
from sqlalchemy.exc import IntegrityError

from .database import DB
from .models import User
from .schemas import EmailIn, UserOut

router = APIRouter(prefix="/users", tags=["users"])


@router.put("/{user_id}/email")
async def change_email(
    user_id: Annotated[int, Path(gt=0, lt=2**31)], data: EmailIn, db: DB
) -> UserOut:
    if (user := await db.get(User, user_id)) is None:
        raise HTTPException(404, "No user has this id")
    user.email = data.email
    try:
        await db.commit()
    except IntegrityError:
        await db.rollback()
        raise HTTPException(409, "This email is taken") from None
    return UserOut.model_validate(user)
