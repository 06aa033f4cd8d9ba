"""What the pyopenssl engine knows of a context: what is recorded, when it is built anew, and what it keeps alive.

The recorders are put on a subclass here, so the interpreter's own SSLContext stays as it is, upgraded or not.
"""
from __future__ import absolute_import, division, print_function

import gc
import shutil
import ssl
import warnings
import weakref

import pytest

from tests.support import certs
from tls_bootstrap.engines.pyopenssl import context as building
from tls_bootstrap.engines.pyopenssl import recipe

try:
    from OpenSSL import SSL, crypto
except Exception as error:  # whatever a broken installation raises
    pytest.skip("pyOpenSSL cannot be imported: %r" % error, allow_module_level=True)

PASSWORD = b"of the key"


class Recorded(ssl.SSLContext):
    """A context whose class has the recorders."""


def genuine(name):
    """The interpreter's own method, also where the tests run on the pyopenssl engine."""
    method = getattr(ssl.SSLContext, name)
    return getattr(method, "__wrapped__", method)


GENUINE = dict((name, genuine(name)) for name in recipe.RECORDERS)
for _name, _recorder in recipe.recorders(ssl.SSLContext).items():
    setattr(Recorded, _name, _recorder)


def bare(cls=Recorded):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return cls(ssl.PROTOCOL_SSLv23)


def server(path=certs.SERVER):
    context = bare()
    context.load_cert_chain(path)
    return context


def client():
    context = bare()
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(certs.CA)
    return context


def connection(context, accept=False):
    found = SSL.Connection(building.build(context), None)
    found.set_app_data(lambda: Careless)
    (found.set_accept_state if accept else found.set_connect_state)()
    return found


class Careless(object):
    """Stands for the Raw of a connection, whom callbacks ask: OpenSSL's own opinion is enough for it."""

    @staticmethod
    def judge(certificate, code, depth, ok):
        return bool(ok)

    @staticmethod
    def answer_server_name():
        """Goes on."""


def handshake(client_context, server_context):
    """(client, server) after their handshake, in pyOpenSSL's own objects; SSL.Error if it fails."""
    ends = connection(client_context), connection(server_context, accept=True)
    waiting = list(ends)
    for _ in range(10):
        for end, other in (ends, ends[::-1]):
            try:
                end.do_handshake()
            except SSL.WantReadError:
                pass  # the other one has its turn
            else:
                waiting = [one for one in waiting if one is not end]
            try:
                other.bio_write(end.bio_read(100000))
            except SSL.WantReadError:
                continue
        if not waiting:
            return ends
    raise AssertionError("no end of the handshake")


def peer_name(end):
    return end.get_peer_certificate().get_subject().commonName


def encrypted(tmpdir):
    """The path of a chain whose key needs PASSWORD."""
    with open(certs.SERVER, "rb") as stream:
        text = stream.read()
    key = crypto.load_privatekey(crypto.FILETYPE_PEM, text)
    chain = b"\n".join(found.group() for found in recipe.PEM_CERTIFICATE.finditer(text))
    path = tmpdir.join("encrypted.pem")
    path.write_binary(chain + b"\n" + crypto.dump_privatekey(crypto.FILETYPE_PEM, key, "aes-256-cbc", PASSWORD))
    return str(path)


class TestChain(object):

    def test_is_used(self):
        assert peer_name(handshake(client(), server())[0]) == "localhost"

    def test_file_may_be_deleted(self, tmpdir):
        path = tmpdir.join("server.pem")
        shutil.copy(certs.SERVER, str(path))
        context = server(str(path))
        path.remove()
        assert peer_name(handshake(client(), context)[0]) == "localhost"

    def test_with_issuers(self):
        assert len(handshake(client(), server(certs.CHAIN))[0].get_peer_cert_chain()) == 2

    def test_another_of_the_same_kind_replaces_it(self):
        context = server()
        context.load_cert_chain(certs.OTHER)
        assert peer_name(handshake(client(), context)[0]) == "other.test"

    def test_two_kinds_of_keys(self):
        context = server(certs.SERVER_RSA)
        context.load_cert_chain(certs.SERVER)
        assert len(recipe.record_of(context).chains) == 2
        handshake(client(), context)

    def test_password(self, tmpdir):
        path = encrypted(tmpdir)
        for password in (PASSWORD, PASSWORD.decode("ascii"), bytearray(PASSWORD)):
            context = bare()
            context.load_cert_chain(path, None, password)
            handshake(client(), context)

    def test_password_callable_is_called_once(self, tmpdir):
        path, calls, context = encrypted(tmpdir), [], bare()

        def ask():
            calls.append(1)
            return PASSWORD
        context.load_cert_chain(path, password=ask)
        assert len(calls) == 1
        handshake(client(), context)
        handshake(client(), context)
        assert len(calls) == 1

    def test_context_without_one_is_refused_if_there_may_be_one(self):
        context = bare()
        building.require_chain(context)  # certainly there is none: OpenSSL will say what it thinks of that
        recipe.record_of(context).is_whole = False
        with pytest.raises(ssl.SSLError) as caught:
            building.require_chain(context)
        assert "load_cert_chain()" in str(caught.value)

    def test_loaded_before_recording(self):
        """It cannot be read back: a sentence says so."""
        context = bare()
        recipe.record_of(context).is_whole = False
        GENUINE["load_cert_chain"](context, certs.SERVER)
        with pytest.raises(ssl.SSLError):
            building.require_chain(context)

    def test_callback_for_names_may_bring_one(self):
        context = bare()
        context.set_servername_callback(lambda tls, name, first: None)
        building.require_chain(context)


