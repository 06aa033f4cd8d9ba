"""The end of the transport without close_notify: an SSLEOFError, or b"" where suppress_ragged_eofs says so, as since Python 3.10.

OpenSSL 3 made an error of it, with a reason of its own (openssl/openssl#10907), where it had been none. What older Pythons make of that:

- 2.7 to 3.7 do not know the reason. They raise a plain SSLError, which suppress_ragged_eofs does not catch, and call it KRB5_S_TKT_NYV.
- 3.8, 3.9 and some later ones of distributions set OP_IGNORE_UNEXPECTED_EOF on every context, by which OpenSSL takes such an end for
  close_notify: who listens cannot tell a file from its first half. New contexts do not set it any more then, unless they are told to;
  what comes then is again a plain SSLError.
- Whatever is done with such a connection afterwards has SSL_ERROR_SYSCALL and nothing on OpenSSL's queue; of that they make an OSError
  with errno 0 (to which OpenSSL sets it before it does anything: clear_sys_error() in ssl/statem/statem.c), or an SSLSyscallError. Newer
  ones say SSLEOFError again (gh-87960, gh-115627), and so did old ones with OpenSSL 1.1.1, but for the handshake.
"""
from __future__ import absolute_import, division, print_function

import functools

from ..errors import UNEXPECTED_EOF, Translator, read, verification_error
from . import Builder, for_new_contexts, translating, trial

IGNORE_UNEXPECTED_EOF = 0x80  # SSL_OP_IGNORE_UNEXPECTED_EOF of OpenSSL 3; the bit had other meanings before


class RaggedEOF(Builder):
    """Where do_handshake() raises anything but an SSLEOFError at such an end."""

    def __init__(self, ssl, reach):
        super(RaggedEOF, self).__init__(ssl, reach)
        self._found = trial.error_at_the_end(ssl)

    def is_needed(self):
        return type(self._found) is not self.ssl.SSLEOFError

    def make(self):
        made = self.methods(translating(make_translate(self.ssl)), "do_handshake", "write", "send", "unwrap", "read")
        if "SSLSocket.read" in made:
            made["SSLSocket.read"] = make_remake_read(made["SSLSocket.read"], self.ssl)
        if isinstance(self._found, self.ssl.SSLZeroReturnError):
            made["SSLContext.__new__"] = for_new_contexts(heed_the_end)
        return made


def heed_the_end(context, protocol):
    """Take OP_IGNORE_UNEXPECTED_EOF off a context; past its class, which may be one that has no options of its own yet."""
    import _ssl

    options = _ssl._SSLContext.options
    options.__set__(context, options.__get__(context) & ~IGNORE_UNEXPECTED_EOF)


def make_translate(ssl):
    """Make the function that gives what a newer Python raises in the place of an error, None if that is the same."""
    translator = Translator(verification_error(), True)

    def translate(self, error):
        library = getattr(error, "library", None)
        if library == "SSL":
            _, where, reason = read(error)
            return translator.unexpected_eof(where) if reason == UNEXPECTED_EOF and not isinstance(error, ssl.SSLEOFError) else None
        if library is None and (error.errno == 0 or type(error) is ssl.SSLSyscallError):
            return translator.end()

    return translate


def make_remake_read(remake_translating, ssl):
    """Make what makes SSLSocket.read: the stock one has asked for suppress_ragged_eofs before it could know that this is one."""
    def remake(original):
        translating_read = remake_translating(original)

        @functools.wraps(original)
        def read(self, len=1024, buffer=None):
            try:
                return translating_read(self, len, buffer)
            except ssl.SSLEOFError:
                if self.suppress_ragged_eofs:
                    return b"" if buffer is None else 0
                raise

        return read

    return remake
