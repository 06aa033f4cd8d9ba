"""Stands for the program mkcert, which truststore's tests use to make a server whose authority the system trusts. A pytest plugin.

mkcert writes a new authority into the system's own store; that is not for a test run to do. Here the authority is a file of its own and
is trusted by way of SSL_CERT_FILE, which is where OpenSSL looks (X509_get_default_cert_file_env) when truststore asks for the default
verify paths. A folder with a small `mkcert` goes to the front of PATH for the run; it calls this file, which issues with trustme.
"""
from __future__ import absolute_import, division, print_function

import os
import shutil
import sys
import tempfile

import trustme

SCRIPT = '#!/bin/sh\nexec "%s" "%s" "$@"\n'


def pytest_configure(config):
    config.local_mkcert = folder = tempfile.mkdtemp()
    script, authority = os.path.join(folder, "mkcert"), trustme.CA()
    with open(script, "w") as file:
        file.write(SCRIPT % (sys.executable, os.path.abspath(__file__)))
    os.chmod(script, 0o755)
    authority.cert_pem.write_to_path(os.path.join(folder, "ca.pem"))
    authority.private_key_pem.write_to_path(os.path.join(folder, "ca_key.pem"))
    os.environ.update(PATH=folder + os.pathsep + os.environ["PATH"], LOCAL_MKCERT=folder, SSL_CERT_FILE=os.path.join(folder, "ca.pem"))


def pytest_unconfigure(config):
    shutil.rmtree(config.local_mkcert)


def issue(certificate, key, name):
    folder = os.environ["LOCAL_MKCERT"]
    with open(os.path.join(folder, "ca.pem"), "rb") as cert_file, open(os.path.join(folder, "ca_key.pem"), "rb") as key_file:
        authority = trustme.CA.from_pem(cert_file.read(), key_file.read())
    issued = authority.issue_cert(name)
    issued.cert_chain_pems[0].write_to_path(certificate)
    issued.private_key_pem.write_to_path(key)


if __name__ == "__main__":
    # as conftest.py calls it: "-help", "-install", "-uninstall", or "-cert-file FILE -key-file FILE NAME"
    if sys.argv[1] == "-cert-file":
        issue(sys.argv[2], sys.argv[4], sys.argv[5])
    elif sys.argv[1] not in ("-help", "-install", "-uninstall"):
        sys.exit("this stand-in for mkcert does not know %s: teach it to tests/foreign/inside/local_mkcert.py" % sys.argv[1])
