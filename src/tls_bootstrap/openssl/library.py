"""Where the functions of OpenSSL are: in the library that `_ssl` has loaded already, found through `_ssl` itself.

`dlsym` on `_ssl`'s own handle looks into `_ssl` and then into what it was linked with, so the functions found are the
ones `_ssl` calls. `ctypes.util.find_library("ssl")` would be wrong: it names the system's libssl, which may be another
one, and two of them on one SSL object crash.

A symbol is looked up by name, a capability is the presence of its symbol; version numbers are only shown and compared,
never parsed (a parsed version is what broke oscrypto on 3.0.10).
"""
from __future__ import absolute_import, division, print_function

# Names of ctypes' types: ctypes itself is imported when a library is opened, not before.
POINTER = "c_void_p"
INT = "c_int"
UINT = "c_uint"
LONG = "c_long"
ULONG = "c_ulong"
TEXT = "c_char_p"
SIZE = "c_size_t"

# name -> (result, arguments). None for the arguments: called on the hot path with ready-made ctypes instances, where a
# prototype would cost 0.1 us a call; the caller answers for the types (see surface/membio.py).
REQUIRED = {
    "BIO_s_mem": (POINTER, ()),
    "BIO_new": (POINTER, (POINTER,)),
    "BIO_free": (INT, (POINTER,)),
    "BIO_read": (INT, None),
    "BIO_write": (INT, None),
    "BIO_ctrl": (LONG, (POINTER, INT, LONG, POINTER)),
    "BIO_ctrl_pending": (INT, None),  # size_t in C: an int is enough, a memory BIO ends below 1.5 GiB (BUF_MEM_grow)
    "SSL_set_bio": (None, (POINTER, POINTER, POINTER)),
    "SSL_ctrl": (LONG, (POINTER, INT, LONG, POINTER)),
    "SSL_get_ex_data": (POINTER, (POINTER, INT)),
    "SSL_get_SSL_CTX": (POINTER, (POINTER,)),
    "SSL_get_fd": (INT, (POINTER,)),
    "SSL_get_shutdown": (INT, (POINTER,)),
    "SSL_get_verify_result": (LONG, (POINTER,)),
    "SSL_get0_param": (POINTER, (POINTER,)),
    "X509_VERIFY_PARAM_set1_host": (INT, (POINTER, TEXT, SIZE)),
    "X509_VERIFY_PARAM_set1_ip_asc": (INT, (POINTER, TEXT)),
    "X509_VERIFY_PARAM_set_hostflags": (None, (POINTER, UINT)),
    "X509_check_host": (INT, (POINTER, TEXT, SIZE, UINT, POINTER)),
    "X509_check_ip_asc": (INT, (POINTER, TEXT, UINT)),
    "X509_free": (None, (POINTER,)),
    "X509_verify_cert_error_string": (TEXT, (LONG,)),
    "ERR_clear_error": (None, ()),
    "ERR_peek_last_error": (ULONG, ()),
    "ERR_reason_error_string": (TEXT, (ULONG,)),
    "SSL_CIPHER_get_name": (TEXT, (POINTER,)),
    "SSL_CIPHER_get_version": (TEXT, (POINTER,)),
    "SSL_CIPHER_get_bits": (INT, (POINTER, POINTER)),
    "SSL_get_ciphers": (POINTER, (POINTER,)),
}

# The same function under the name it had in each line of OpenSSL, newest first; at least one of each must be there.
ALTERNATIVES = {
    "version_text": (("OpenSSL_version", TEXT, (INT,)), ("SSLeay_version", TEXT, (INT,))),
    "state": (("SSL_is_init_finished", INT, (POINTER,)), ("SSL_state", INT, (POINTER,))),
    "peer_certificate": (
        ("SSL_get1_peer_certificate", POINTER, (POINTER,)),
        ("SSL_get_peer_certificate", POINTER, (POINTER,)),
    ),
    "reference": (("BIO_up_ref", INT, (POINTER,)), ("CRYPTO_add_lock", INT, (POINTER, INT, INT, TEXT, INT))),
    "stack_length": (("OPENSSL_sk_num", INT, (POINTER,)), ("sk_num", INT, (POINTER,))),
    "stack_item": (("OPENSSL_sk_value", POINTER, (POINTER, INT)), ("sk_value", POINTER, (POINTER, INT))),
}

# Absent on some supported OpenSSL; one feature depends on each, and says so where it is used.
OPTIONAL = {
    "SSL_get_client_ciphers": (POINTER, (POINTER,)),  # 1.1.0, for shared_ciphers()
    "SSL_write_ex": (INT, (POINTER, TEXT, SIZE, POINTER)),  # 1.1.1, for write(b"")
}

UNEXPECTED_EOF = (20 << 23) | 294  # ERR_PACK(ERR_LIB_SSL, 0, SSL_R_UNEXPECTED_EOF_WHILE_READING), OpenSSL 3.0
SSL_ST_OK = 3  # what SSL_state() of 1.0.2 says after the handshake


