"""The ctypes floor: the libssl that `_ssl` itself has loaded, and nothing else.

    library   where the functions are, and their prototypes
    layout    proofs that a `_ssl._SSLSocket` is laid out as we think, before any pointer is followed
    bio       reference counts and death of memory BIOs
    functions, pointers, reach    what additions to `ssl` call, and the way there
    thunks    the way back: C functions by which OpenSSL calls Python

Rules of this folder: PyDLL only, never CDLL - the interpreter's lock is held during our short calls, so that they are
atomic (a CDLL call lets another thread into the same BIO: it crashes within seconds). No prototype is set on a library
object that others share. Callbacks only as thunks.py makes them, never one for each context. Nothing here knows of the `ssl` module.
"""
from __future__ import absolute_import, division, print_function
