"""urllib3 1.26 on Python 2: TLS in TLS, which is HTTPS through an HTTPS proxy; also as pip and others have vendored it.

urllib3 has it since 1.26, for Pythons with SSLContext.wrap_bio, and therefore says no on Python 2 (urllib3 #1806, #1923):

    util/ssltransport.py   SSLTransport, the connection inside the connection, was never run there. Its sendall() and makefile() use
                           what came with Python 3 (memoryview.cast, socket.SocketIO). A TLSStream takes its place, in every module
                           that holds it. Contexts without wrap_bio are refused as before, by its own check.
    poolmanager.py         PoolManager refuses such URLs before anything is tried. The refusal is lifted where the context has
                           wrap_bio. (requests, and so pip, does not come this way.)
    connection.py          Until 1.26.3, so also in pip 20.3.4, the certificate of an HTTPS proxy is verified, but not whose it is
                           (CVE-2021-28363). Who makes HTTPS proxies useful has to care: the name is checked, as 1.26.4 does.

urllib3 2 needs no repair and does not run on Python 2. Before 1.26 there is no TLS in TLS to be repaired.
"""
from __future__ import absolute_import, division, print_function

import functools
import inspect
import sys

from ..stream import TLSStream

__all__ = ["SSLTransport", "repair"]

CONNECT = "_connect_tls_proxy"
VALIDATE = "_validate_proxy_scheme_url_selection"


class SSLTransport(TLSStream):
    """A TLSStream with the signature and the attributes of urllib3.util.ssltransport.SSLTransport."""

    def __init__(self, socket, ssl_context, server_hostname=None, suppress_ragged_eofs=True):
        super(SSLTransport, self).__init__(socket, ssl_context, server_hostname, suppress_ragged_eofs=suppress_ragged_eofs)

    def makefile(self, mode="r", buffering=None, encoding=None, errors=None, newline=None):
        """A text file without "b" in `mode`, as Python 3 has it and as urllib3 means it, on every Python."""
        if "b" not in mode:
            errors = errors or "strict"  # saying so asks for text
        return super(SSLTransport, self).makefile(mode, buffering, encoding, errors, newline)

    socket = property(lambda self: self._sock)
    sslobj = property(lambda self: self._sslobj)
    incoming = property(lambda self: self._incoming)
    outgoing = property(lambda self: self._outgoing)


def repair(package, ledger):
    """The contract of adapters: see there."""
    if package + ".poolmanager" not in sys.modules:
        return None
    transport = sys.modules.get(package + ".util.ssltransport")
    if transport is None:
        return "%s %s: nothing to repair, it has no TLS in TLS (urllib3 has since 1.26)" % (package, _version(package))
    done = []
    if not works_here(transport.SSLTransport):
        done += replace_transport(transport.SSLTransport, ledger)
    connection = sys.modules[package + ".connection"]
    if not checks_proxy_name(connection.HTTPSConnection):
        ledger.set(connection.HTTPSConnection, CONNECT, with_proxy_name_check(connection))
        done.append("the name of an HTTPS proxy is checked (CVE-2021-28363)")
    pool_manager = sys.modules[package + ".poolmanager"].PoolManager
    unsupported = sys.modules[package + ".exceptions"].ProxySchemeUnsupported
    if refuses(pool_manager, unsupported):
        ledger.set(pool_manager, VALIDATE, without_refusal(pool_manager, unsupported, sys.modules[package + ".util.ssl_"]))
        done.append("PoolManager no longer refuses HTTPS through an HTTPS proxy")
    return "%s %s: %s" % (package, _version(package), "; ".join(done) or "nothing to repair")


def works_here(transport):
    """Whether this SSLTransport is able to send on this interpreter. Ours is, also that of another copy of this package."""
    if any(base.__name__ == "TLSStream" for base in inspect.getmro(transport)):
        return True

    class Probe(transport):
        def __init__(self):
            pass

        def send(self, data, flags=0):
            return len(data)

    try:
        Probe().sendall(b"probe")
    except (AttributeError, TypeError):
        return False
    return True


def replace_transport(original, ledger):
    """Put a TLSStream in the place of `original` wherever a module holds it."""
    ours = type("SSLTransport", (SSLTransport,), {
        "__module__": original.__module__,
        "_validate_ssl_context_for_tls_in_tls": staticmethod(original._validate_ssl_context_for_tls_in_tls),
    })
    places = []
    for module, name in holders(original):
        ledger.set(module, name, ours)
        places.append("%s.%s" % (module.__name__, name))
    return ["a TLSStream took the place of %s" % ", ".join(sorted(places))]


def holders(thing):
    """(module, name) wherever a global name of a module is `thing`."""
    for module in list(sys.modules.values()):
        try:
            names = object.__getattribute__(module, "__dict__")  # not what a lazy module makes of it
        except AttributeError:
            continue  # not a module: sys.modules may hold anything, on 2.7 many a None
        for name, value in list(names.items()):
            if value is thing:
                yield module, name


def checks_proxy_name(connection_class):
    """CVE-2021-28363: whether the connection to an HTTPS proxy asks whose certificate it got. (A class without the method has none.)"""
    connect = vars(connection_class).get(CONNECT)
    return connect is None or any(name.endswith("match_hostname") for name in connect.__code__.co_names)


def with_proxy_name_check(connection):
    """HTTPSConnection._connect_tls_proxy of the module `connection`, with the check."""
    original = vars(connection.HTTPSConnection)[CONNECT]

    @functools.wraps(original)
    def connect(self, hostname, conn):
        sock = original(self, hostname, conn)
        if not self.proxy_config.ssl_context:  # a context of the user's own checks what the user told it to
            cert = sock.getpeercert()
            if cert:  # {} is what there is without verification
                try:
                    connection._match_hostname(cert, hostname)
                except Exception:
                    sock.close()
                    raise
        return sock

    return connect


class HttpsThroughHttps(object):
    """What a PoolManager with an HTTPS proxy, and no leave to forward, looks like to its own check."""

    scheme = "https"
    use_forwarding_for_https = False
    connection_pool_kw = {}
    proxy = proxy_config = property(lambda self: self)


def refuses(pool_manager, unsupported):
    """Whether this PoolManager refuses HTTPS through an HTTPS proxy, whatever the context: ask it."""
    try:
        vars(pool_manager).get(VALIDATE, _fine)(HttpsThroughHttps(), "https")
    except unsupported:
        return True
    return False


def without_refusal(pool_manager, unsupported, ssl_):
    """The check, with the refusal only for contexts that cannot do it: those injected by urllib3.contrib.pyopenssl, say."""
    original = vars(pool_manager)[VALIDATE]

    @functools.wraps(original)
    def validate(self, url_scheme):
        try:
            return original(self, url_scheme)
        except unsupported:
            context = self.connection_pool_kw.get("ssl_context") or ssl_.SSLContext
            if not hasattr(context, "wrap_bio"):
                raise

    return validate


def _version(package):
    return getattr(sys.modules[package], "__version__", "(of unknown version)")


def _fine(self, url_scheme):
    """The check of a PoolManager that has none (urllib3 2)."""
