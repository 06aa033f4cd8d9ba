"""The table of what can be added to `ssl`: code, tests, status(), doctor and the docs read it.

A row: the name as seen from `ssl`, the Python that brought it, where that was discussed, the functions of OpenSSL that it needs, and
where it is made. A row with `differs` is not quite what that Python has, and says in what.

The rows of CORE belong together: none of them is added where the interpreter has an SSLObject of its own. They are attributes of a Surface
(surface/__init__.py), so they have no builder. Each of the other rows is added wherever its name is missing; it is made by the module of
surface/ that is named behind the issue, see surface/additions.py.
"""
from __future__ import absolute_import, division, print_function

ISSUES = "https://github.com/python/cpython/issues/"
BPO = "https://bugs.python.org/issue"  # leads to the same
PULLS = "https://github.com/python/cpython/pull/"


class Feature(object):
    """A row of the table. `issue` is the number of one, or a link. `needs` are functions of OpenSSL, looked for in the library that `_ssl`
    has loaded; `also` are names that have to be put in place together with this one, whether they are there or not (a constant, and the
    constructor that knows it).

    `openssl` is the first version that knows it, for what has no function to look for: the bit of an option meant something else before.
    `came_with` is for a new behaviour of an old name: a name that came in the same change, so that where it lacks the behaviour does."""

    switch = "features"  # the argument of monkeypatch_ssl() that chooses among them
    asks = False  # as of a Remedy: a name is there or not

    def __init__(self, name, since, issue, builder, needs=(), also=(), differs=None, openssl=(), came_with=None):
        self.name = name
        self.since = since
        self.link = issue if hasattr(issue, "encode") else ISSUES + str(issue)
        self.builder = builder
        self.needs = needs
        self.also = also
        self.differs = differs
        self.openssl = openssl
        self.came_with = came_with


CORE = (
    Feature("MemoryBIO", "3.5", 66164, None),
    Feature("SSLObject", "3.5", 66164, None, also=("SSLCertVerificationError",)),  # which it raises
    Feature("SSLContext.wrap_bio", "3.5", 66164, None, also=("SSLContext.sslobject_class",)),  # which it looks at
)

# What several rows need.
GROUP = ("SSL_ctrl", "SSL_get_session", "SSL_session_reused")
SIGNATURE = ("SSL_get_signature_type_nid",)
TO_ASK_OPENSSL = ("ERR_clear_error",)  # which every one has: the answer may be False

# Why a feature is only approximate, for several rows.
KNOWN_NAMES = "before OpenSSL 3.5 (groups) and 3.4 it tries the names that are known here; what only a provider has is not found"
GROUPS_BEFORE_3 = "before OpenSSL 3.0 it is None after a session of TLS 1.2 was resumed, later it is the group of the first handshake"
BRAINPOOL = "with OpenSSL 3.2 to 3.4, what a brainpool key signs in TLS 1.3 is called as for the NIST curve of its size"

