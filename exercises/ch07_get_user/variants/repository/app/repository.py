from sqlalchemy import select

from .database import DB
from .models import User


class UserRepository:
    def __init__(self, db: DB) -> None:
        self.db = db

    async def by_id(self, user_id: int) -> User | None:
        return await self.db.scalar(select(User).where(User.id == user_id))
