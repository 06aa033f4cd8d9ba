"""Whether a certificate is for a name: OpenSSL's X509_check_host and X509_check_ip_asc over what certificates.identities() gives.

For engines whose `ssl` cannot ask OpenSSL. The rules are those that Python 3.7 and newer have OpenSSL apply inside the
handshake (X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS; crypto/x509/v3_utl.c), which are those of RFC 6125, 6.4:

- an IP address is compared with the certificate's IP addresses, byte for byte, and with nothing else;
- a name is compared with the certificate's DNS names, and only where it has none with its common names;
- a "*" stands for one whole label, the first, of letters, digits and hyphens; behind it two labels at least must follow;
- letters are compared without case; anything odd matches nothing.
"""
from __future__ import absolute_import, division, print_function

import re

__all__ = ["address_bytes", "fits"]

WILDCARD = r"\*(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?){2,}\Z"
ONE_LABEL = r"[A-Za-z0-9-]+"


def fits(name, dns, addresses, commons):
    """Whether `name`, an A-label or the text of an IP address, is one of these: DNS names, IP addresses as bytes, common names."""
    wanted = address_bytes(name)
    if wanted is not None:
        return wanted in addresses
    return any(matches(pattern, name) for pattern in dns or commons)


def matches(pattern, name):
    """Whether a DNS name of a certificate, perhaps with a wildcard, means this name."""
    pattern, name = pattern.lower(), name.lower()
    if pattern == name:
        return "\0" not in pattern
    if not re.match(WILDCARD, pattern):
        return False
    label, dot, rest = name.partition(".")
    return dot + rest == pattern[1:] and re.match(ONE_LABEL + r"\Z", label) is not None


def address_bytes(text):
    """An IP address as bytes, None for what is none."""
    import socket

    for family in (socket.AF_INET, getattr(socket, "AF_INET6", None)):
        try:
            return bytes(getattr(socket, "inet_pton", _inet_pton)(family, text))
        except (socket.error, TypeError, ValueError):  # not of this family, or this system does not have it
            continue
    return None


def _inet_pton(family, text):
    """For Windows' Python 2.7, which has only inet_aton: that takes "1" and "1.2" as well, so four numbers are asked for."""
    import socket

    if family != socket.AF_INET or not re.match(r"\d+\.\d+\.\d+\.\d+\Z", text):
        raise ValueError("not an IPv4 address")
    return socket.inet_aton(text)
