"""The tables of what is switched on by name and never by itself: repairs and policies. Code, tests, status() and doctor read them.

A repair makes right what this interpreter's `ssl` gets wrong and a newer one gets right. A policy is a stricter default of a newer Python:
what goes well today may be refused then, so it is a switch of its own.

A row: its name, the Python since which it is so, where that was discussed, the class of surface/ that knows whether it is needed here and
how it is done (surface/repairs/__init__.py), what it replaces, what is so without it, and which functions of OpenSSL it needs.
"""
from __future__ import absolute_import, division, print_function

from ._features import ISSUES

REPAIR, POLICY = "repair", "policy"  # the arguments of monkeypatch_ssl() that switch them on


class Remedy(object):
    """A row of a table. `names` are all that it may replace: what this interpreter does not have, or does right, is left alone.
    `brings` are the names of repairs without which it would not be complete; `asks`: whether it takes OpenSSL to find out that it is needed,
    although it can be done without."""

    openssl = ()  # as of a Feature: each has what it needs with any version

    def __init__(self, switch, name, since, issue, builder, names, without, needs=(), brings=(), asks=False):
        self.switch = switch
        self.name = name
        self.since = since
        self.link = ISSUES + str(issue)
        self.builder = builder
        self.names = names
        self.without = without
        self.needs = needs
        self.brings = brings
        self.asks = asks

    @property
    def title(self):
        """The name among all others: "repair ragged_eof"."""
        return "%s %s" % (self.switch, self.name)


def methods(owner, *names):
    """Dotted names."""
    return tuple("%s.%s" % (owner, name) for name in names)


OF_SOCKETS = methods("SSLSocket", "do_handshake", "read", "send", "unwrap", "write")
OF_OBJECTS = methods("SSLObject", "do_handshake", "read", "unwrap", "write")

REPAIRS = (
    Remedy(REPAIR, "ragged_eof", "3.10", 95494, "repairs.ragged_eof.RaggedEOF", OF_SOCKETS + OF_OBJECTS + ("SSLContext.__new__",),
           "an end without close_notify is no SSLEOFError, or looks like a proper end"),
    Remedy(REPAIR, "reason_names", "3.12", 100062, "repairs.reason_names.ReasonNames", ("_ssl.err_codes_to_names",),
           "the reasons of errors have names of an older OpenSSL, or none", needs=("ERR_reason_error_string",)),
    Remedy(REPAIR, "match_hostname", "3.7", 75580, "repairs.hostnames.MatchHostname", ("match_hostname",),
           "IP addresses and U-labels match no certificate, partial wildcards do"),
    Remedy(REPAIR, "certificate_errors", "3.7", 75580, "repairs.certificate_errors.CertificateErrors",
           OF_SOCKETS + OF_OBJECTS + ("SSLCertVerificationError",),
           "a refused certificate is a plain SSLError without verify_code", needs=("SSL_get_verify_result",)),
    Remedy(REPAIR, "hostname_in_handshake", "3.7", 75580, "repairs.hostnames.HostnameInHandshake",
           methods("SSLSocket", "__init__", "connect", "connect_ex", "do_handshake") + ("SSLContext.wrap_bio", "SSLObject.do_handshake"),
           "the host name is checked after the handshake, and not at all after one that read() or write() has done",
           needs=("X509_VERIFY_PARAM_set1_host",), brings=("certificate_errors",)),
    Remedy(REPAIR, "empty_write", "3.10", 75892, "repairs.empty_write.EmptyWrite", ("SSLSocket.send", "SSLSocket.write", "SSLObject.write"),
           "sending no bytes is an SSLEOFError", needs=("SSL_get_shutdown",)),
    Remedy(REPAIR, "sni_context", "3.15", 156293, "repairs.sni_context.SNIContext", ("SSLSocket.context", "SSLObject.context"),
           "a context is freed when its SNI callback chooses another one, and used again (CVE-2026-19445)", asks=True),
    Remedy(REPAIR, "wrap_bio_arguments", "3.15", 156793, "repairs.wrap_bio_arguments.WrapBIOArguments", ("SSLContext.wrap_bio",),
           "an SSLObject with check_hostname and without a name compares nothing (CVE-2026-19553)"),
)

POLICIES = (
    Remedy(POLICY, "tls12", "3.10", 88164, "policies.TLS12", ("SSLContext.__new__",),
           "a new context allows TLS 1.0 and 1.1 where OpenSSL does", needs=("SSL_CTX_ctrl", "TLS_method")),
    Remedy(POLICY, "ciphers", "3.10", 88164, "policies.Ciphers", ("SSLContext.__new__", "create_default_context"),
           "a new context offers cipher suites with SHA-1 or without forward secrecy, and takes keys of less than 112 bits",
           needs=("SSL_CTX_get_ciphers", "SSL_CTX_get_security_level")),
    Remedy(POLICY, "x509_strict", "3.13", 107361, "policies.X509Strict", ("create_default_context",),
           "create_default_context() takes certificates that are not as RFC 5280 wants them"),
)

REMEDIES = REPAIRS + POLICIES


def named(switch, wanted):
    """The names of what is wanted as a frozenset, None for all (True); none for False. TypeError for a single text, ValueError for a
    name that no row has."""
    if wanted is True:
        return None
    if hasattr(wanted, "encode"):
        raise TypeError("%s must be True, False or a list of names, not %r" % (switch, wanted))
    names = frozenset(wanted or ())
    rows = dict((row.name, row) for row in REMEDIES if row.switch == switch)
    unknown = sorted(names - frozenset(rows))
    if unknown:
        raise ValueError("no %s is called %s: choose of %s" % (switch, " or ".join(map(repr, unknown)), ", ".join(sorted(rows))))
    return names.union(*(rows[name].brings for name in names))
