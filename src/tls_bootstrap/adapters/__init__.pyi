from typing import Tuple

__all__ = ["ADAPTERS", "disable", "enable"]

ADAPTERS: Tuple[str, ...]

def enable(*names: str) -> str: ...
def disable(*names: str) -> None: ...
