"""What stands for an engine in the ledger where the interpreter has an SSLObject of its own, or none is wanted."""
from __future__ import absolute_import, division, print_function

from . import Engine


class Native(Engine):
    """The interpreter's own `ssl`, with the OpenSSL that it has."""

    name = "native"
    summary = "the interpreter's own ssl"

    def openssl_version(self):
        import ssl

        return ssl.OPENSSL_VERSION
