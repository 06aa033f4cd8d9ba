"""What OpenSSL says and does in other words from version to version: the tests ask for these names, not for a version.

    from_openssl(reason, prose)   the arguments for `raises` and `assert_failure`: how an error of OpenSSL's SSL library looks
    in_a_record(reason, prose)    the same for an error in what arrives
    ALERT                         how the prose begins that tells of an alert of SSL 3's list
    RAGGED                        the end of the transport without close_notify
    SELF_SIGNED                   X509_verify_cert_error_string(18)

A name here is a fact of an OpenSSL, the same for every CPython over it. (PyPy's `_ssl` words two of them by itself: PYPYS_OWN.) What an
interpreter does is a row in expected_failures.py.
"""
from __future__ import absolute_import, division, print_function

import ssl

from tests.support import facts

BY_PYOPENSSL = facts.engine() == "pyopenssl"
PYPYS_OWN = facts.is_pypy() and not facts.is_upgraded()  # lib_pypy/_cffi_ssl/_stdssl/error.py has fewer names, and keeps OpenSSL's text

EOF = dict(kind=ssl.SSLEOFError, text="EOF occurred in violation of protocol", errno=8)

# Since OpenSSL 3.0 the end of the transport is an error with a reason (openssl/openssl#10907), of which _ssl.c makes an SSLEOFError
# (python/cpython#95494). Before, it was none: nothing is queued, no alert is sent, and the connection lives on.
END_IS_AN_ERROR = facts.openssl((3,))
RAGGED = EOF if not END_IS_AN_ERROR else dict(
    kind=ssl.SSLEOFError, errno=8, library="SSL", reason="UNEXPECTED_EOF_WHILE_READING", text="[SSL: UNEXPECTED_EOF_WHILE_READING] %s"
    % ("unexpected eof while reading" if PYPYS_OWN else "EOF occurred in violation of protocol"))

# openssl/openssl#7953; the names of the reasons stay SSLV3_ALERT_...
ALERT = "tls alert" if facts.openssl((4,)) else "ssl/tls alert" if facts.openssl((3, 2)) else "sslv3 alert"

# The engine pyopenssl has the texts of OpenSSL 3 itself: PyOpenSSL tells numbers only.
SELF_SIGNED = "self-signed certificate" if facts.openssl((3,)) or BY_PYOPENSSL else "self signed certificate"

# Since OpenSSL 3.2 an error in a record is queued twice, the second time as "record layer failure" (openssl/openssl#25290). _ssl.c tells
# the last word, PyOpenSSL all of them. No error for which there is no alert (a record that is not TLS) ends the connection any more in
# 3.2 to 3.6: ossl_tls_handle_rlayer_return() in ssl/record/rec_layer_s3.c.
TELLS_RECORD_LAYER_FAILURE = facts.openssl((3, 2)) and not BY_PYOPENSSL
NOT_TLS_IS_FATAL = not facts.openssl((3, 2), (4,))


def from_openssl(reason, prose):
    return dict(kind=ssl.SSLError, text="[SSL: %s] %s" % (reason, prose) if reason else "[SSL] " + prose,
                errno=1, library="SSL", reason=reason)


def in_a_record(reason, prose):
    if TELLS_RECORD_LAYER_FAILURE:
        reason, prose = None if PYPYS_OWN else "RECORD_LAYER_FAILURE", "record layer failure"
    return from_openssl(reason, prose)
