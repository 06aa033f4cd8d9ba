"""SSLContext.wrap_bio() refuses what SSLContext.wrap_socket() has always refused (CVE-2026-19553).

With check_hostname and no server_hostname there is nothing that the certificate could be compared with, so older Pythons compare nothing
and complete the handshake with whoever has a certificate. The SSLObject of this project needs no repair: it refuses every certificate then.
"""
from __future__ import absolute_import, division, print_function

import functools
import warnings

from ..arguments import check_arguments
from . import Builder
from .trial import new_context, put


class WrapBIOArguments(Builder):
    """Where wrap_bio() takes a context that wants a name to be checked, and no name. Some warn of it."""

    def is_needed(self):
        if not hasattr(self.ssl, "SSLObject"):
            return False
        if not hasattr(self.ssl.SSLObject, "_create"):  # before 3.7
            return True
        context = new_context(self.ssl)
        put(context, "verify_mode", self.ssl.CERT_REQUIRED)
        put(context, "check_hostname", True)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.ssl.SSLObject._create(self.ssl.MemoryBIO(), self.ssl.MemoryBIO(), context=context)
        except ValueError:
            return False
        return True

    def make(self):
        return {"SSLContext.wrap_bio": _remake}


def _remake(original):
    @functools.wraps(original)
    def wrap_bio(self, incoming, outgoing, server_side=False, server_hostname=None, session=None):
        check_arguments(self, server_side, server_hostname, session)
        return original(self, incoming, outgoing, server_side, server_hostname, session)

    return wrap_bio
