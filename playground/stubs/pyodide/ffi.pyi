from collections.abc import Callable
from typing import Any

def to_js(obj: object, /, *, dict_converter: Callable[..., Any] = ...) -> Any: ...