class Library(object):
    """The functions of one loaded OpenSSL as attributes, prototypes set.

    Raises ImportError that names the first symbol that is missing.
    """

    def __init__(self, path, load=None):
        self.path = path
        self._open(load)
        for name, (result, arguments) in REQUIRED.items():
            setattr(self, name, self._function(name, result, arguments, required=True))
        for name, (result, arguments) in OPTIONAL.items():
            setattr(self, name, self._function(name, result, arguments, required=False))
        for role, candidates in ALTERNATIVES.items():
            setattr(self, role, self._first(candidates))

    def _open(self, load):
        import ctypes

        self._ctypes = ctypes
        self._handle = (load or ctypes.PyDLL)(self.path)

    def _function(self, name, result, arguments, required):
        try:
            return self._look_up(name, result, arguments)
        except AttributeError:
            if required:
                raise ImportError("%s does not export %s: OpenSSL 1.0.2 or newer, dynamically linked, is needed" % (self.path, name))
            return None

    def _look_up(self, name, result, arguments):
        """A function with its prototype; AttributeError if there is none of that name."""
        function = getattr(self._handle, name)
        function.restype = self._type(result)
        if arguments is not None:
            function.argtypes = tuple(self._type(argument) for argument in arguments)
        return function

    def _type(self, name):
        return name and getattr(self._ctypes, name)

    def _first(self, candidates):
        for name, result, arguments in candidates:
            function = self._function(name, result, arguments, required=False)
            if function is not None:
                return function
        names = " nor ".join(name for name, _, _ in candidates)
        raise ImportError("%s exports neither %s: not an OpenSSL that is known here" % (self.path, names))

    def version(self):
        """The version text of the loaded library, as `ssl.OPENSSL_VERSION` should have it."""
        return str(self.version_text(0).decode("ascii", "replace"))

    def new_size(self):
        """A pointer to a size_t, for a function that has one to write to."""
        return self._ctypes.byref(self._ctypes.c_size_t())

    def new_memory(self, size):
        """So many zero bytes, for a function that has a pointer to write to."""
        return self._ctypes.create_string_buffer(size)

    def read_memory(self, pointer, length=None):
        """A copy of the bytes that a pointer points to, or of the text there, without its NUL, if it is not said how many."""
        return self._ctypes.string_at(pointer, -1 if length is None else length)

    def pointer_in(self, memory):
        """The pointer that a function has written into new memory, None for NULL."""
        return self._ctypes.c_void_p.from_buffer(memory).value

    def address(self, function):
        """The address of a function, for C code that wants a pointer to it."""
        return self._ctypes.cast(function, self._ctypes.c_void_p).value

    def callback(self, result, arguments, function):
        """A C function that calls `function`, with texts as bytes or None, to be given to OpenSSL. It is never freed: see thunks.py."""
        ctypes = self._ctypes
        made = ctypes.CFUNCTYPE(self._type(result), *[self._type(argument) for argument in arguments])(function)
        keep = ctypes.PyDLL(None).Py_IncRef
        keep.restype, keep.argtypes = None, (ctypes.py_object,)
        keep(made)
        return made

    def write_memory(self, pointer, data):
        """Put bytes where a pointer given to a callback points to; who calls answers for the room."""
        self._ctypes.memmove(pointer, data, len(data))

    def owning(self, free):
        """A function that makes of a pointer an object by whose death `free(pointer)` is called: by C code, for the reasons in bio.py.

        AttributeError on Python 3, whose C API has no PyCObject.
        """
        ctypes = self._ctypes
        make = ctypes.PyDLL(None).PyCObject_FromVoidPtr
        make.restype, make.argtypes = ctypes.py_object, (ctypes.c_void_p, ctypes.c_void_p)
        address = self.address(free)
        return lambda pointer: make(pointer, address)

    def sized_bytes(self, function, pointer):
        """The bytes that `function(pointer, &size)` points to, whose number it writes as an unsigned int."""
        size = self._ctypes.c_uint()
        start = function(pointer, self._ctypes.byref(size))
        return self._ctypes.string_at(start, size.value) if size.value else b""

    def encoded(self, i2d, pointer):
        """The DER of a thing, of which `i2d(pointer, NULL)` tells the length and `i2d(pointer, &place)` writes it; None if it cannot."""
        ctypes, length = self._ctypes, i2d(pointer, None)
        if length <= 0:
            return None
        room = ctypes.create_string_buffer(length)
        place = ctypes.c_void_p(ctypes.addressof(room))
        return room.raw if i2d(pointer, ctypes.byref(place)) == length else None

    def is_handshake_finished(self, ssl_pointer):
        """Whether no handshake is under way and one has been completed (SSL_is_init_finished)."""
        answer = self.state(ssl_pointer)
        return answer == (SSL_ST_OK if self.state.__name__ == "SSL_state" else 1)

    def locks_by_callback(self):
        """Whether the locks of OpenSSL are `_ssl`'s own, one for all objects of a kind (1.0.2; CRYPTO_set_locking_callback)."""
        return self.reference.__name__ == "CRYPTO_add_lock"

    def reports_unexpected_eof(self):
        """Whether there is an error for an end of file without close_notify."""
        return self.ERR_reason_error_string(UNEXPECTED_EOF) is not None

    def items(self, stack):
        """The pointers in a STACK_OF(...), borrowed; empty for NULL."""
        return [self.stack_item(stack, index) for index in range(self.stack_length(stack))] if stack else []
