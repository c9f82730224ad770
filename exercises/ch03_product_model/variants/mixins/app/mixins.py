from sqlalchemy.orm import Mapped, declared_attr, mapped_column


class HasId:
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class HasTableName:
    @declared_attr.directive
    def __tablename__(cls) -> str:
        return f"{cls.__name__.lower()}s"