ADDITIONS = (  # type: tuple[Feature, ...]
    # the innermost wrap_bio()
    Feature("SSLContext.sslobject_class", "3.7", BPO + "31386", "objects"),

    # what can be caught everywhere; see the repair certificate_errors
    Feature("SSLCertVerificationError", "3.7", 75580, "errors",
            differs="the interpreter's own sockets and objects raise it only with repair=['certificate_errors']"),

    # What may be chosen and what was chosen, who the peer is, what OpenSSL can do
    Feature("SSLContext.set_groups", "3.15", 136306, "negotiation", needs=("SSL_CTX_ctrl",)),
    Feature("SSLContext.set_ciphersuites", "3.15", 137197, "negotiation", needs=("SSL_CTX_set_ciphersuites",)),
    Feature("SSLContext.set_client_sigalgs", "3.15", 138252, "negotiation", needs=("SSL_CTX_ctrl",)),
    Feature("SSLContext.set_server_sigalgs", "3.15", 138252, "negotiation", needs=("SSL_CTX_ctrl",)),
    Feature("SSLContext.get_groups", "3.15", 136306, "negotiation", needs=("SSL_CTX_ctrl", "OPENSSL_sk_new_null", "TLS_method"),
            differs=KNOWN_NAMES),
    Feature("get_sigalgs", "3.15", 138252, "negotiation", needs=("SSL_CTX_ctrl", "TLS_method"), differs=KNOWN_NAMES),
    Feature("SSLSocket.group", "3.15", 136306, "negotiated", needs=GROUP, differs=GROUPS_BEFORE_3),
    Feature("SSLObject.group", "3.15", 136306, "negotiated", needs=GROUP, differs=GROUPS_BEFORE_3),
    Feature("SSLSocket.client_sigalg", "3.15", 138252, "negotiated", needs=SIGNATURE, differs=BRAINPOOL),
    Feature("SSLObject.client_sigalg", "3.15", 138252, "negotiated", needs=SIGNATURE, differs=BRAINPOOL),
    Feature("SSLSocket.server_sigalg", "3.15", 138252, "negotiated", needs=SIGNATURE, differs=BRAINPOOL),
    Feature("SSLObject.server_sigalg", "3.15", 138252, "negotiated", needs=SIGNATURE, differs=BRAINPOOL),
    Feature("SSLContext.get_ciphers", "3.6", 72053, "ciphers", needs=("SSL_CTX_get_ciphers", "SSL_CIPHER_get_kx_nid")),
    Feature("SSLContext.security_level", "3.10", 85367, "ciphers", needs=("SSL_CTX_get_security_level",)),
    Feature("SSLSocket.shared_ciphers", "3.5", BPO + "23186", "ciphers", needs=("SSL_get_client_ciphers",)),
    Feature("SSLSocket.get_verified_chain", "3.13", 109109, "chains", needs=("SSL_get0_verified_chain",)),
    Feature("SSLObject.get_verified_chain", "3.13", 109109, "chains", needs=("SSL_get0_verified_chain",)),
    Feature("SSLSocket.get_unverified_chain", "3.13", 109109, "chains", needs=("SSL_get_peer_cert_chain",)),
    Feature("SSLObject.get_unverified_chain", "3.13", 109109, "chains", needs=("SSL_get_peer_cert_chain",)),
    Feature("SSLContext.hostname_checks_common_name", "3.7", 75580, "commonname", needs=("X509_VERIFY_PARAM_set_hostflags",),
            also=("SSLSocket.do_handshake", "SSLObject.do_handshake"),
            differs="an SSLSocket of 2.7 and 3.6 refuses the common name behind the handshake, where these Pythons compare all names"),
    Feature("HAS_NEVER_CHECK_COMMON_NAME", "3.7", 75580, "abilities", needs=TO_ASK_OPENSSL),
    Feature("RAND_bytes", "3.3", 56258, "randomness", needs=("RAND_bytes",)),
    Feature("HAS_PSK", "3.13", 112454, "abilities", needs=TO_ASK_OPENSSL),
    Feature("HAS_PSK_TLS13", "3.15", 133623, "abilities", needs=TO_ASK_OPENSSL),
    Feature("HAS_PHA", "3.14", 128035, "abilities", needs=TO_ASK_OPENSSL),

    # callbacks
    Feature("SSLContext.set_psk_client_callback", "3.13", 63284, "psk",
            needs=("SSL_CTX_set_psk_client_callback", "SSL_CTX_set_session_id_context", "SSL_set_session_id_context")),
    Feature("SSLContext.set_psk_server_callback", "3.13", 63284, "psk",
            needs=("SSL_CTX_set_psk_server_callback", "SSL_CTX_use_psk_identity_hint")),
    Feature("SSLContext.keylog_filename", "3.8", 78452, "keylog", needs=("SSL_CTX_set_keylog_callback",),
            also=("SSLSocket.do_handshake", "SSLObject.do_handshake", "create_default_context", "_create_unverified_context"),
            differs="what fails while a line is written is raised by do_handshake(), and reported by whatever else does the handshake; "
                    "SSLKEYLOGFILE counts if it is set when the upgrade is made"),
    Feature("SSLContext._msg_callback", "3.8", 78452, "messages", needs=("SSL_CTX_set_msg_callback",),
            also=("SSLSocket.do_handshake", "SSLObject.do_handshake", "_TLSContentType", "_TLSAlertType", "_TLSMessageType"),
            differs="what the callback raises is raised by do_handshake(), and reported by whatever else reads or writes"),
    Feature("SSLContext.sni_callback", "3.7", PULLS + "5128", "sni", also=("SSLContext.set_servername_callback",),
            differs="a name that cannot be decoded (IDNA 2003) is refused without asking"),
)

