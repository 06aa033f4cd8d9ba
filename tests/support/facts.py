"""What the running `ssl` is. Needs nothing but the standard library, so that child processes can ask too."""
from __future__ import absolute_import, division, print_function

import ssl


def is_upgraded():
    """Whether ``SSLContext.wrap_bio`` is the project's: its code does not come from the interpreter's own ssl.py."""
    return _source(ssl.SSLContext.wrap_bio.__code__.co_filename) != _source(ssl.__file__)


def engine():
    """The name of the engine that does the work, "native" without the upgrade."""
    ledger = vars(ssl).get("_tls_bootstrap_ledger")
    return ledger.engine.name if ledger else "native"


def _source(path):
    return path[:-1] if path.endswith((".pyc", ".pyo")) else path
