"""Sending no bytes succeeds, with 0, as since Python 3.10 (bpo-31711).

SSL_write() has no success of length 0, so old Pythons take its answer for an error, and the error for an end of file. SSL_write_ex(), which
newer ones call, has one: it is asked after the fact, when all has been done that an empty write does - a handshake, if there was none yet.
"""
from __future__ import absolute_import, division, print_function

import functools

from . import OfMethods, trial


class EmptyWrite(OfMethods):
    """Where write(b"") of an intact connection raises."""

    def is_needed(self):
        ends = trial.connected(self.ssl)
        if ends is None:
            return True
        try:
            return ends[0].write(b"") != 0
        except self.ssl.SSLError:
            return True

    def make(self):
        return self.methods(self._remake, "write", "send")

    def _remake(self, original):
        @functools.wraps(original)
        def write(self_, data, *arguments):
            try:
                return original(self_, data, *arguments)
            except (self.ssl.SSLEOFError, self.ssl.SSLZeroReturnError):  # the latter when the peer has closed its half
                if len(data) or not self._takes_nothing(self_):
                    raise
            return 0

        return write

    def _takes_nothing(self, connection):
        connection = self.ask(connection)
        return connection is not None and connection.is_handshake_finished() and connection.takes_nothing()
