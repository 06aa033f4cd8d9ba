"""X509_check_host of the OpenSSL that `_ssl` has loaded, for certificates with one DNS name. ImportError where ctypes finds none."""
from __future__ import absolute_import, division, print_function

import ctypes

import _ssl

from tests.certs import der

NO_PARTIAL_WILDCARDS = 4

try:
    library = ctypes.PyDLL(_ssl.__file__)
    library.X509_check_host, library.d2i_X509, library.X509_free
except (AttributeError, OSError) as error:
    raise ImportError("ctypes finds no X509_check_host (%s)" % error)
library.d2i_X509.restype = ctypes.c_void_p
library.d2i_X509.argtypes = (ctypes.c_void_p, ctypes.POINTER(ctypes.c_char_p), ctypes.c_long)
library.X509_check_host.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_void_p)
library.X509_free.argtypes = (ctypes.c_void_p,)
library.X509_free.restype = None
library.ERR_clear_error.restype = None


def check_host(pattern, name):
    """Whether OpenSSL takes a certificate for the DNS name `pattern` (both str) to be one for `name`."""
    dns = der.element(0x82, pattern.encode("latin-1"))
    text = der.certificate(extensions=(der.extension("2.5.29.17", der.sequence(dns)),))
    data = ctypes.c_char_p(text)
    certificate = library.d2i_X509(None, ctypes.byref(data), len(text))
    assert certificate, "OpenSSL cannot read it"
    try:
        name = name.encode("ascii")
        answer = library.X509_check_host(certificate, name, len(name), NO_PARTIAL_WILDCARDS, None)
        assert answer in (0, 1, -2), answer
        return answer == 1
    finally:
        library.X509_free(certificate)
        library.ERR_clear_error()
