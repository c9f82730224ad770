from collections.abc import Sequence

from fastapi import APIRouter
from sqlalchemy import func, select

from .database import DB
from .models import User
from .schemas import UserCount, UserOut

router = APIRouter(prefix="/users", tags=["users"])


@router.get("", response_model=list[UserOut])
async def list_users(db: DB) -> Sequence[User]:
    result = await db.scalars(select(User).order_by(User.id))
    return result.all()


@router.get("/count")
async def count_users(db: DB) -> UserCount:
    count = await db.scalar(select(func.count()).select_from(User))
    return UserCount(users=count or 0)
