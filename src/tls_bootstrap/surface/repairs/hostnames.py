"""Whether a certificate is for the host name: by the rules that newer Pythons have OpenSSL apply, and by OpenSSL itself in the handshake.

Before 3.7 `ssl` compared in Python, when do_handshake() was done with the handshake: the peer was not told that it was refused, and a
handshake that read() or write() has done was not checked at all. So the name is given to OpenSSL as soon as there is a connection,
as a 3.7 does it, and check_hostname without a name refuses everybody. What Python compares behind the handshake stays where it is: two
layers, and neither lets pass what it refused before - except that match_hostname knows IP addresses and U-labels now.
"""
from __future__ import absolute_import, division, print_function

import functools

from ..._compat import as_hostname
from ...formats.hostnames import address_bytes, fits
from . import Builder, OfMethods

# of getpeercert(): what each rule is tried with
PARTIAL = {"subjectAltName": (("DNS", "f*.example.org"),)}, "foo.example.org"
ADDRESS = {"subjectAltName": (("IP Address", "192.0.2.1"),)}, "192.0.2.1"


def is_checked_by_openssl():
    """Whether the name is given to OpenSSL (bpo-31399): a context has flags for that then."""
    import _ssl

    return hasattr(_ssl._SSLContext, "_host_flags")


class MatchHostname(Builder):
    """Where the function is in use still, and takes partial wildcards or no addresses."""

    def is_needed(self):
        if not hasattr(self.ssl, "match_hostname") or is_checked_by_openssl():
            return False
        return self._matches(*PARTIAL) or not self._matches(*ADDRESS)

    def make(self):
        return {"match_hostname": lambda original: functools.wraps(original)(make_match_hostname(self.ssl))}

    def _matches(self, certificate, name):
        try:
            self.ssl.match_hostname(certificate, name)
        except self.ssl.CertificateError:
            return False
        return True


class HostnameInHandshake(OfMethods):
    """Where Python compares behind the handshake."""

    def is_needed(self):
        return not is_checked_by_openssl()

    def make(self):
        made = {}
        if "SSLSocket" in self.classes:
            made.update(("SSLSocket." + name, self._remake_then) for name in ("__init__", "connect", "connect_ex"))
        if "SSLObject" in self.classes:
            made["SSLContext.wrap_bio"] = self._remake_wrap_bio
        made.update(self.methods(self._remake_handshake, "do_handshake"))
        return made

    def _require(self, connection):
        """Tell OpenSSL the name that this client wants, if the context says that it is to be checked."""
        if connection.server_side or not connection.context.check_hostname:
            return
        asked = self.ask(connection)
        if asked is not None and not asked.is_handshake_finished():
            asked.require_name(asked.name, connection.context)

    def _remake_then(self, original):
        """What makes a connection, or may make one before it raises."""
        @functools.wraps(original)
        def connect(self_, *arguments, **options):
            try:
                return original(self_, *arguments, **options)
            finally:
                if getattr(self_, "_sslobj", None) is not None:
                    self._require(self_)

        return connect

    def _remake_wrap_bio(self, original):
        @functools.wraps(original)
        def wrap_bio(context, *arguments, **options):
            made = original(context, *arguments, **options)
            self._require(made)
            return made

        return wrap_bio

    def _remake_handshake(self, original):
        """The handshake: the context may be told only now that names are to be checked."""
        @functools.wraps(original)
        def do_handshake(self_, *arguments, **options):
            self._require(self_)
            return original(self_, *arguments, **options)

        return do_handshake


def make_match_hostname(ssl):
    """Make the function, bound to `ssl`."""
    def match_hostname(cert, hostname):
        """Check that a certificate, a dict as of getpeercert(), is for a host name or an IP address.

        CertificateError if it is not, ValueError without a certificate. An IP address is compared with the IP addresses of the certificate,
        a host name with its DNS names, and with common names only where it has neither. As Python 3.7 to 3.11, only that a name in the
        certificate which is none, a partial wildcard say, matches nothing, where they raise for it.
        """
        if not cert:
            raise ValueError("empty or no certificate, match_hostname needs a SSL socket or SSL context with either "
                             "CERT_OPTIONAL or CERT_REQUIRED")
        alternatives = cert.get("subjectAltName", ())
        dns = [value for kind, value in alternatives if kind == "DNS"]
        addresses = [value for kind, value in alternatives if kind == "IP Address"]
        names = [value for kind, value in alternatives if kind in ("DNS", "IP Address")]
        commons = [value for part in cert.get("subject", ()) for kind, value in part if kind == "commonName"] if not names else []
        # GENERAL_NAME_print of OpenSSL 1.x ends an IPv6 address with a newline (openssl/openssl#7284)
        if not fits(_as_ascii(hostname), dns, [address_bytes(address.rstrip()) for address in addresses], commons):
            raise ssl.CertificateError(_mismatch(hostname, names or commons))

    return match_hostname


def _as_ascii(name):
    """A host name as certificates have it."""
    try:
        name.encode("ascii")
    except UnicodeError:
        return as_hostname(name)
    return name


def _mismatch(hostname, names):
    if not names:
        return "no appropriate commonName or subjectAltName fields were found"
    names = [repr(name) for name in names]
    return "hostname %r doesn't match %s%s" % (hostname, "either of " if len(names) > 1 else "", ", ".join(names))
