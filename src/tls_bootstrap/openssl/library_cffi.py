"""The functions of OpenSSL by cffi, for PyPy: it compiles such calls, and its ctypes would run Python code when objects die.

That code is a place for a signal handler to raise in, and the exception is swallowed there. So this is the table of
library.py once more, with cffi's types for those of ctypes.
"""
from __future__ import absolute_import, division, print_function

from .library import INT, LONG, POINTER, SIZE, TEXT, UINT, ULONG, Library

C_TYPES = {
    None: "void", POINTER: "void *", INT: "int", UINT: "unsigned int", LONG: "long", ULONG: "unsigned long", TEXT: "char const *",
    SIZE: "size_t",
}

KEPT = []  # callbacks, for ever


class CffiLibrary(Library):
    """The library that a cffi module is linked with; `ffi` is that module's."""

    def __init__(self, path, ffi):
        self._ffi = ffi
        super(CffiLibrary, self).__init__(path)

    def _open(self, load):
        import _cffi_backend

        self._handle = _cffi_backend.load_library(self.path, 0)

    def _look_up(self, name, result, arguments):
        if arguments is None:  # of the hot path, where PyPy's own cffi module is used
            return None
        ffi = self._ffi
        prototype = "%s(*)(%s)" % (C_TYPES[result], ", ".join([C_TYPES[argument] for argument in arguments]) or "void")
        function = self._handle.load_function(ffi.typeof(prototype), name)
        return Function(name, function, ffi.NULL, ffi.string if result == TEXT else None)

    def new_size(self):
        return self._ffi.new("size_t *")

    def new_memory(self, size):
        return self._ffi.new("char[]", size)

    def read_memory(self, pointer, length=None):
        pointer = self._ffi.cast("char *", pointer)
        return self._ffi.string(pointer) if length is None else self._ffi.buffer(pointer, length)[:]

    def pointer_in(self, memory):
        return self._ffi.cast("void **", memory)[0] or None

    def callback(self, result, arguments, function):
        ffi, texts = self._ffi, [place for place, argument in enumerate(arguments) if argument == TEXT]

        def with_texts(*given):
            given = list(given)
            for place in texts:
                given[place] = ffi.string(given[place]) if given[place] else None
            return function(*given)

        made = ffi.callback("%s(*)(%s)" % (C_TYPES[result], ", ".join([C_TYPES[argument] for argument in arguments])), with_texts)
        KEPT.append(made)
        return ffi.cast("void *", made)

    def write_memory(self, pointer, data):
        self._ffi.memmove(pointer, data, len(data))

    def owning(self, free):
        ffi = self._ffi
        return lambda pointer: ffi.gc(pointer, free._function)

    def sized_bytes(self, function, pointer):
        size = self._ffi.new("unsigned int *")
        start = function(pointer, size)
        return self._ffi.buffer(start, size[0])[:] if size[0] else b""

    def encoded(self, i2d, pointer):
        ffi, length = self._ffi, i2d(pointer, None)
        if length <= 0:
            return None
        room = ffi.new("unsigned char[]", length)
        place = ffi.new("unsigned char **", room)
        return ffi.buffer(room)[:] if i2d(pointer, place) == length else None


class Function(object):
    """A function as those of ctypes are: None is NULL, and a text is bytes or None."""

    def __init__(self, name, function, NULL, as_bytes):
        self.__name__, self._function, self._NULL, self._as_bytes = name, function, NULL, as_bytes

    def __call__(self, *arguments):
        NULL = self._NULL
        result = self._function(*[NULL if argument is None else argument for argument in arguments])
        if self._as_bytes is not None:
            return self._as_bytes(result) if result else None
        return result
