"""SSLContext._msg_callback and its enumerations, new in Python 3.8. Private, but documented there and used by tools."""
from __future__ import absolute_import, division, print_function

import gc
import ssl
import sys
import weakref

import pytest

from tests.support import needs
from tests.support.contexts import TLS12, TLS13, client_context, server_context
from tests.support.failures import raises
from tests.support.pairs import Pair
from tests.support.sockets import tls_sockets

pytestmark = [needs.name("SSLContext._msg_callback"), needs.interpreters_openssl]

until_it_is_removed = pytest.mark.skipif(
    (3, 8) <= sys.version_info < (3, 8, 9) or (3, 9) <= sys.version_info < (3, 9, 3),
    reason="native code of 3.8 and 3.9 kept the interpreter's lock for ever where the callback is gone (bpo-43577)")


class Seen(list):
    """A callback that remembers its calls."""

    def __call__(self, *message):
        self.append(message)

    def handshake_messages(self):
        """[(direction, message type)] of the messages of handshakes."""
        return [(message[1], int(message[4])) for message in self if message[3] == 22]


def watched_pair(version, side="client"):
    seen, pair = Seen(), Pair(version=version)
    getattr(pair, side + "_context")._msg_callback = seen
    return seen, Pair(pair.client_context, pair.server_context)


class TestCalls(object):
    CLIENT = {
        TLS12: [("write", 1), ("read", 2), ("read", 11), ("read", 12), ("read", 14), ("write", 16), ("write", 20), ("read", 4),
                ("read", 20)],
        TLS13: [("write", 1), ("read", 2), ("read", 8), ("read", 11), ("read", 15), ("read", 20), ("write", 20), ("read", 4), ("read", 4)],
    }

    def test_messages_of_a_handshake(self, version, how):
        seen, pair = watched_pair(version)
        pair.handshake(how)
        assert seen.handshake_messages() == self.CLIENT[version]

    def test_the_server_has_them_the_other_way_round(self, version):
        seen, pair = watched_pair(version, "server")
        pair.handshake()
        turned = {"read": "write", "write": "read"}
        assert seen.handshake_messages() == [(turned[direction], kind) for direction, kind in self.CLIENT[version]]

    @pytest.mark.parametrize("side", ["client", "server"])
    def test_arguments(self, version, side):
        seen, pair = watched_pair(version, side)
        pair.handshake()
        tls = getattr(pair, side).tls
        for connection, direction, of_version, content_type, message_type, data in seen:
            assert connection is tls
            assert direction in ("read", "write") and type(direction) is str
            assert int(of_version) in (0x301, 0x303, 0x304)
            assert int(content_type) in (20, 22, 256, 257)
            assert isinstance(message_type, int) and type(data) is bytes
        assert seen[0][2:4] in [(0x301, 256), (0x303, 256)]  # the header of the first record comes with the version of the record

    def test_hello(self, version):
        seen, pair = watched_pair(version)
        with pytest.raises(ssl.SSLWantReadError):
            pair.client.tls.do_handshake()
        hello = [message for message in seen if message[3] == 22][0]
        record = pair.client.sent()
        assert hello[5] == record[5:]
        assert [message[5] for message in seen if message[3] == 256] == [record[:5]]

    def test_implicit_handshake(self, version):
        seen, pair = watched_pair(version)
        assert pair.outcomes(lambda tls: tls.write(b"x"), lambda tls: tls.read(1)) == (1, b"x")
        assert seen.handshake_messages()[:2] == self.CLIENT[version][:2]

    def test_alert(self, version):
        seen, pair = watched_pair(version)
        pair.handshake()
        del seen[:]
        with pytest.raises(ssl.SSLWantReadError):
            pair.client.tls.unwrap()
        alerts = [message for message in seen if message[3] == 21]
        assert [(message[1], int(message[4]), message[5]) for message in alerts] == [("write", 0, b"\x01\x00")]

    def test_no_application_data(self, version):
        seen, pair = watched_pair(version)
        pair.handshake()
        pair.client.tls.write(b"secret")
        assert not [message for message in seen if b"secret" in message[5]]

    def test_members(self, version):
        """Numbers that have a name come as members of enumerations, where Python has these."""
        seen, pair = watched_pair(version)
        pair.handshake()
        assert {type(message[3]) for message in seen} == {type(ssl._TLSContentType.HANDSHAKE)}
        assert {type(message[4]) for message in seen if message[3] == 22} == {type(ssl._TLSMessageType.FINISHED)}
        assert {type(message[4]) for message in seen if message[3] == 256} == {type(ssl._TLSContentType.HEADER)}
        if hasattr(ssl, "TLSVersion"):
            assert {type(message[2]) for message in seen} == {type(ssl.TLSVersion.TLSv1_2)}

    def test_of_a_socket(self, version):
        seen, client = Seen(), client_context(version)
        client._msg_callback = seen
        with tls_sockets(client, server_context(version)) as (near, _):
            assert {id(message[0]) for message in seen} == {id(near)}
        assert [direction for direction, kind in seen.handshake_messages()][:2] == ["write", "read"]

    def test_the_context_in_use_decides(self):
        """After a switch by a server_name callback."""
        first, second = server_context(), server_context()
        first._msg_callback, second._msg_callback = before, after = Seen(), Seen()

        def switch(tls, name, context):
            tls.context = second

        first.set_servername_callback(switch)
        Pair(client_context(), first).handshake()
        assert ("read", 1) in before.handshake_messages() and ("write", 20) not in before.handshake_messages()
        assert ("write", 20) in after.handshake_messages()


