"""Ways to break the engine, one for each guard: the check that watches over the guard must then fail.

A check that never fails may be watching nothing. So each check of this folder is run a second time with one of these, on Python 2.7 by
tests/reliability/run.py. On PyPy some of them have no meaning: NOT_ON_PYPY tells why. Functions marked `before` change the package before the
upgrade, those marked `after` change what it has put on `ssl`. If the engine no longer has the part that a function here replaces, the
function fails with AttributeError: that is an error of this file, and run.py does not take it for a caught defect.
"""
from __future__ import absolute_import, division, print_function

import functools
import threading

from tests.reliability import child

NOT_ON_PYPY = {
    "forget_the_first_context": "it is not collected as soon as it could be",
    "thunk_not_kept": "it is cffi that would have to free it, and CPython's ctypes that is sabotaged",
    "no_owner": "None's references are not counted",
    "free_on_error": "a reference belongs to the object of cffi that gives it back",
    "free_by_python": "a BIO belongs to an object of cffi, for which no `__del__` can stand in",
    "python_destructor": "a cycle with `__del__` is collected",
    "real_descriptor": "the dummy is no socket",
    "session_is_shared": "a connection that is dropped lives on until it is collected",
    "waiting_dummy": "the dummy is no socket",
    "no_gate_and_cdll": "cffi always lets go of the interpreter's lock",
}

_before, _after = {}, {}


def before(function):
    _before[function.__name__] = function
    return function


def after(function):
    _after[function.__name__] = function
    return function


def apply(name, upgrade):
    """Calls `upgrade` with the sabotage `name` around it; ValueError if there is none."""
    if name not in _before and name not in _after:
        raise ValueError("no sabotage %r: choose one of %s" % (name, ", ".join(sorted(set(_before) | set(_after)))))
    if name in _before:
        _before[name]()
    if upgrade() == "native":
        raise ValueError("nothing to sabotage: this Python has MemoryBIO of its own")
    if name in _after:
        _after[name]()


def replace(owner, name, make):
    """Puts ``make(what was there)`` in the place of an attribute that must exist."""
    original = getattr(owner, name)
    setattr(owner, name, functools.wraps(original)(make(original)))


def _bios():
    from tls_bootstrap.openssl import bio
    return bio.BIOs


def _library():
    if child.ENGINE == "pypy":
        from tls_bootstrap.openssl import library_cffi
        return library_cffi.CffiLibrary
    from tls_bootstrap.openssl import library
    return library.Library


def _engine():
    if child.ENGINE == "pypy":
        from tls_bootstrap.engines import pypy
        return pypy.PyPy
    from tls_bootstrap.engines import inplace
    return inplace.InPlace


# -- reference counts of BIOs (F14, G13) ---------------------------------------------------------------------------------------------

@after
def no_reference():
    """SSL_set_bio takes references that nobody has added: the BIO is freed while the MemoryBIO still points to it."""
    if child.ENGINE == "pypy":
        return replace(_engine(), "_exchange_bios", lambda original: lambda self, *pointers: self._lib.SSL_set_bio(*pointers))
    replace(_bios(), "add_reference", lambda original: lambda self, owner: None)


@after
def one_reference_too_many():
    """A leak of two BIOs per end of a connection."""
    def twice(original):
        def add_reference(self, owner):
            original(self, owner)
            original(self, owner)
        return add_reference

    def and_once_more(original):
        def exchange(self, *pointers):
            original(self, *pointers)
            for bio in pointers[1:]:
                self._lib.BIO_up_ref(bio)
        return exchange
    if child.ENGINE == "pypy":
        return replace(_engine(), "_exchange_bios", and_once_more)
    replace(_bios(), "add_reference", twice)


@before
def free_on_error():
    """A wrap_bio() that fails gives back a reference that it had not added yet."""
    def careless(original):
        def connect(self, context, incoming, *others):
            try:
                return original(self, context, incoming, *others)
            except Exception:
                self._library.BIO_free(self._bios._address_of(incoming._own))
                raise
        return connect
    replace(_engine(), "connect", careless)


class PythonHandle(object):
    """What frees a BIO in the obvious way; `own` is the engine's owner, which gives back another reference."""

    def __init__(self, bios, own):
        self.bios, self.own = bios, own
        bios.add_reference(own)

    def __del__(self):
        NAMES["count"] += 1  # a global name, as such code is apt to use
        self.bios._library.BIO_free(self.bios._address_of(self.own))


NAMES = {"count": 0}


@after
def free_by_python():
    """A BIO is freed by `__del__` (G9): signals may raise in it, and at exit its globals are gone."""
    def careless_new(original):
        def new(self):
            bio, own = original(self)
            return bio, PythonHandle(self, own)
        return new
    replace(_bios(), "new", careless_new)
    replace(_bios(), "add_reference", lambda original: lambda self, owner: original(self, getattr(owner, "own", owner)))


# -- sessions ------------------------------------------------------------------------------------------------------------------------

@before
def session_for_ever():
    """An SSLSession is owned by nobody: it is never freed."""
    replace(_library(), "owning", lambda original: lambda self, free: lambda pointer: None)


@before
def session_freed_twice():
    """The connection that an SSLSession is given to takes the SSLSession's own reference, for which there is no copy."""
    from tls_bootstrap.surface import sessions

    def careless(original):
        def make_session(reach):
            made = original(reach)

            def give(self, pointer):
                reach.functions.SSL_set_session(pointer, self._session)
                reach.functions.SSL_SESSION_free(self._session)
            made._give_to = give
            return made
        return make_session
    replace(sessions, "make_session", careless)


