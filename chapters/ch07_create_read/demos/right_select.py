from sqlalchemy import select

from chapters.ch07_create_read.app.models import User

username = "nadia' OR '1'='1"
query = select(User.id).where(User.username == username)
print(query)
print(query.compile().params)