class TestSetting(object):

    def test_get(self):
        context, seen = client_context(), Seen()
        assert context._msg_callback is None
        context._msg_callback = seen
        assert context._msg_callback is seen
        context._msg_callback = None
        assert context._msg_callback is None

    @until_it_is_removed
    def test_removed(self, version):
        seen, pair = watched_pair(version)
        pair.client_context._msg_callback = None
        pair.handshake()
        assert seen == []

    @pytest.mark.parametrize("value", [3, "text", (1, 2)], ids=["int", "str", "tuple"])
    def test_not_callable(self, value):
        context, seen = client_context(), Seen()
        context._msg_callback = seen
        with raises(TypeError, "%s is not callable." % (value,)):
            context._msg_callback = value
        assert context._msg_callback is seen

    def test_a_context_and_its_callback_go_together(self):
        context = client_context()
        context._msg_callback = lambda message, context=context: None
        seen, context = weakref.ref(context), None
        for _ in range(4):
            gc.collect()
        assert seen() is None

    def test_contexts_may_go_first(self, version):
        seen, pair = watched_pair(version)
        pair.client_context = pair.server_context = None
        gc.collect()
        pair.handshake()
        assert len(seen.handshake_messages()) == 9


class TestExceptions(object):

    def failing_pair(self, version, on, side="client"):
        """A pair one side of which fails at the messages (direction, type) of `on`."""
        def callback(connection, direction, of_version, content_type, message_type, data):
            if content_type == 22 and (direction, message_type) in on:
                raise ZeroDivisionError(direction)

        pair = Pair(version=version)
        getattr(pair, side + "_context")._msg_callback = callback
        return Pair(pair.client_context, pair.server_context)

    def test_raised_by_the_handshake(self, version):
        """The step that would have succeeded raises what the callback raised; the handshake is done all the same."""
        last = ("read", 20) if version == TLS12 else ("write", 20)
        pair = self.failing_pair(version, [last])

        def twice(tls):
            try:
                tls.do_handshake()
            except ZeroDivisionError as error:
                assert str(error) == last[0]
                tls.do_handshake()
                return "raised"

        assert pair.outcomes(twice) == ("raised", None)
        assert pair.client.tls.version() == version

    def test_beside_another_error(self, version):
        """A step that has something to raise itself raises that."""
        pair = self.failing_pair(version, [("write", 1)])
        with pytest.raises(ssl.SSLWantReadError) as caught:
            pair.client.tls.do_handshake()
        assert type(caught.value.__context__) is ZeroDivisionError
        pair.server.take(pair.client.sent())
        with pytest.raises(ssl.SSLWantReadError) as caught:
            pair.client.tls.do_handshake()
        assert getattr(caught.value, "__context__", None) is None

    @until_it_is_removed
    @pytest.mark.filterwarnings("ignore")  # pytest's, of what is reported
    def test_does_not_touch_the_connection(self, version):
        every = [("read", kind) for kind in range(25)] + [("write", kind) for kind in range(25)]
        pair = self.failing_pair(version, every)

        def to_the_end(tls):
            try:
                return tls.do_handshake()
            except ZeroDivisionError:
                return tls.do_handshake()

        assert pair.outcomes(to_the_end) == (None, None)
        pair.client_context._msg_callback = None
        pair.server.tls.write(b"data")
        assert pair.client.reads(pair.server.sent()) == b"data"

    def test_in_a_socket(self, version):
        client = client_context(version)
        def fail(*message):
            raise ZeroDivisionError("from the callback")

        client._msg_callback = fail
        with pytest.raises((ZeroDivisionError, ssl.SSLWantReadError)) as caught:
            with tls_sockets(client, server_context(version)):
                pass
        if not isinstance(caught.value, ZeroDivisionError):  # 3.15.2 says what came of it, now and then
            assert sys.version_info >= (3, 15) and isinstance(caught.value.__context__, ZeroDivisionError)

    @needs.tls13
    @pytest.mark.skipif(not isinstance(getattr(vars(ssl.SSLContext).get("_msg_callback"), "fget", None), type(lambda: 0))
                        or sys.version_info >= (3, 8), reason="native: read() raises it")
    def test_is_reported_where_it_cannot_be_raised(self, capsys):
        pair = self.failing_pair(TLS13, [("read", 4)])
        pair.handshake()  # at its end the client reads the tickets
        assert "ZeroDivisionError: read" in capsys.readouterr()[1]


class TestEnumerations(object):
    SOME = {"_TLSContentType": {"ALERT": 21, "HEADER": 256, "INNER_CONTENT_TYPE": 257},
            "_TLSAlertType": {"CLOSE_NOTIFY": 0, "NO_APPLICATION_PROTOCOL": 120},
            "_TLSMessageType": {"CLIENT_HELLO": 1, "MESSAGE_HASH": 254, "CHANGE_CIPHER_SPEC": 257}}
    COUNTS = {"_TLSContentType": 6, "_TLSAlertType": 34, "_TLSMessageType": 22}

    @pytest.mark.parametrize("name", sorted(SOME))
    def test_members(self, name):
        enumeration = getattr(ssl, name)
        for member, number in self.SOME[name].items():
            assert getattr(enumeration, member) == number == enumeration(number)

    @pytest.mark.parametrize("name", sorted(COUNTS))
    def test_are_enumerations(self, name):
        enumeration = getattr(ssl, name)
        assert issubclass(enumeration, int) and len(enumeration) == len(list(enumeration)) == self.COUNTS[name]
        assert all(enumeration[member.name] is enumeration(member.value) is member for member in enumeration)
        assert (enumeration.__name__, enumeration.__module__) == (name, "ssl")