class TestErrors(object):
    """They are the original's, word for word, and nothing is recorded."""

    @pytest.mark.parametrize("method, arguments, named", [
        ("load_cert_chain", (), {}), ("load_cert_chain", (certs.CA,), {}), ("load_cert_chain", ("/nowhere",), {}),
        ("load_cert_chain", (certs.SERVER, certs.OTHER), {}), ("load_cert_chain", (certs.SERVER,), {"password": 5}),
        ("load_cert_chain", (certs.SERVER,), {"nonsense": 5}), ("load_cert_chain", (1, 2, 3, 4), {}),
        ("load_verify_locations", (), {}), ("load_verify_locations", ("/nowhere",), {}), ("load_verify_locations", (), {"cadata": u""}),
        ("load_verify_locations", (), {"cadata": 5}), ("load_verify_locations", (), {"cadata": u"no certificate"}),
        ("set_ciphers", ("NONSENSE",), {}), ("set_ciphers", (), {}), ("set_ciphers", (5,), {}), ("set_default_verify_paths", (1,), {}),
        ("set_alpn_protocols", (5,), {}), ("set_alpn_protocols", ([u""],), {}), ("set_alpn_protocols", ([u"a" * 256],), {}),
        ("set_ecdh_curve", ("nonsense",), {}), ("set_ecdh_curve", (5,), {}), ("load_dh_params", ("/nowhere",), {}),
        ("set_servername_callback", (5,), {}), ("set_servername_callback", (), {})])
    def test_are_stock(self, method, arguments, named):
        told = []
        for context, function in ((bare(), getattr(Recorded, method)), (bare(ssl.SSLContext), GENUINE[method])):
            changes = recipe.record_of(context).changes
            with pytest.raises(Exception) as caught:
                function(context, *arguments, **named)
            told.append((type(caught.value), str(caught.value)))
            assert recipe.record_of(context).changes == changes and not recipe.record_of(context).chains
        assert told[0] == told[1]


class TestBuilding(object):

    def test_is_done_once(self):
        context = client()
        assert building.build(context) is building.build(context)

    @pytest.mark.parametrize("change", [
        lambda context: setattr(context, "options", context.options | ssl.OP_NO_COMPRESSION | ssl.OP_NO_TLSv1),
        lambda context: setattr(context, "verify_mode", ssl.CERT_OPTIONAL),
        lambda context: setattr(context, "verify_flags", ssl.VERIFY_X509_STRICT),
        lambda context: context.load_verify_locations(certs.OTHER_CA), lambda context: context.load_cert_chain(certs.OTHER),
        lambda context: context.set_ciphers("AES128-SHA"), lambda context: context.set_alpn_protocols(["h2"]),
        lambda context: context.set_ecdh_curve("secp384r1"), lambda context: context.set_default_verify_paths(),
        lambda context: context.set_servername_callback(lambda tls, name, first: None)])
    def test_is_done_again_after_a_change(self, change):
        context = client()
        first = building.build(context)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            change(context)
        assert building.build(context) is not first

    def test_a_used_one_is_never_changed(self):
        """pyOpenSSL 26.2 and newer refuse that."""
        context = client()
        first = connection(context)
        context.set_ciphers("AES128-SHA")
        assert first.get_context() is not connection(context).get_context()

    def test_of_somebody_else(self):
        """A context whose methods nobody has recorded works as far as it can be read."""
        context = bare(ssl.SSLContext)
        context.verify_mode = ssl.CERT_REQUIRED
        GENUINE["load_verify_locations"](context, certs.CA)
        assert peer_name(handshake(context, server())[0]) == "localhost"

    def test_nobody_is_trusted_without_being_told_to(self):
        context = bare()
        context.verify_mode = ssl.CERT_REQUIRED
        with pytest.raises(SSL.Error):
            handshake(context, server())

    def test_trust_in_a_certificate_that_is_no_ca(self):
        context = bare()
        context.verify_mode = ssl.CERT_REQUIRED
        context.verify_flags |= 0x80000  # X509_V_FLAG_PARTIAL_CHAIN
        context.load_verify_locations(certs.SERVER)
        assert not context.get_ca_certs()
        handshake(context, server())

    def test_trust_in_a_directory(self, tmpdir):
        with open(certs.CA, "rb") as stream:
            ca = crypto.load_certificate(crypto.FILETYPE_PEM, stream.read())
        shutil.copy(certs.CA, str(tmpdir.join("%08x.0" % ca.subject_name_hash())))
        context = bare()
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(capath=str(tmpdir))
        handshake(context, server())

    def test_trust_by_default(self, tmpdir, monkeypatch):
        monkeypatch.setenv("SSL_CERT_FILE", certs.CA)
        context = bare()
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_default_certs()
        handshake(context, server())

    def test_ciphers(self):
        one, other = client(), server()
        for context in (one, other):
            context.options |= getattr(ssl, "OP_NO_TLSv1_3", 0)
        other.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256")
        assert handshake(one, other)[0].get_cipher_name() == "ECDHE-ECDSA-AES128-GCM-SHA256"

    def test_ciphers_that_only_this_python_knows(self):
        context = client()
        recipe.record_of(context).ciphers = b"NOT-A-CIPHER"
        recipe.record_of(context).changes += 1
        with pytest.raises(ssl.SSLError) as caught:
            building.build(context)
        assert "ciphers" in str(caught.value)

    def test_alpn_is_chosen_by_the_server(self):
        one, other = client(), server()
        one.set_alpn_protocols(iter(["a", "b"]))
        other.set_alpn_protocols(["c", "b", "a"])
        assert [end.get_alpn_proto_negotiated() for end in handshake(one, other)] == [b"b", b"b"]

    def test_alpn_without_agreement(self):
        one, other = client(), server()
        one.set_alpn_protocols(["a"])
        other.set_alpn_protocols(["b"])
        assert [end.get_alpn_proto_negotiated() for end in handshake(one, other)] == [b"", b""]

    @pytest.mark.skipif(not hasattr(ssl.SSLContext, "keylog_filename"), reason="this interpreter has no SSLContext.keylog_filename")
    def test_keylog(self, tmpdir):
        context = client()
        context.keylog_filename = str(tmpdir.join("keys"))
        handshake(context, server())
        assert "CLIENT" in tmpdir.join("keys").read()