# what SSLSocket inherits from socket.socket; wrap_socket() of sslsocket_class is the innermost
ADDITIONS += (
    Feature("SSLContext.sslsocket_class", "3.7", BPO + "31386", "sockets", also=("SSLContext.wrap_socket",)),
    Feature("SSLSocket.__enter__", "3.2", BPO + "9794", "sockets", also=("SSLSocket.__exit__",)),
    Feature("SSLSocket.detach", "3.2", BPO + "8524", "sockets", differs="the descriptor is a duplicate, with another number"),
    Feature("SSLSocket.get_inheritable", "3.4", BPO + "18571", "sockets"),
    Feature("SSLSocket.getblocking", "3.7", 76554, "sockets"),
    Feature("SSLSocket.recvmsg", "3.3", BPO + "12835", "sockets"),
    Feature("SSLSocket.recvmsg_into", "3.3", BPO + "12835", "sockets"),
    Feature("SSLSocket.sendfile", "3.5", BPO + "17552", "sockets"),
    Feature("SSLSocket.sendmsg", "3.3", BPO + "12835", "sockets"),
    Feature("SSLSocket.sendmsg_afalg", "3.6", BPO + "27744", "sockets"),
    Feature("SSLSocket.set_inheritable", "3.4", BPO + "18571", "sockets"),
    Feature("SSLSocket.timeout", "3.0", "https://docs.python.org/3/library/socket.html#socket-objects", "sockets"),
)

# sessions, and certificates after the handshake
SESSION = ("SSL_SESSION_dup", "SSL_SESSION_has_ticket", "SSL_in_before", "SSL_is_init_finished", "SSL_session_reused")
BEFORE_HANDSHAKES = ("SSLContext.wrap_socket", "SSLSocket.connect", "SSLSocket.connect_ex", "SSLSocket.do_handshake")
POST_HANDSHAKE = ("SSL_verify_client_post_handshake", "SSL_set_post_handshake_auth", "SSL_in_before")
ADDITIONS += (
    Feature("SSLContext.num_tickets", "3.8", 81301, "tickets", needs=("SSL_CTX_set_num_tickets", "SSL_CTX_get_num_tickets")),
    Feature("SSLContext.post_handshake_auth", "3.8", 78851, "post_handshake", needs=POST_HANDSHAKE,
            also=("SSLContext.wrap_bio",) + BEFORE_HANDSHAKES),
    Feature("SSLSocket.verify_client_post_handshake", "3.8", 78851, "post_handshake", needs=POST_HANDSHAKE,
            also=("SSLSocket.getpeercert",)),
    Feature("SSLObject.verify_client_post_handshake", "3.8", 78851, "post_handshake", needs=POST_HANDSHAKE,
            also=("SSLObject.getpeercert",)),
    Feature("SSLSession", "3.6", 63699, "sessions", needs=SESSION),
    Feature("SSLSocket.session", "3.6", 63699, "sessions", needs=SESSION, also=BEFORE_HANDSHAKES),
    Feature("SSLSocket.session_reused", "3.6", 63699, "sessions", needs=SESSION),
    Feature("SSLObject.session", "3.6", 63699, "sessions", needs=SESSION),
    Feature("SSLObject.session_reused", "3.6", 63699, "sessions", needs=SESSION),
)

