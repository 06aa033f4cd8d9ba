"""Each row of the table by itself: what it needs it brings along, contexts and sockets go on working, and nothing of it is left behind."""
from __future__ import absolute_import, division, print_function

from tests.support import child, needs


@needs.something_to_add
def test_by_itself():
    child.check("""
    import socket, ssl, warnings
    warnings.simplefilter("ignore")
    import tls_bootstrap
    from tls_bootstrap._features import FEATURES

    def snapshot():
        holders = (ssl, ssl.SSLContext, ssl.SSLSocket, ssl._ssl, getattr(ssl, "SSLObject", None))
        return [dict(vars(holder)) for holder in holders if holder is not None]

    def use(name):
        context = ssl.create_default_context()
        assert context.check_hostname and context.verify_mode == ssl.CERT_REQUIRED, name
        assert ssl.SSLContext(ssl.PROTOCOL_SSLv23).protocol == ssl.PROTOCOL_SSLv23, name
        context.options |= ssl.OP_NO_COMPRESSION
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        plain = socket.create_connection(listener.getsockname())
        client = context.wrap_socket(plain, server_hostname="localhost", do_handshake_on_connect=False)
        client.setblocking(False)
        try:
            client.do_handshake()
        except ssl.SSLWantReadError:
            pass
        client.close()
        listener.close()

    given, before = 0, snapshot()
    for row in FEATURES:
        try:
            report = tls_bootstrap.monkeypatch_ssl(features=[row.name])
        except ImportError as error:
            assert "cannot be given here" in str(error), error
            continue
        given += row.name in report.added
        use(row.name)
        assert not tls_bootstrap.unpatch_ssl().patched
        assert snapshot() == before, row.name
    assert given > 10, given
    """)
