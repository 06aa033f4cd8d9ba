"""A certificate that is refused is an SSLCertVerificationError, with `verify_code` and `verify_message`, as since Python 3.7 (bpo-31399).

The class is our own where the interpreter has none (errors.py): caught by who waits for SSLError, and for CertificateError, whose name
stays with the class it has.
"""
from __future__ import absolute_import, division, print_function

from ..errors import VERIFY_FAILED, Translator, read, verification_error
from . import OfMethods, translating

VERIFICATION_ERROR = "SSLCertVerificationError"
OPERATIONS = ("do_handshake", "read", "write", "send", "unwrap")


class CertificateErrors(OfMethods):
    """Where `_ssl` has no SSLCertVerificationError that it could raise."""

    def is_needed(self):
        import _ssl

        return not hasattr(_ssl, VERIFICATION_ERROR)

    def make(self):
        class_ = verification_error()
        translator = Translator(class_, True)

        def translate(self_, error):
            if getattr(error, "library", None) != "SSL" or isinstance(error, class_):
                return None
            _, where, reason = read(error)
            connection = self.ask(self_) if reason == VERIFY_FAILED else None
            return translator.refused_certificate(connection.refusal(), where) if connection is not None else None

        made = self.methods(translating(translate), *OPERATIONS)
        made[VERIFICATION_ERROR] = lambda original: original or class_
        return made