class TestOptions(object):
    # The upgrade gives 2.7 OP_NO_RENEGOTIATION, which its last PyOpenSSL does not know: refused, as any such ban.
    BANS = [name for name in building.OPTIONS if name.startswith("OP_NO_") and getattr(ssl, name, 0) and hasattr(SSL, name)]

    @pytest.mark.parametrize("name", BANS)
    def test_no_ban_is_lost(self, name):
        found = building.translated(int(getattr(ssl, name)), ssl, SSL)
        assert found == getattr(SSL, name) and found

    def test_no_ban_is_invented(self):
        assert building.translated(0, ssl, SSL) == 0

    def test_all_bans_at_once(self):
        options = wanted = 0
        for name in self.BANS:
            options, wanted = options | int(getattr(ssl, name)), wanted | getattr(SSL, name)
        assert building.translated(options, ssl, SSL) == wanted

    def test_a_ban_that_pyopenssl_does_not_know(self):
        class Old(object):
            pass
        with pytest.raises(NotImplementedError):
            building.translated(int(ssl.OP_NO_TLSv1_2), ssl, Old)

    @pytest.mark.parametrize("name", ["OP_NO_TLSv1_3", "OP_NO_TLSv1_2"])
    def test_banned_version_is_not_spoken(self, name):
        if not getattr(ssl, name, 0):
            pytest.skip("this interpreter has no ssl." + name)
        context = client()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.options |= getattr(ssl, name)
        assert handshake(context, server())[0].get_protocol_version_name() != name.replace("OP_NO_", "").replace("_", ".")

    @pytest.mark.skipif(not hasattr(ssl.SSLContext, "maximum_version"), reason="this interpreter has no SSLContext.maximum_version")
    def test_limits(self):
        context = client()
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        assert handshake(context, server())[0].get_protocol_version_name() == "TLSv1.2"


class TestLifetime(object):

    def test_no_context_is_kept_alive(self):
        context = client()
        context.load_cert_chain(certs.SERVER)
        building.build(context)
        dead = weakref.ref(context)
        del context
        assert dead() is None

    def test_not_even_by_its_own_callback(self):
        """The context and its callback refer to each other: the collector finds them, since no table holds the callback."""
        context = server()
        context.set_servername_callback(lambda tls, name, first, itself=context: None)
        building.build(context)
        dead = weakref.ref(context)
        del context
        gc.collect()
        assert dead() is None

    def test_callback_is_kept_by_the_context(self):
        context, calls = server(), []
        context.set_servername_callback(lambda *arguments: calls.append(arguments))
        gc.collect()
        recipe.sni_callback_of(context)(1, None, 3)
        assert calls == [(1, None, 3)]

    def test_callback_can_be_removed(self):
        context = server()
        context.set_servername_callback(lambda *arguments: None)
        context.set_servername_callback(None)
        assert recipe.sni_callback_of(context) is None
