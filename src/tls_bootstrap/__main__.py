"""python -m tls_bootstrap"""
from __future__ import absolute_import, division, print_function

if __name__ == "__main__":
    import sys

    from ._cli import main

    sys.exit(main())
