"""A pytest plugin: the server of httpx's own tests speaks TLS, and httpx trusts it as it does the authorities of certifi.

In httpx 0.28 no test speaks TLS any more: they use a plain server or none. Its address follows from uvicorn's settings.
"""
from __future__ import absolute_import, division, print_function

import os
import shutil
import tempfile

import certifi
import trustme
from uvicorn import config as uvicorn


def pytest_configure(config):
    config.httpx_over_tls = folder = tempfile.mkdtemp()
    authority = trustme.CA()
    certificate, trusted = os.path.join(folder, "certificate.pem"), os.path.join(folder, "trusted.pem")
    authority.cert_pem.write_to_path(trusted)
    authority.issue_cert(u"127.0.0.1", u"localhost").private_key_and_cert_chain_pem.write_to_path(certificate)
    certifi.where = lambda: trusted
    original = uvicorn.Config.__init__

    def with_tls(self, *arguments, **keywords):
        original(self, *arguments, ssl_certfile=certificate, **keywords)

    uvicorn.Config.__init__ = with_tls


def pytest_unconfigure(config):
    shutil.rmtree(config.httpx_over_tls)
