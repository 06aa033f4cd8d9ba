"""The table of what can be unpacked: a row is a suite, the packages, and what is expected to come of them.

To add one, add a row; the name is what a user types. Suites that are still developed (sid) move on, so the rows that name them
are good for weeks or months: an error then says what came instead of what was expected.
"""
from __future__ import absolute_import, division, print_function

import hashlib

VERSION = 7  # to be raised when what is written beside the packages changes, so that older folders are not taken

# The C library and its nearest relatives: they come as one, from the suite `libc` where a recipe names it.
C_LIBRARY = ("libc6", "libcrypt1", "libgcc-s1", "gcc-12-base", "gcc-14-base")

# Never unpacked: what only installs, data that the machine has, what Java wants for screens, printers and smart cards.
SKIPPED = frozenset("""
    debconf debconf-2.0 cdebconf dpkg perl perl-base install-info init-system-helpers adduser passwd mime-support media-types
    mailcap tzdata netbase openssl ca-certificates ca-certificates-java java-common util-linux libc-bin
    libc-gconv-modules-extra libc-l10n locales gcc-10-base gcc-16-base gcc-15-base default-jre-headless java8-runtime-headless
    java5-runtime-headless java6-runtime-headless java2-runtime-headless libcups2 libfontconfig1 libasound2 libpcsclite1
    libharfbuzz0b libfreetype6 liblcms2-2 libjpeg62-turbo libnss3 libsemanage-common readline-common libtirpc-common
    openssl-provider-legacy sensible-utils net-tools
""".split())


class Recipe(object):
    """`packages` of a `suite`, for a `kind` of launcher that starts `program` (a pattern below the unpacked tree).

    `libc`: the suite of the C library, if another. `python`, `openssl`: how the versions must begin, if the recipe still fits."""

    def __init__(self, name, kind, suite, packages, program, python="", openssl="", libc=None):
        self.name, self.kind, self.suite, self.libc = name, kind, suite, libc or suite
        self.packages, self.program, self.python, self.openssl = packages.split(), program, python, openssl

    @property
    def digest(self):
        """Differs whenever something else would be made."""
        return hashlib.sha256(repr((VERSION, sorted(vars(self).items()))).encode()).hexdigest()[:16]


# The launcher starts the C library's loader with --argv0, which is there since glibc 2.33 (loader: "ld.so: Add --argv0
# argument"). Debian 11, bullseye, has 2.31, so what comes from there gets the C library of Debian 12, bookworm.
INTERPRETERS = dict((recipe.name, recipe) for recipe in (
    Recipe("cpython2.7-openssl1.1.1", "cpython", "bullseye", "python2.7 libpython2.7", "usr/bin/python2.7",
           "2.7", "OpenSSL 1.1.1", libc="bookworm"),
    Recipe("cpython3.9-openssl1.1.1", "cpython", "bullseye", "python3.9 libpython3.9 python3-distutils python3-lib2to3",
           "usr/bin/python3.9", "3.9", "OpenSSL 1.1.1", libc="bookworm"),
    Recipe("cpython3.13-openssl3.5", "cpython", "trixie", "python3.13 libpython3.13", "usr/bin/python3.13", "3.13", "OpenSSL 3.5"),
    Recipe("cpython3.14-openssl3.6", "cpython", "sid", "python3.14 libpython3.14", "usr/bin/python3.14", "3.14", "OpenSSL 3.6"),
    Recipe("cpython3.15-openssl3.6", "cpython", "sid", "python3.15 libpython3.15 libpython3.15-testsuite", "usr/bin/python3.15",
           "3.15", "OpenSSL 3.6"),
    Recipe("pypy2.7", "pypy", "bullseye", "pypy pypy-lib", "usr/lib/pypy/bin/pypy-c", "2.7", "OpenSSL 1.1.1", libc="bookworm"),
    Recipe("pypy3", "pypy", "sid", "pypy3 pypy3-lib", "usr/bin/pypy3*", "3", "OpenSSL 3."),
    Recipe("jython2.7", "jython", "bullseye", "jython openjdk-11-jre-headless libjffi-jni libbcprov-java libbcpkix-java",
           "usr/lib/jvm/java-11-openjdk-*/bin/java", "2.7"),
))

# For a Debian python3 that came without pip and ensurepip: pip as the one file that Debian's own python3-venv installs from.
PIP = Recipe("pip", "wheel", "trixie", "python3-pip-whl", "usr/share/python-wheels/pip-*.whl")
