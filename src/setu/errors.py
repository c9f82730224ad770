"""The one kind of error that the tool shows to a person."""

from __future__ import annotations


class SetuError(Exception):
    """The command could not do its work: one sentence in the reader's language, exit code 2.

    ``key`` names a message in ``messages.toml``; ``params`` fill its ``{placeholders}``.
    """

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key, params)
        self.key = key
        self.params = params

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.key, self.params)

    def __str__(self) -> str:
        from setu.i18n import Words

        return Words("en").text(self.key, **self.params)


def _again(key: str, params: dict[str, object]) -> SetuError:
    return SetuError(key, **params)
