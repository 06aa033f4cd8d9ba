"""The recipes of the README run as they stand there, each in a process of its own, and do what is said of them."""
from __future__ import absolute_import, division, print_function

import io
import os
import re

import pytest
from tests.support import child, facts

with io.open(os.path.join(child.ROOT, "README.md"), encoding="utf-8") as file:
    BLOCKS = re.findall(r"(?ms)^```python\n(.*?)^```", file.read())

HELLO = """
    outgoing = MemoryBIO()
    tls = start(MemoryBIO(), outgoing)
    try:
        tls.do_handshake()
    except real.SSLWantReadError:
        hello = outgoing.read()
    assert hello[:2] == b"\\x16\\x03", hello
"""

# first line of a recipe -> what is done behind it, with `real`, the interpreter's ssl, and `before`, its names at the beginning
RECIPES = {
    "# library": """
    assert dict(vars(real)) == before
    MemoryBIO, start = ssl.MemoryBIO, lambda incoming, outgoing: start_tls(incoming, outgoing, u"localhost", real.create_default_context())
    """ + HELLO + """
    start = lambda incoming, outgoing: start_tls(incoming, outgoing, u"localhost")
    """ + HELLO,
    "# library, without a dependency": """
    assert dict(vars(real)) == before
    assert SSLObject.__name__ == "SSLObject" and MemoryBIO().write(b"four") == 4
    """,
    "# application": """
    MemoryBIO, start = real.MemoryBIO, lambda incoming, outgoing: real.create_default_context().wrap_bio(
        incoming, outgoing, server_hostname=u"localhost")
    """ + HELLO,
}


@pytest.mark.parametrize("first_line", sorted(RECIPES))
def test_recipe(first_line):
    block, = [block for block in BLOCKS if block.splitlines()[0] == first_line]
    child.check("""
    import ssl as real, sys
    before = dict(vars(real))
    exec(sys.argv[1])
    """ + RECIPES[first_line], block)


def test_a_recipe_says_why_where_there_is_no_way():
    block, = [block for block in BLOCKS if block.splitlines()[0] == "# library, without a dependency"]
    child.check("""
    import ssl, sys
    for name in ("MemoryBIO", "SSLObject"):
        if hasattr(ssl, name):
            delattr(ssl, name)
    for name in ("ctypes", "_pypy_openssl", "_socket", "OpenSSL"):
        sys.modules[name] = None
    try:
        exec(sys.argv[1])
    except ImportError as error:
        assert str(error).startswith("Failed to import asynchronous SSL/TLS support: "), error
        from tls_bootstrap import engines
        assert [str(error).count("engine %s: " % name) for name in engines.ORDER] == [1] * len(engines.ORDER), error
    else:
        raise AssertionError("found a way")
    """, block)


def test_every_python_block_compiles():
    assert len(BLOCKS) >= 5
    for block in BLOCKS:
        compile(block, "README.md", "exec")