# versions, options and enumerations; an enumeration before the constants that become members of it
LIMITS = ("SSL_CTX_ctrl", "TLS_method")  # the latter is as old as the commands (1.1.0)
ADDITIONS += (
    Feature("_SSLMethod", "3.6", 72212, "enums"),
    Feature("Options", "3.6", 72212, "enums", also=("SSLContext.options",)),
    Feature("AlertDescription", "3.6", 72212, "enums"),
    Feature("SSLErrorNumber", "3.6", 72212, "enums"),
    Feature("VerifyFlags", "3.6", 72212, "enums", also=("SSLContext.verify_flags",)),
    Feature("VerifyMode", "3.6", 72212, "enums", also=("SSLContext.verify_mode",)),
    Feature("TLSVersion", "3.7", 76790, "enums"),
    Feature("SSLContext.minimum_version", "3.7", 76790, "versions", needs=LIMITS),
    Feature("SSLContext.maximum_version", "3.7", 76790, "versions", needs=LIMITS),
    Feature("HAS_SSLv2", "3.7", 76790, "constants"),
    Feature("HAS_SSLv3", "3.7", 76790, "constants"),
    Feature("HAS_TLSv1", "3.7", 76790, "constants"),
    Feature("HAS_TLSv1_1", "3.7", 76790, "constants"),
    Feature("HAS_TLSv1_2", "3.7", 76790, "constants"),
    Feature("OP_NO_TICKET", "3.6", 63699, "constants"),
    Feature("OP_NO_RENEGOTIATION", "3.7", 76438, "constants", openssl=(1, 1, 0, 8)),
    Feature("OP_IGNORE_UNEXPECTED_EOF", "3.10", 87960, "constants", openssl=(3, 0)),
    Feature("OP_ENABLE_KTLS", "3.12", 96828, "constants", openssl=(3, 0)),
    Feature("OP_LEGACY_SERVER_CONNECT", "3.12", 89051, "constants"),
    Feature("VERIFY_ALLOW_PROXY_CERTS", "3.10", 83523, "constants"),
    Feature("VERIFY_X509_PARTIAL_CHAIN", "3.10", 85026, "constants"),
)

# what a context is for: last, since what is put over wrap_socket() and wrap_bio() here comes before what others have put in their place
ROLES = ("SSLContext.__new__", "SSLContext.__init__", "SSLContext.protocol", "SSLContext.wrap_socket", "SSLContext.wrap_bio",
         "SSLContext.__reduce_ex__", "get_protocol_name")
ADDITIONS += (
    Feature("SSLContext.protocol", "3.7", PULLS + "5128", "protocols", came_with="TLSVersion"),
    Feature("SSLContext.check_hostname", "3.7", 75612, "protocols", came_with="SSLCertVerificationError"),
    Feature("PROTOCOL_TLS_CLIENT", "3.6", 72272, "protocols", also=ROLES),
    Feature("PROTOCOL_TLS_SERVER", "3.6", 72272, "protocols", also=ROLES),
)

FEATURES = CORE + ADDITIONS

NEEDED_FOR_SSLOBJECT = tuple(row.name for row in CORE)
OF_SSLOBJECT = CORE + tuple(row for row in ADDITIONS if row.name.startswith(("SSLObject.", "SSLContext.sslobject_class")))


def named(names):
    """The names of features as a frozenset, None for all; TypeError for a single text, ValueError for a name that no feature has."""
    if names is None:
        return None
    if hasattr(names, "encode"):
        raise TypeError("features must be a list of names, not %r" % (names,))
    names = frozenset(names)
    unknown = sorted(names - frozenset(row.name for row in FEATURES))
    if unknown:
        raise ValueError("no feature is called %s: `python -m tls_bootstrap doctor` lists them" % " or ".join(map(repr, unknown)))
    return names


def resolve(ssl, name):
    """(the object that holds it, its last name) for a dotted name: ("SSLContext.wrap_bio" -> ssl.SSLContext, "wrap_bio")."""
    owner, parts = ssl, name.split(".")
    for part in parts[:-1]:
        owner = getattr(owner, part)
    return owner, parts[-1]
