"""The main job (tools/main_job.py): pip and requests through an HTTPS proxy, on the Python that runs the tests.

Python 2.7 needs tls_bootstrap for it. Later ones can do it themselves; there the same steps show what native results are,
and that ``python -m tls_bootstrap run`` is harmless.
"""
from __future__ import absolute_import, division, print_function

import platform
import subprocess
import sys

import pytest

from tests.support import facts
from tools import main_job
from tools.environments import options_of_pip
from tools.isolation import isolated_environment

pip = pytest.importorskip("pip")
LAST_PIP_OF_2_7 = "20.3.4"


def stock_has_wrap_bio():
    """Asked of a process of its own: in this one, ssl may have been upgraded for other tests."""
    program = "import ssl, sys; sys.exit(not hasattr(ssl.SSLContext, 'wrap_bio'))"
    return subprocess.call([sys.executable, "-c", program], env=isolated_environment()) == 0


STOCK_HAS_WRAP_BIO = stock_has_wrap_bio()


def has_pyopenssl():
    return subprocess.call([sys.executable, "-c", "import OpenSSL.SSL"], stderr=subprocess.PIPE, env=isolated_environment()) == 0


def unavailable(step):
    """Why a step cannot be done here, or None."""
    if step.launcher == main_job.STOCK and STOCK_HAS_WRAP_BIO:
        return "has wrap_bio without an upgrade"
    if "loopback" in step.launcher and STOCK_HAS_WRAP_BIO:
        return "has wrap_bio of its own: no such engine is used"
    if "loopback" in step.launcher and facts.is_pypy():
        return "engine loopback is for CPython"
    if "pyopenssl" in step.launcher and not has_pyopenssl():
        return "PyOpenSSL is not installed here"
    if step.program is main_job.requests_get:
        try:
            __import__("requests")
        except ImportError:
            return "requests is not installed here"
    elif sys.version_info < (3,) and pip.__version__ != LAST_PIP_OF_2_7:
        return "pip is %s, not %s" % (pip.__version__, LAST_PIP_OF_2_7)
    if step.program is main_job.pip_download and pip.__version__ != LAST_PIP_OF_2_7:
        return "pip builds sdists only with an index that has setuptools"
    return None


STEPS = list(main_job.steps()) + list(main_job.with_engine("loopback")) + list(main_job.with_engine("pyopenssl"))


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.title)
def test_step(step, tmp_path):
    if unavailable(step):
        pytest.skip(unavailable(step))
    outcome = main_job.run(step, sys.executable, str(tmp_path), options_of_pip(platform.python_implementation(), sys.version_info))
    assert not outcome.complaints, outcome.output
