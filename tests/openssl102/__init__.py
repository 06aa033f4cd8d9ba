"""The parts of the in-place engine over a real OpenSSL 1.0.2, which has no BIO_up_ref: the command is run.py.

    wheel    where it comes from
    ends     two ends of a connection, made by ctypes without any `_ssl`
    checks   what is examined, and by which sabotage each check is checked
"""
from __future__ import absolute_import, division, print_function
