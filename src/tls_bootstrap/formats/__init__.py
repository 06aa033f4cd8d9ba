"""What TLS, X.509 and OpenSSL's errors look like, in pure Python: bytes and texts in, facts out; no I/O, no state, no `ssl`.

    records      where a TLS record ends
    certificates a certificate as the dict of getpeercert(), or whom it is for
    hostnames    whether a certificate is for a name
    algorithms   what TLS negotiates: names of groups and signature algorithms
    handshake    the certificate of a server, as it passes
    reasons      the names of OpenSSL's errors
"""
from __future__ import absolute_import, division, print_function
