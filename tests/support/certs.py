"""Absolute paths of the test PKI, one name per PEM file; tests/certs/README.md says what is in each."""
from __future__ import absolute_import, division, print_function

import os

DIRECTORY = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "certs")


def path(name):
    """The absolute path of the file `name` (with or without ``.pem``) of the test PKI."""
    return os.path.join(DIRECTORY, name if name.endswith(".pem") else name + ".pem")


# Roots: certificates only.
CA = path("ca")
OTHER_CA = path("other_ca")

# Chain and private key in one file, for SSLContext.load_cert_chain(). CA verifies these:
SERVER = path("server")
SERVER_RSA = path("server_rsa")
OTHER = path("other")
CHAIN = path("chain")
BIG_CHAIN = path("big_chain")
CLIENT = path("client")

# The issuing key of CA (ca_key.pem) has no name here: only make.py uses it.

# A client that trusts CA and asks for "localhost" refuses these:
WRONGHOST = path("wronghost")
IP_ONLY = path("ip_only")
CN_ONLY = path("cn_only")
PARTIAL_WILDCARD = path("partial_wildcard")
EXPIRED = path("expired")
SELFSIGNED = path("selfsigned")
STRANGER = path("stranger")
