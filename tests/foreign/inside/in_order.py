"""``python -m in_order PATCHER,PATCHER… -m MODULE ARGUMENTS…`` lets the patchers patch in this order, then runs the module."""
from __future__ import absolute_import, division, print_function

import runpy
import sys


def gevent():
    from gevent import monkey
    monkey.patch_all()


def eventlet():
    from eventlet import monkey_patch
    monkey_patch()


def upgraded():
    from tls_bootstrap import monkeypatch_ssl
    monkeypatch_ssl()


PATCHERS = {"gevent": gevent, "eventlet": eventlet, "upgraded": upgraded}

if __name__ == "__main__":
    order, module = sys.argv[1].split(","), sys.argv[3]
    for name in order:
        PATCHERS[name]()
    del sys.argv[1:4]  # run_module() puts the module's file at [0]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
