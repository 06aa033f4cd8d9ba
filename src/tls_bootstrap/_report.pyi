from typing import Any, Dict, List, Optional, Sequence, Tuple

class Report:
    patched: bool
    engine: Optional[str]
    openssl: Optional[str]
    python: str
    added: List[str]
    repairs: List[str]
    policies: List[str]
    asked_by: List[Tuple[str, int]]
    left_out: Dict[str, str]
    why: List[str]
    def __init__(self, ledger: Any, why: Sequence[str] = ...) -> None: ...
    def as_dict(self) -> Dict[str, Any]: ...