@before
def session_is_shared():
    """An SSLSession is the connection's own one, which OpenSSL marks when that dies."""
    from tls_bootstrap.surface import sessions

    def sharing(original):
        def make_session(reach):
            up_ref = reach.library._look_up("SSL_SESSION_up_ref", "c_int", ("c_void_p",))

            def dup(session):
                up_ref(session)
                return session
            reach.functions.SSL_SESSION_dup = dup
            return original(reach)
        return make_session
    replace(sessions, "make_session", sharing)


# -- threads (G2, G3) ----------------------------------------------------------------------------------------------------------------

@before
def no_gate():
    """Everybody may enter a connection at any time."""
    if child.ENGINE == "pypy":
        from tls_bootstrap.engines import gate, monitor  # in this order, or one half of the two is missing
        assert gate.guarded is monitor.guarded
        return replace(monitor, "_exclusive", lambda original: lambda function: function)
    from tls_bootstrap.surface import membio, sslobject
    everybody = type("Everybody", (int,), {"__eq__": lambda self, other: True, "__ne__": lambda self, other: False, "__hash__": int.__hash__})
    for module in (membio, sslobject):
        replace(module, "get_ident", lambda original: lambda: everybody())


@before
def no_gate_and_cdll():
    """And ctypes lets go of the interpreter's lock during BIO_read and BIO_write."""
    import ctypes
    from tls_bootstrap.openssl import library
    no_gate()
    replace(library.Library, "__init__", lambda original: lambda self, path, load=None: original(self, path, ctypes.CDLL))


@after
def global_lock():
    """One plain lock around all operations of all connections: after a fork nobody in the child would open it."""
    import ssl
    lock = threading.Lock()

    def locked(original):
        def operation(self, *arguments):
            with lock:
                for _ in range(300):  # compiled by PyPy, code looks for signals only when it goes round a loop
                    pass
                return original(self, *arguments)
        return operation
    for name in ("do_handshake", "read", "write", "unwrap"):
        replace(ssl.SSLObject, name, locked)


# -- the owner and the contexts (G1, G12), the collector ------------------------------------------------------------------------------

@before
def no_owner():
    """`_wrap_socket` is given no owner."""
    replace(_engine(), "connect", lambda original: lambda self, context, incoming, outgoing, server_side, name, owner, place=None: original(
        self, context, incoming, outgoing, server_side, name, None))


@after
def forget_the_first_context():
    """The connection keeps only the context that is in use."""
    import ssl

    def forgetting(original):
        def _create(cls, *arguments, **keywords):
            made = original.__func__(cls, *arguments, **keywords)
            del made._first_context
            return made
        return _create
    original = ssl.SSLObject.__dict__["_create"]
    ssl.SSLObject._create = classmethod(forgetting(original))


@after
def python_destructor():
    """An SSLObject with `__del__`, which Python 2 cannot collect in a cycle."""
    import ssl
    ssl.SSLObject.__del__ = lambda self: None


# -- descriptors (G7) ----------------------------------------------------------------------------------------------------------------

def _with_dummy(make, timeout):
    def careless(original):
        def connect(self, *arguments):
            self._dummy = make(self)
            self._dummy.settimeout(0)
            connection = original(self, *arguments)
            self._dummy.settimeout(timeout)
            return connection
        return connect
    replace(_engine(), "connect", careless)


@after
def real_descriptor():
    """Each connection has a dummy socket with a descriptor of its own."""
    import _socket
    _with_dummy(lambda engine: _socket.socket(), 0)


@after
def waiting_dummy():
    """The dummy socket has a descriptor and a timeout, so `_ssl` waits for it to become readable."""
    import _socket
    pairs = []

    def silent_socket(engine):
        pairs.append(_socket.socketpair())  # kept: an end whose other end is gone would be readable
        return pairs[-1][0]
    _with_dummy(silent_socket, 0.01)


# -- callbacks -----------------------------------------------------------------------------------------------------------------------

@before
def thunk_not_kept():
    """The C functions that OpenSSL is given are freed, as they would be with the context that they were made for."""
    from tls_bootstrap.openssl import library

    def careless(original):
        def callback(self, result, arguments, function):
            ctypes = self._ctypes
            made = ctypes.CFUNCTYPE(self._type(result), *[self._type(argument) for argument in arguments])(function)
            return ctypes.c_void_p(ctypes.cast(made, ctypes.c_void_p).value)
        return callback
    replace(library.Library, "callback", careless)


@before
def contexts_kept():
    """What contexts are remembered by keeps them alive."""
    from tls_bootstrap.surface import state
    kept = []

    def careless(original):
        def make_state_of(context_class):
            state_of = original(context_class)
            return lambda context, **how: kept.append(context) or state_of(context, **how)
        return make_state_of
    replace(state, "make_state_of", careless)


@before
def exceptions_swallowed():
    """What callbacks raise is neither raised nor reported."""
    from tls_bootstrap import _compat
    replace(_compat, "report_unraisable", lambda original: lambda text: None)
    from tls_bootstrap.surface import raising
    replace(raising.Operations, "keep", lambda original: lambda self, genuine, kind: None)


# -- verification (G5) ---------------------------------------------------------------------------------------------------------------

@after
def no_second_layer():
    """The name is checked by OpenSSL alone."""
    import ssl
    replace(ssl.SSLObject, "_check_name", lambda original: lambda self: None)
