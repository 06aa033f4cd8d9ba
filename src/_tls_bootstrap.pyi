from tls_bootstrap import TLSStream as TLSStream
from tls_bootstrap import get_original as get_original
from tls_bootstrap import get_ssl as get_ssl
from tls_bootstrap import is_patched as is_patched
from tls_bootstrap import monkeypatch_ssl as monkeypatch_ssl
from tls_bootstrap import status as status
from tls_bootstrap import unpatch_ssl as unpatch_ssl
