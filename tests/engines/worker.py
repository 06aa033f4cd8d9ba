"""Performs all behaviours on the interpreter that runs it: ``PYTHON worker.py ENGINE`` prints what happened, as JSON.

    {"facts": {"python": "2.7.18", "openssl": "OpenSSL 3.0.19 ...", "engine": "inplace"}, "outcomes": {"bio_basic": ["''", "6", ...], ...}}

ENGINE is the name of an engine, for which `ssl` is upgraded, or "native".
"""
from __future__ import absolute_import, division, print_function

import json
import os
import platform
import sys
import warnings

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def perform():
    """The facts of the running `ssl` and its outcomes."""
    import ssl

    from tests.engines import behaviours, outcomes
    from tests.support import facts

    return {"facts": {"python": platform.python_version(), "openssl": ssl.OPENSSL_VERSION, "engine": facts.engine()},
            "outcomes": dict((behaviour.__name__, outcomes.of_behaviour(behaviour)) for behaviour in behaviours.ALL)}


def main(engine):
    warnings.simplefilter("ignore")  # cryptography says that Python 2 is old, pyOpenSSL that crypto is
    if engine != "native":
        import tls_bootstrap

        tls_bootstrap.monkeypatch_ssl(engine)
    json.dump(perform(), sys.stdout)


if __name__ == "__main__":
    sys.path[0:1] = [ROOT, os.path.join(ROOT, "src")]  # in place of the folder of this file
    main(*sys.argv[1:])
