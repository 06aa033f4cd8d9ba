"""Memory BIOs: birth, shared ownership, death.

A BIO has a reference count. One reference is the MemoryBIO object's own; each SSL that reads from or writes to the BIO
holds another, because SSL_set_bio takes over one reference of each BIO it is given (and only ONE when both are the same
BIO - CPython 3 adds two and leaks one for `wrap_bio(b, b)`). Whoever dies last frees it, so objects may die in any order.

The MemoryBIO's reference must be given back when that object dies. Not by `__del__`: it is bytecode, so a signal handler
may raise in the middle of it (the exception is swallowed, the BIO leaks), it may run during interpreter exit, and it
keeps reference cycles alive for ever on Python 2. Here a C object of CPython, a PyCObject, is given the pointer and the
address of BIO_free and calls it when its own reference count falls to zero: no bytecode, no order of shutdown.

OpenSSL 1.0.2 has no BIO_up_ref. Two ways lead past that, and tests/openssl102 runs the first over a real one:

- to count by CRYPTO_add_lock, the function by which 1.0.2 itself counts, at the place of `references` in its `struct bio_st`. That
  place is in no contract, but it can be proved, on a BIO that nobody uses yet. All else is as with BIO_up_ref, so this was chosen.
- to give the SSL a second BIO over the same buffer (BIO_C_SET_BUF_MEM), by public functions only. But then there are two ends of
  file to set, the buffer belongs to one of the two, which must not die first - and where a BIO keeps a place to read from, as since
  1.1.0, bytes are read twice, without an error. Nothing of that can be proved beforehand.

The buffer of a BIO of 1.0.2 has no such place: each read moves all that is left to the front (mem_read(), crypto/bio/bss_mem.c), and
OpenSSL reads twice for a record. 4 MiB that wait in an incoming BIO are read in 0.04 s, 32 MiB in 13: feed it in moderate pieces.
"""
from __future__ import absolute_import, division, print_function

BIO_C_SET_BUF_MEM_EOF_RETURN = 130
CRYPTO_LOCK_BIO = 21


class BIOs(object):
    """Makes memory BIOs and counts their references, with the functions of one library and one interpreter.

    `python` is a PyDLL of the interpreter itself, for our prototypes alone. ImportError when its C API has no PyCObject (Python 3).
    """

    def __init__(self, library, python):
        import ctypes

        self._ctypes = ctypes
        self._library = library
        self._method = library.BIO_s_mem()
        self._own = getattr(python, "PyCObject_FromVoidPtr", None)
        if self._own is None:
            raise ImportError("the C API has no PyCObject_FromVoidPtr, by which a BIO is freed without running Python code")
        self._own.restype = ctypes.py_object
        self._own.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
        self._address_of = python.PyCObject_AsVoidPtr
        self._address_of.restype = ctypes.c_void_p
        self._address_of.argtypes = (ctypes.py_object,)
        self._keep = python.Py_IncRef
        self._keep.restype, self._keep.argtypes = None, (ctypes.py_object,)
        self._free = library.address(library.BIO_free)
        self._counts_itself = library.reference.__name__ == "BIO_up_ref"
        self._place = None if self._counts_itself else place_of_references_1_0(ctypes)

    def new(self):
        """A new memory BIO: (its pointer as an argument for ctypes, the object whose death gives its reference back).

        `from_param` makes the ready converted argument, which ctypes only copies; of a c_void_p it would look up the
        type code in a list for each call, 60 ns.

        MemoryError when OpenSSL cannot allocate one.
        """
        address = self._library.BIO_new(self._method)
        if not address:
            self._library.ERR_clear_error()
            raise MemoryError("BIO_new failed: no memory for another BIO")
        return self._ctypes.c_void_p.from_param(address), self._own(address, self._free)

    def set_eof(self, bio):
        """An empty BIO shall answer 0 (end of file) from now on, no more -1 (try again)."""
        self._library.BIO_ctrl(bio, BIO_C_SET_BUF_MEM_EOF_RETURN, 0, None)

    def prove(self):
        """On 1.0.x: the field taken for the reference count counts, on a fresh BIO; ImportError otherwise."""
        if not (self._counts_itself or self._counts()):
            raise ImportError("the reference count of a BIO is not where OpenSSL 1.0.2 has it, and there is no BIO_up_ref")

    def _counts(self):
        _, owner = self.new()
        address = self._address_of(owner)
        count = self._ctypes.c_int.from_address(address + self._place)
        if count.value != 1:
            return False
        self.add_reference(owner)
        added = count.value == 2
        self._library.BIO_free(address)
        if added and count.value == 1:
            return True
        self._keep(owner)  # another field that was 1, so this was its last reference: nobody may give back one more
        return False

    def add_reference(self, owner):
        """Another reference to the BIO of an owner, for an SSL to take over."""
        address = self._address_of(owner)
        if self._counts_itself:
            self._library.reference(address)
        else:
            self._library.reference(address + self._place, 1, CRYPTO_LOCK_BIO, b"tls_bootstrap", 0)


def place_of_references_1_0(ctypes):
    """The offset of `references` in `struct bio_st` of OpenSSL 1.0.x (crypto/bio/bio.h), which has no BIO_up_ref."""

    class bio_st(ctypes.Structure):
        _fields_ = (
            [(name, ctypes.c_void_p) for name in ("method", "callback", "cb_arg")]
            + [(name, ctypes.c_int) for name in ("init", "shutdown", "flags", "retry_reason", "num")]
            + [(name, ctypes.c_void_p) for name in ("ptr", "next_bio", "prev_bio")]
            + [("references", ctypes.c_int)]
        )

    return bio_st.references.offset
