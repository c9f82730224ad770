from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from .models import User


class EmailTaken(Exception):
    pass


class UserRepository:
    def __init__(self, db: AsyncSession) -> None:
        self.db = db

    async def change_email(self, user_id: int, email: str) -> User | None:
        user = await self.db.get(User, user_id)
        if user is not None:
            user.email = email
            await self._commit()
        return user

    async def _commit(self) -> None:
        try:
            await self.db.commit()
        except IntegrityError as error:
            await self.db.rollback()
            raise EmailTaken from error
