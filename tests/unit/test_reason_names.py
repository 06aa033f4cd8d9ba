"""The names of OpenSSL's reasons, made of its texts: compared with the table that CPython 3.8 to 3.11 was built with."""
from __future__ import absolute_import, division, print_function

import pytest
from tls_bootstrap.formats.reasons import IRREGULAR_REASONS, LIBRARIES_BY_RULE, reason_name


def pairs():
    """[(library, text, name)] of the OpenSSL that this interpreter uses; [] where there is no table to compare with."""
    import _ssl
    import ctypes
    import ssl

    names = getattr(_ssl, "err_codes_to_names", {})
    if len(names) < 1000:  # 2.7 and 3.6, 3.7: older than the OpenSSL they run on, which is why the names are made anew
        return []
    if ssl.OPENSSL_VERSION_INFO < (3,):  # 3.8 to 3.11 on 1.1.1: for numbers that were used again their table has the older names
        return []
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(__file__)  # OpenSSL loads its texts at the first error
    except ssl.SSLError:
        pass
    library = ctypes.PyDLL(_ssl.__file__)
    library.ERR_reason_error_string.restype = ctypes.c_char_p
    library.ERR_reason_error_string.argtypes = (ctypes.c_ulong,)
    found = []
    for (number, reason), name in sorted(names.items()):
        text = library.ERR_reason_error_string((number << 23) | reason)
        if text and _ssl.lib_codes_to_names.get(number) in LIBRARIES_BY_RULE:
            found.append((_ssl.lib_codes_to_names[number], text.decode("ascii"), name))
    return found


def test_every_name_is_that_of_cpython():
    known = pairs()
    if not known:
        pytest.skip("this interpreter has no table of reason names for the OpenSSL it runs on")
    assert len(known) > 500
    wrong = [(library, text, name) for library, text, name in known if reason_name(text, library) != name]
    assert wrong == []
    irregular = set(text for text in IRREGULAR_REASONS if "heartbeat" not in text)  # those OpenSSL 3 has no more
    assert irregular <= set(text for _, text, _ in known), "an irregular text that this OpenSSL does not have"


@pytest.mark.parametrize("text, name", [
    ("unexpected eof while reading", "UNEXPECTED_EOF_WHILE_READING"),
    ("sslv3 alert handshake failure", "SSLV3_ALERT_HANDSHAKE_FAILURE"),
    ("ssl/tls alert handshake failure", "SSLV3_ALERT_HANDSHAKE_FAILURE"),
    ("tls alert bad record mac", "SSLV3_ALERT_BAD_RECORD_MAC"),
    ("tlsv13 alert certificate required", "TLSV13_ALERT_CERTIFICATE_REQUIRED"),
    ("wrong version number", "WRONG_VERSION_NUMBER"),
    ("can't find SRP server param", "MISSING_SRP_PARAM"),
    ("peer does not accept heartbeats", "TLS_HEARTBEAT_PEER_DOESNT_ACCEPT"),
])
def test_names(text, name):
    assert reason_name(text) == name
