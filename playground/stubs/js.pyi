from typing import Any

Object: Any
