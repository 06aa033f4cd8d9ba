"""What a handshake may choose from: groups, cipher suites of TLS 1.3, signature algorithms (Python 3.15). See negotiated.py for the choice.

CPython 3.15 lists what there is only with an OpenSSL that has a function for exactly that (groups 3.5, signature algorithms 3.4), and
raises NotImplementedError with an older one. There the names that are known here are tried, one by one, on an SSL_CTX of nobody.
"""
from __future__ import absolute_import, division, print_function

from .._compat import as_argument_text
from ..formats import algorithms
from ..openssl import functions as openssl

UNKNOWN_SIGNATURE = "unrecognized signature algorithm"


def make(reach):
    """{name: function} of this file's features, bound to a Reach."""
    functions, context_pointer = reach.functions, reach.context
    group_spellings = {} if functions.has("SSL_group_to_name") else algorithms.GROUP_SPELLINGS
    signature_spellings = {} if functions.has("SSL_get1_builtin_sigalgs") else algorithms.SIGNATURE_SPELLINGS

    def set_list(function, context, command, names, spellings, refusal):
        names = algorithms.respelled(as_argument_text(names, function), spellings)
        if functions.SSL_CTX_ctrl(context_pointer(context), command, 0, names) != 1:
            raise reach.error(refusal)

    def set_groups(self, groups):
        """Allow only these groups for the key agreement: names separated by colons, the preferred one first.

        SSLError for a name that OpenSSL does not know, TypeError for what is no text, ValueError for a NUL in it.
        Since Python 3.15 (gh-136306; SSL_CTX_set1_groups_list).
        """
        set_list("set_groups", self, openssl.SET_GROUPS_LIST, groups, group_spellings, "unrecognized group")

    def set_client_sigalgs(self, sigalgs):
        """Allow only these algorithms for the signature by which a client proves that it has its key: names separated by colons.

        SSLError for a name that OpenSSL does not know, TypeError for what is no text, ValueError for a NUL in it.
        Since Python 3.15 (gh-138252; SSL_CTX_set1_client_sigalgs_list).
        """
        set_list("set_client_sigalgs", self, openssl.SET_CLIENT_SIGALGS_LIST, sigalgs, signature_spellings, UNKNOWN_SIGNATURE)

    def set_server_sigalgs(self, sigalgs):
        """Allow only these algorithms for the signature by which a server proves that it has its key: names separated by colons.

        On a client they hold for its own signature, too, unless set_client_sigalgs() has said others.
        SSLError for a name that OpenSSL does not know, TypeError for what is no text, ValueError for a NUL in it.
        Since Python 3.15 (gh-138252; SSL_CTX_set1_sigalgs_list).
        """
        set_list("set_server_sigalgs", self, openssl.SET_SIGALGS_LIST, sigalgs, signature_spellings, UNKNOWN_SIGNATURE)

    def set_ciphersuites(self, ciphersuites):
        """Allow only these cipher suites of TLS 1.3: names separated by colons; set_ciphers() is for those before.

        SSLError when OpenSSL knows none of the names, and before 3.0 when it does not know all. TypeError for what is no text,
        ValueError for a NUL in it. Since Python 3.15 (gh-137197; SSL_CTX_set_ciphersuites).
        """
        if functions.SSL_CTX_set_ciphersuites(context_pointer(self), as_argument_text(ciphersuites, "set_ciphersuites")) != 1:
            raise reach.error("No cipher suite can be selected.")

    def get_groups(self, **include_aliases):
        """A list of the names of the groups that there are for the versions of TLS which this context allows.

        With ``include_aliases=True`` also of other names for the same groups. TypeError for any other argument.
        Since Python 3.15 (gh-136306; SSL_CTX_get0_implemented_groups of OpenSSL 3.5, and by trying before).
        """
        aliases = bool(include_aliases.pop("include_aliases", False))
        if include_aliases:
            raise TypeError("get_groups() got an unexpected keyword argument '%s'" % min(include_aliases))
        listed = listed_groups(reach, context_pointer(self), aliases)
        return known_groups(reach, context_pointer(self), aliases, group_spellings) if listed is None else listed

    def get_sigalgs():
        """A list of the names of all signature algorithms of TLS that there are.

        Since Python 3.15 (gh-138252; SSL_get1_builtin_sigalgs of OpenSSL 3.4, and by trying before).
        """
        if functions.has("SSL_get1_builtin_sigalgs"):
            return listed_signatures(reach)
        return known_signatures(reach, signature_spellings)

    return by_name(set_groups, set_client_sigalgs, set_server_sigalgs, set_ciphersuites, get_groups, get_sigalgs)


def listed_groups(reach, pointer, aliases):
    """The names of groups that OpenSSL lists for an SSL_CTX*, None if it is too old for that."""
    functions = reach.functions
    stack = functions.OPENSSL_sk_new_null()
    try:
        if functions.SSL_CTX_ctrl(pointer, openssl.GET0_IMPLEMENTED_GROUPS, int(aliases), stack) != 1:
            functions.ERR_clear_error()
            return None
        return [openssl.as_text(reach.library.read_memory(name)) for name in reach.library.items(stack)]
    finally:
        functions.OPENSSL_sk_free(stack)


def known_groups(reach, pointer, aliases, spellings):
    """The names of groups that are known here, which this OpenSSL takes and which some version has that an SSL_CTX* allows."""
    lowest, highest = [reach.functions.SSL_CTX_ctrl(pointer, command, 0, None)
                       for command in (openssl.GET_MIN_PROTO_VERSION, openssl.GET_MAX_PROTO_VERSION)]
    wanted = [names[:1 + aliases] for names, first, last in ((row[:2], row[2], row[3]) for row in algorithms.GROUPS)
              if not (first and highest and first > highest or last and lowest and last < lowest)]
    return accepted(reach, openssl.SET_GROUPS_LIST, [name for names in wanted for name in names if name], spellings)


def listed_signatures(reach):
    """The names of signature algorithms that OpenSSL lists. MemoryError when it cannot."""
    functions = reach.functions
    names = functions.SSL_get1_builtin_sigalgs(None)
    if not names:
        functions.ERR_clear_error()
        raise MemoryError("SSL_get1_builtin_sigalgs failed")
    try:
        return openssl.as_text(reach.library.read_memory(names)).split(":")
    finally:
        functions.CRYPTO_free(names, None, 0)


def known_signatures(reach, spellings):
    """The names of signature algorithms that are known here and which this OpenSSL takes."""
    return accepted(reach, openssl.SET_SIGALGS_LIST, [row[0] for row in algorithms.SIGNATURES], spellings)


def accepted(reach, command, names, spellings):
    """Those of the names that an SSL_CTX takes for a list. SSLError when there is no memory for one."""
    functions = reach.functions
    pointer = functions.SSL_CTX_new(functions.TLS_method())
    if not pointer:
        raise reach.error()
    try:
        taken = [name for name in names
                 if functions.SSL_CTX_ctrl(pointer, command, 0, algorithms.respelled(name.encode("ascii"), spellings)) == 1]
    finally:
        functions.SSL_CTX_free(pointer)
        functions.ERR_clear_error()  # of each name that is not taken
    return taken


def by_name(*made):
    """{name: function}"""
    return dict((function.__name__, function) for function in made)
