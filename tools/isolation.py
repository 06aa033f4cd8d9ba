"""The environment variables of a child process that must not depend on the machine it runs on."""
from __future__ import absolute_import, division, print_function

import os

# A proxy, an index or a set of roots of the machine would make a test pass or fail for a reason that is not in the test.
FOREIGN = ("ssl_cert_file", "ssl_cert_dir", "requests_ca_bundle", "curl_ca_bundle", "openssl_conf", "sslkeylogfile",
           "__pyvenv_launcher__")
FOREIGN_PREFIXES = ("pip_", "python", "pytest_", "tls_bootstrap_")


def is_foreign(name):
    """Whether the variable `name` could change what a child does. Case does not matter: `http_proxy` is read in both."""
    name = name.lower()
    return name in FOREIGN or name.startswith(FOREIGN_PREFIXES) or name.endswith("_proxy")


def isolated_environment(**more):
    """The variables of this process without the foreign ones, pip's configuration files switched off, and `more` added."""
    environment = dict((name, value) for name, value in os.environ.items() if not is_foreign(name))
    environment.update(PIP_CONFIG_FILE=os.devnull, PIP_DISABLE_PIP_VERSION_CHECK="1", PYTHONDONTWRITEBYTECODE="1")
    environment.update(more)
    return environment
