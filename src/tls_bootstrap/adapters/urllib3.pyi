from typing import Any, Optional

from ..stream import TLSStream

__all__ = ["SSLTransport", "repair"]

class SSLTransport(TLSStream):
    def __init__(
        self,
        socket: Any,
        ssl_context: Any,
        server_hostname: Optional[str] = ...,
        suppress_ragged_eofs: bool = ...,
    ) -> None: ...
    @property
    def socket(self) -> Any: ...
    @property
    def sslobj(self) -> Any: ...
    @property
    def incoming(self) -> Any: ...
    @property
    def outgoing(self) -> Any: ...

def repair(package: str, ledger: Any) -> Optional[str]: ...
