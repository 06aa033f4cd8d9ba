"""Pythons of other Debian suites, unpacked for the tests: what a machine does not have, without installing anything on it.

`recipes` is the table of what can be had. For each, `mirrors` says where this machine's apt gets Debian from, `suites` reads
another suite's signed index from there, `packages` works out everything that a Python needs down to the C library, `unpack`
takes each package apart in a folder of its own under the cache, `elf` makes sure that no shared library is missing, and
`launchers` writes the program that starts it. The cache (`cache`) says what is there.

What can be relied on:

* Nothing is installed. apt works with a state of its own that lasts one run; its settings are the machine's (proxies,
  certificates), without hooks. No file of the system is touched.
* apt checks the signature of each index with the machine's keyring, and each package is compared with the SHA-256 in it.
* An interpreter is there when its manifest is, which is written last, after the interpreter was started and asked. Whatever
  a killed run left behind is removed by the next, and of two runs at once the second waits for the first.
* A suite moves on. If it has no longer what a recipe expects, that is an error that says so, not another interpreter under
  the same name.

Needs a Debian's apt and dpkg, and Python 3.6 or newer, standard library only.
"""
from __future__ import absolute_import, division, print_function
