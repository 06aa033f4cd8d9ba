"""What a handshake may choose from, and what it chose: groups, cipher suites of TLS 1.3, signature algorithms (Python 3.15).

CPython 3.15 reads what was chosen only with an OpenSSL that has a function for exactly that (3.2 to 3.5), and raises
NotImplementedError with an older one; here it is put together from what an older one has.
"""
from __future__ import absolute_import, division, print_function

from .._compat import as_argument_text
from ..openssl import functions as openssl


def make(reach):
    """{name: function} of this file's features, bound to a Reach."""
    functions, context_pointer, connection_pointer = reach.functions, reach.context, reach.connection

    def set_list(context, command, names, refusal):
        if functions.SSL_CTX_ctrl(context_pointer(context), command, 0, as_argument_text(names)) != 1:
            raise reach.error(refusal)

    def set_groups(self, groups):
        """Allow only these groups for the key agreement: names separated by colons, the preferred one first.

        SSLError for a name that OpenSSL does not know. Since Python 3.15 (gh-136306; SSL_CTX_set1_groups_list).
        """
        set_list(self, openssl.SET_GROUPS_LIST, groups, "unrecognized group")

    def set_client_sigalgs(self, sigalgs):
        """Allow only these algorithms for the signature by which a client proves that it has its key: names separated by colons.

        SSLError for a name that OpenSSL does not know. Since Python 3.15 (gh-138252; SSL_CTX_set1_client_sigalgs_list).
        """
        set_list(self, openssl.SET_CLIENT_SIGALGS_LIST, sigalgs, "unrecognized signature algorithm")

    def set_server_sigalgs(self, sigalgs):
        """Allow only these algorithms for the signature by which a server proves that it has its key: names separated by colons.

        SSLError for a name that OpenSSL does not know. Since Python 3.15 (gh-138252; SSL_CTX_set1_sigalgs_list).
        """
        set_list(self, openssl.SET_SIGALGS_LIST, sigalgs, "unrecognized signature algorithm")

    def set_ciphersuites(self, ciphersuites):
        """Allow only these cipher suites of TLS 1.3: names separated by colons; set_ciphers() is for those before.

        SSLError for a name that OpenSSL does not know. Since Python 3.15 (gh-137197; SSL_CTX_set_ciphersuites).
        """
        if functions.SSL_CTX_set_ciphersuites(context_pointer(self), as_argument_text(ciphersuites)) != 1:
            raise reach.error("No cipher suite can be selected.")

    return locals_of(set_groups, set_client_sigalgs, set_server_sigalgs, set_ciphersuites)


def locals_of(*made):
    """{name: function}"""
    return dict((function.__name__, function) for function in made)
