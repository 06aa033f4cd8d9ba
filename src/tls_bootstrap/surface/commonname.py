"""SSLContext.hostname_checks_common_name: whether a certificate that has no DNS name may be for a host by its common name.

Where it is kept
----------------
In OpenSSL itself, as a flag among the verify parameters of the SSL_CTX. OpenSSL does not hand that flag on to an SSL (gh-87688), so
nothing happens by it alone.

Who looks at it
---------------
- An SSLObject of ours gives the flags to its SSL, and asks once more behind the handshake (engines/genuine.py).
- The SSLSocket of 2.7, and SSLSocket and SSLObject of 3.6, have ssl.match_hostname() compare the names, behind the handshake, which
  knows nothing of contexts. So their do_handshake() gets a second look behind that: with the flag set, OpenSSL must say that the
  certificate is for the name without looking at its subject. Nothing becomes weaker by it: what they refuse they refuse first.
"""
from __future__ import absolute_import, division, print_function

import functools

from .._compat import as_hostname
from ..engines.genuine import X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, host_flags, is_certified
from .abilities import NEVER_CHECK_SUBJECT_IS_KNOWN
from .additions import Layer

REFUSAL = "hostname %r doesn't match: the certificate has no subjectAltName for it, and its commonName is not checked"


def make(reach):
    """{name: property or what stands around a function} of this file's features, bound to a Reach."""
    functions = reach.functions

    def hostname_checks_common_name(self):
        """Whether a certificate without DNS names may be for a host by its common name; True unless it was set to False.

        It holds for the connections that are made afterwards. AttributeError on setting it where OpenSSL cannot do without (before
        1.1.0: HAS_NEVER_CHECK_COMMON_NAME). Since Python 3.7 (gh-75580; X509_CHECK_FLAG_NEVER_CHECK_SUBJECT).
        """
        return not flags_of(self) & X509_CHECK_FLAG_NEVER_CHECK_SUBJECT

    def set_(self, value):
        flags = flags_of(self) & ~X509_CHECK_FLAG_NEVER_CHECK_SUBJECT
        functions.X509_VERIFY_PARAM_set_hostflags(parameters_of(self), flags if value else flags | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT)

    def flags_of(context):
        return functions.X509_VERIFY_PARAM_get_hostflags(parameters_of(context))

    def parameters_of(context):
        return functions.SSL_CTX_get0_param(reach.context(context))

    def always(self):
        """True: OpenSSL before 1.1.0 cannot do without common names."""
        return True

    def looking_again(original):
        if is_ours(getattr(reach.ssl, "SSLObject", None), original):
            return original

        @functools.wraps(original)
        def do_handshake(self, *arguments, **keywords):
            result = original(self, *arguments, **keywords)
            context = self.context
            if context.check_hostname and not context.hostname_checks_common_name:
                require_alternative_name(self, host_flags(context))
            return result

        return do_handshake

    def require_alternative_name(connection, flags):
        name = as_hostname(connection.server_hostname).encode("ascii")
        if not is_certified(reach.library, reach.connection(connection), name, flags):
            raise reach.ssl.CertificateError(REFUSAL % (connection.server_hostname,))

    if not functions.has(NEVER_CHECK_SUBJECT_IS_KNOWN):
        return {"hostname_checks_common_name": property(always), "do_handshake": Layer(lambda original: original)}
    return {"hostname_checks_common_name": property(hostname_checks_common_name, set_), "do_handshake": Layer(looking_again)}


def is_ours(SSLObject, do_handshake):
    """Whether a do_handshake() is that of an SSLObject of ours, which looks itself."""
    return hasattr(SSLObject, "_name_checked") and vars(SSLObject).get("do_handshake") is do_handshake
