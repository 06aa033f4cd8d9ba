"""A process in which several patch `ssl`, as a list of words: ``us gevent talk undo talk`` is one, and what the words mean is here.

    us, undo                       we upgrade, and take it back: what we had changed is exactly as before, all else as it was left
    gevent, eventlet, truststore   they patch; `extract` is truststore's own undo, the others have none
    talk, whisper                  TLS between BIOs and over sockets, or between BIOs only: it works, and wrong names are refused
"""
from __future__ import absolute_import, division, print_function

import ssl
import sys

import tls_bootstrap
from tests.process.orders import exchange

SOCKET_MAKERS = {"gevent", "eventlet"}


class Process(object):
    """Does one word after the other, in this process."""

    def __init__(self, engine):
        self.engine = engine
        self.bound = exchange.Bound()
        self.holders = dict((id(holder), holder) for holder in (ssl, ssl._ssl))
        self.seen()
        self.others = set()  # who has patched
        self.is_upgraded = False

    def do(self, words):
        for word in words:
            try:
                getattr(self, word)()
            except BaseException:
                print("at %r of %s" % (word, " ".join(words)))
                raise

    # -- we -----------------------------------------------------------------------------------------------------------------------------

    def us(self):
        self.before = self.seen()
        report = tls_bootstrap.monkeypatch_ssl(self.engine)
        self.after = self.seen()
        self.is_upgraded = report.patched
        assert self.engine in ("auto", report.engine)

    def undo(self):
        wanted = self.seen()
        for place, before in self.before.items():
            after = self.after[place]
            for name in set(before) | set(after):
                if before.get(name) != after.get(name):  # it was changed by us
                    del wanted[place][name]
                    if name in before:
                        wanted[place][name] = before[name]
        assert self.original("wrap_bio") == self.before[id(type(self.bound.context))].get("wrap_bio")
        tls_bootstrap.unpatch_ssl()
        assert self.seen() == wanted
        assert not tls_bootstrap.is_patched()
        self.is_upgraded = False

    def original(self, name):
        """The identity of what the interpreter's SSLContext had under a name, as get_original() knows it; None if it had no such name."""
        try:
            return id(tls_bootstrap.get_original("SSLContext." + name))
        except AttributeError:
            return None

    def seen(self):
        """{holder: {name: value}}, all by identity: the modules, and the classes that were there whenever this was asked."""
        self.holders.update((id(holder), holder) for holder in (ssl.SSLContext, ssl.SSLSocket))
        return dict((place, dict((name, id(value)) for name, value in vars(holder).items())) for place, holder in self.holders.items())

    # -- they ---------------------------------------------------------------------------------------------------------------------------

    def gevent(self):
        from gevent import monkey

        monkey.patch_all()
        self.others.add("gevent")

    def eventlet(self):
        import eventlet

        eventlet.monkey_patch()
        self.others.add("eventlet")

    def truststore(self):
        import truststore

        truststore.inject_into_ssl()
        self.others.add("truststore")

    def extract(self):
        import truststore

        truststore.extract_from_ssl()
        self.others.remove("truststore")

    # -- afterwards ---------------------------------------------------------------------------------------------------------------------

    def talk(self):
        self.whisper()
        sockets_are_ours = self.has_own_openssl() and not self.others & SOCKET_MAKERS
        for make in (exchange.by_default, exchange.by_protocol):
            assert ("tls_bootstrap" in exchange.check(self.bound, exchange.over_sockets, make)) == sockets_are_ours
        if self.works_with_early_contexts():
            exchange.check(self.bound, exchange.over_sockets, self.early)
        said = [line for line in str(tls_bootstrap.status()).splitlines() if line.startswith("  TLS sockets are made by ")]
        assert len(said) == (self.has_own_openssl() and not sockets_are_ours), said

    def whisper(self):
        if not hasattr(ssl, "MemoryBIO"):
            return
        makers = [exchange.by_default, exchange.by_protocol] + [self.early] * self.works_with_early_contexts()
        for make in makers:
            assert ("pyopenssl" in exchange.check(self.bound, exchange.in_memory, make)) == self.has_own_openssl()

    def has_own_openssl(self):
        return self.is_upgraded and self.engine == "pyopenssl"

    def works_with_early_contexts(self):
        """Setters of SSLContext are Python code since 3.6, which asks for super(SSLContext, SSLContext): of a context that was made
        before that name was rebound, RecursionError, without us (https://github.com/gevent/gevent/issues/1016)."""
        return sys.version_info < (3,) or not self.others

    def early(self, server_side):
        return exchange.by_default(True) if server_side else self.bound.context


def main():
    """python -c "...main()" ENGINE WORD..."""
    import warnings

    warnings.simplefilter("ignore")  # gevent warns of every order but its own
    Process(sys.argv[1]).do(sys.argv[2:])
