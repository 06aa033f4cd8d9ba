"""Each allocation of OpenSSL during a session fails once, in a child of its own: what becomes of the session?

Guards G13 and G5. A failed allocation may end the session with an exception. It must not

    crash      but where the C code of _ssl does it: it never looks at the result of SSL_new, so each of the few allocations in
               there is a crash natively, too. Any other crash would be ours.
    fail open  with a certificate for the wrong name no handshake may succeed. Natively OpenSSL 3.0 lets some through:
               X509_VERIFY_PARAM_set1 loses the expected name without a word when the copy of it cannot be allocated.

Needs a C compiler, called at run time. `--wrong-name 1` asks for the second, otherwise the first is measured.
"""
from __future__ import absolute_import, division, print_function

import collections
import ctypes
import gc
import os
import subprocess
import sys
import tempfile

from tests.reliability import child

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "failing_malloc.c")
NATIVE_CRASHES = 14  # of SSL_new with OpenSSL 3.0.19: seven allocations for each of two objects (reference: native 3.11.7)
NO_EXCEPTION, EXCEPTION, MEMORY_ERROR = 0, 20, 21


def compiled():
    """Compiles the allocator and gives it to the libcrypto of `_ssl`, which must not have been used yet; returns the library."""
    assert "_ssl" not in sys.modules and "_hashlib" not in sys.modules, "OpenSSL is in use already"
    library = os.path.join(tempfile.mkdtemp(), "failing_malloc.so")
    subprocess.check_call([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-O1", "-o", library, SOURCE])
    allocator = ctypes.PyDLL(library)
    os.unlink(library)
    os.rmdir(os.path.dirname(library))
    openssl = ctypes.PyDLL(path_of_ssl())  # opens libssl and libcrypto with it, and runs nothing of them

    def address(name):
        return ctypes.cast(getattr(allocator, name), ctypes.c_void_p)

    if openssl.CRYPTO_set_mem_functions(address("failing_malloc"), address("failing_realloc"), address("plain_free")) != 1:
        raise AssertionError("libcrypto has allocated memory before us")
    allocator.count.restype = ctypes.c_long
    allocator.arm.argtypes = (ctypes.c_long,)
    return allocator


def path_of_ssl():
    """Where the extension module `_ssl` is, without importing it."""
    for entry in sys.path:
        for name in os.listdir(entry) if os.path.isdir(entry) else ():
            if name.startswith("_ssl.") and name.endswith(".so"):
                return os.path.join(entry, name)
    raise AssertionError("_ssl is no file of its own here")


def measure(options):
    wrong_name = bool(options.wrong_name)
    allocator = compiled()
    child.prepare(options)
    from tests.reliability import sessions
    contexts = sessions.contexts()
    name = u"wrong.example" if wrong_name else u"localhost"
    steps = Steps(allocator, contexts, name)
    steps.run_and_note(wrong_name)
    total, wraps = steps.total, steps.inside_wrap
    outcomes = [outcome_of_failure(steps, number) for number in range(0, total, options.every)]
    return judged(wrong_name, outcomes, wraps, options.every, total)


def judged(wrong_name, outcomes, wraps, every, total):
    counts = collections.Counter("crash" if os.WIFSIGNALED(status) else os.WEXITSTATUS(status) for status in outcomes)
    crashes = [every * index for index, status in enumerate(outcomes) if os.WIFSIGNALED(status)]
    strange = [number for number in crashes if not any(low <= number < high for low, high in wraps)]
    other = set(counts) - {"crash", NO_EXCEPTION, EXCEPTION, MEMORY_ERROR}
    text = "%d of %d allocations failed: %d exceptions, %d MemoryErrors, %d unharmed, %d crashes (%d not while wrapping)" % (
        len(outcomes), total, counts[EXCEPTION], counts[MEMORY_ERROR], counts[NO_EXCEPTION], counts["crash"], len(strange))
    good = not strange and not other and len(crashes) <= NATIVE_CRASHES
    if wrong_name:
        text = "wrong name, " + text.replace("unharmed", "let through")
        good = good and counts[NO_EXCEPTION] == 0
    return child.Result(good, text + (", other ends %r" % sorted(other) if other else ""))


class Steps(object):
    """One session of `contexts` for `name`, step by step, so that allocations can be told from each other."""

    def __init__(self, allocator, contexts, name):
        self.allocator, self.contexts, self.name = allocator, contexts, name
        self.total, self.inside_wrap = 0, []

    def run(self, on_wrap=lambda begin: None):
        from tests.reliability import sessions
        on_wrap(True)
        session = sessions.Session(*self.contexts, hostname=self.name)
        on_wrap(False)
        session.run()

    def run_and_note(self, wrong_name):
        """Runs it twice, without failures: once for what is allocated once and for all, once to count."""
        import ssl
        marks = []
        for _ in range(2):
            start, marks = self.allocator.count(), []
            try:
                self.run(lambda begin: marks.append(self.allocator.count() - start))
                refused = False
            except (ssl.SSLError, ValueError):  # CertificateError is a ValueError on 2.7
                refused = True
            if refused != wrong_name:
                raise AssertionError("the certificate was %s" % ("refused" if refused else "accepted"))
        self.total, self.inside_wrap = self.allocator.count() - start, [tuple(marks)]


def outcome_of_failure(steps, number):
    """The wait status of a child in which allocation `number` fails."""
    identifier = os.fork()
    if identifier == 0:
        status = 1
        try:
            os.close(2)  # what libc says of a crash is no news here
            steps.allocator.arm(number)
            status = kind_of_end(steps)
            gc.collect()
        finally:
            os._exit(status)
    return os.waitpid(identifier, 0)[1]


def kind_of_end(steps):
    """A function of its own: when it has returned, no traceback keeps the broken session alive, so its death is part of the test."""
    try:
        steps.run()
    except MemoryError:
        return MEMORY_ERROR
    except Exception:
        return EXCEPTION
    return NO_EXCEPTION


if __name__ == "__main__":
    child.main(measure, __doc__, before=lambda options: None, wrong_name=0, every=1)
