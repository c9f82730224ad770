from .database import DB
from .models import User


class UserRepository:
    def __init__(self, db: DB) -> None:
        self.db = db

    async def delete(self, user_id: int) -> bool:
        user = await self.db.get(User, user_id)
        if user is not None:
            await self.db.delete(user)
            await self.db.commit()
        return user is not None
