from sqlalchemy import make_url
from sqlalchemy.schema import CreateTable

from chapters.ch03_models.app.models import User

dialect = make_url("mariadb+aiomysql://").get_dialect()()
print(str(CreateTable(User.metadata.tables["users"]).compile(dialect=dialect)).strip())
