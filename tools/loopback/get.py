"""A program that knows nothing of tls_bootstrap: ``python get.py URL PROXY CAFILE`` prints what requests gets through a proxy."""
from __future__ import absolute_import, division, print_function

import sys

import requests


def main(url, proxy, cafile):
    response = requests.get(url, proxies={"https": proxy}, verify=cafile, timeout=20)
    response.raise_for_status()
    print(response.text)


if __name__ == "__main__":
    main(*sys.argv[1:])
