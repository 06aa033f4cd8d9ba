"""What an ssl.SSLContext was told and does not tell again.

A genuine ssl.SSLContext stays the truth for everything that can be read from it: protocol, options, verify_mode, the CA
certificates ... What it keeps to itself, certificate chain and key before all, is *recorded* when it is set: the methods
that set it are replaced on the class, by functions that call the original first. So whatever is wrong with the arguments is
said by the original, in its words; and a genuine context works as ever in everything that does not pass through us.

What is recorded, is so by value and at once: a file may be deleted and a password forgotten as soon as the call returns.

Nothing here keeps a context alive. The records are in a table with weak keys, which is not enough by itself: a callback may
refer to the context that it was set on, and then the record would. The callback is kept by the genuine context alone, in a
holder to which the record has a weak reference.
"""
from __future__ import absolute_import, division, print_function

import os
import re
import weakref

from ..._compat import as_bytes, text_type
from .failures import refused_by

__all__ = ["Record", "chain_is_known", "forget", "has_sni_callback", "record_of", "recorders", "sni_callback_of"]

PEM_CERTIFICATE = re.compile(b"-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----.*?-----END \\1-----", re.DOTALL)
PEM_CRL = re.compile(b"-----BEGIN X509 CRL-----.*?-----END X509 CRL-----", re.DOTALL)

_records = weakref.WeakKeyDictionary()  # context -> Record


class Record(object):
    """What was set on one context.

    is_whole  whether everything was recorded, from the birth of the context on
    changes   counts, so that something built from this is known to be out of date
    chains    Chain objects, one for each kind of key as OpenSSL has it, the latest last
    anchors   {DER: X509} of trusted certificates that are no CA's: get_ca_certs() leaves them out
    crls      revocation lists
    paths     directories of trusted certificates, which OpenSSL looks into when it needs one
    ciphers, alpn, dh, curve   as given, None before
    sni       weak reference to the Holder of the callback
    built     for context.py
    """

    __slots__ = ("is_whole", "changes", "chains", "anchors", "crls", "paths", "ciphers", "alpn", "dh", "curve", "sni", "built")

    def __init__(self):
        self.is_whole = False
        self.changes, self.chains, self.anchors, self.crls, self.paths = 0, [], {}, [], []
        self.ciphers = self.alpn = self.dh = self.curve = self.sni = self.built = None


class Holder(object):
    """A callback, where the genuine context has it. Called, it is the callback."""

    __slots__ = ("callback", "__weakref__")

    def __init__(self, callback):
        self.callback = callback

    def __call__(self, *arguments):
        return self.callback(*arguments)


class Remembered(object):
    """A password callable that is asked once, by the original; what it answers is used again."""

    __slots__ = ("ask", "answer")

    def __init__(self, ask):
        self.ask, self.answer = ask, None

    def __call__(self):
        self.answer = self.ask()
        return self.answer


class Chain(object):
    """A certificate, its key and the certificates of those who issued it, in pyOpenSSL's objects."""

    def __init__(self, certificates, key):
        self.kind = key.type()
        self.certificates = [Material(certificate, certificate.to_cryptography) for certificate in certificates]
        self.key = Material(key, key.to_cryptography_key)

    def install(self, target):
        """Put certificate and key into an OpenSSL.SSL.Context."""
        self.certificates[0].give(target.use_certificate)
        self.key.give(target.use_privatekey)
        target.check_privatekey()

    def install_issuers(self, target):
        for certificate in self.certificates[1:]:
            certificate.give(target.add_extra_chain_cert)


class Material(object):
    """A certificate or key as pyOpenSSL's object and as cryptography's: the older versions take only the one, since 24.3 the
    other is preferred, with a DeprecationWarning otherwise."""

    __slots__ = ("own", "modern")

    def __init__(self, own, convert):
        self.own = own
        try:
            self.modern = convert()
        except Exception:  # of a kind that cryptography has no class for, or says it differently: OpenSSL knows it all the same
            self.modern = own

    def give(self, take):
        try:
            take(self.modern)
        except TypeError:
            take(self.own)


def record_of(context):
    """The Record of a context; a new, empty one for a context that nothing was recorded of yet."""
    record = _records.get(context)
    if record is None:
        record = _records.setdefault(context, Record())
    return record


def chain_is_known(context):
    """Whether a certificate chain was loaded before our eyes, or certainly none at all."""
    record = _records.get(context)
    return record is not None and (record.is_whole or bool(record.chains))


def has_sni_callback():
    """Whether `_ssl` has sni_callback, which can be read (3.7). Where it has not, that of ssl.SSLContext is ours."""
    import _ssl

    return hasattr(_ssl._SSLContext, "sni_callback")


def sni_callback_of(context):
    """The callback for server names that is set on a context, None if there is none."""
    if has_sni_callback():
        return context.sni_callback
    record = _records.get(context)
    holder = record.sni() if record is not None and record.sni is not None else None
    return holder.callback if holder is not None else None


def recorders(base):
    """{name: replacement} for the methods of `base`, ssl.SSLContext or a subclass of it, that have to be recorded.

    Each replacement calls the method that `base` has now. Python 3.7 and newer have sni_callback, which can be read, and
    their set_servername_callback() sets that one; load_default_certs() calls set_default_verify_paths() everywhere.
    """
    names = [name for name in RECORDERS if hasattr(base, name)]
    if has_sni_callback():
        names.remove("set_servername_callback")
    replacements = dict((name, _replacement(name, getattr(base, name))) for name in names)
    replacements["__init__"] = _birth(base)
    return replacements


def forget(base):
    """Drop the records of contexts that were recorded by functions on `base` and not by those of a class of their own."""
    for context in [context for context in list(_records) if isinstance(context, base)]:
        below = type(context).__mro__[:type(context).__mro__.index(base)]
        if not any("load_cert_chain" in vars(cls) for cls in below):
            _records.pop(context, None)


def _birth(base):
    """SSLContext.__init__, which is called with the arguments of __new__; not by every subclass, though, and then it is not seen."""
    original = None if base.__init__ is object.__init__ else base.__init__

    def __init__(self, *arguments, **named):
        if original is not None:
            original(self, *arguments, **named)
        record_of(self).is_whole = True

    return __init__


def _replacement(name, original):
    parameters, record_call = RECORDERS[name]

    def replacement(self, *arguments, **named):
        given = _bound(parameters, arguments, named)
        if given is None:
            return original(self, *arguments, **named)  # which says what is wrong

        def call():
            """The original, with the arguments by position or by name as they came."""
            by_position = [given[parameter] for parameter in parameters[:len(arguments)]]
            return original(self, *by_position, **dict((parameter, given[parameter]) for parameter in named))

        return record_call(self, call, given)

    replacement.__name__, replacement.__doc__ = name, getattr(original, "__doc__", None)
    replacement.__wrapped__ = original  # what inspect.signature() asks
    return replacement


def _bound(parameters, arguments, named):
    """Arguments by name, None if they do not fit."""
    given = dict(zip(parameters, arguments))
    if len(arguments) > len(parameters) or set(given) & set(named) or not set(named) <= set(parameters):
        return None
    given.update(named)
    return given


# What is done about each method: functions of the context, the call of the original, and its arguments, which may be changed before.


def _load_cert_chain(context, call, given):
    if callable(given.get("password")):
        given["password"] = Remembered(given["password"])
    result = call()
    certfile, keyfile, password = [given.get(name) for name in ("certfile", "keyfile", "password")]
    password = password.answer if isinstance(password, Remembered) else password
    _keep_chain(context, _read(certfile), _read(certfile if keyfile is None else keyfile), password)
    return result


def _keep_chain(context, certificates, key, password):
    import ssl
    from OpenSSL import SSL, crypto

    record, password = record_of(context), _as_password(password)
    try:
        chain = Chain(_certificates_in(certificates), crypto.load_privatekey(crypto.FILETYPE_PEM, key, password))
        trial = SSL.Context(SSL.TLS_METHOD)
        if record.ciphers is not None:
            trial.set_cipher_list(record.ciphers)  # "@SECLEVEL=0" in them allows small keys
        chain.install(trial)
    except (SSL.Error, crypto.Error) as error:
        raise refused_by(ssl.SSLError, "a certificate or key that this Python's takes", error)
    record.chains = [other for other in record.chains if other.kind != chain.kind] + [chain]
    record.changes += 1


def _load_verify_locations(context, call, given):
    result = call()
    if given.get("capath") is not None:
        record_of(context).paths.append(given["capath"])
    if given.get("cafile") is not None:
        _keep_trust(context, _read(given["cafile"]))
    if given.get("cadata") is not None:
        data = given["cadata"]
        _keep_trust(context, data.encode("ascii") if isinstance(data, text_type) else as_bytes(data))
    record_of(context).changes += 1
    return result


def _keep_trust(context, data):
    """Of the trusted certificates in `data`, those that get_ca_certs() will not show; and the revocation lists."""
    import ssl
    from _ssl import _SSLContext as Genuine
    from OpenSSL import SSL, crypto

    record, count = record_of(context), Genuine.cert_store_stats(context)
    try:
        if count["x509"] > count["x509_ca"] + len(record.anchors):
            shown = set(Genuine.get_ca_certs(context, True))
            for certificate in _certificates_in(data):
                der = crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate)
                if der not in shown:
                    record.anchors[der] = certificate
        if count["crl"]:
            record.crls.extend(_crl(found.group()) for found in PEM_CRL.finditer(data))
    except (SSL.Error, crypto.Error) as error:
        raise refused_by(ssl.SSLError, "a trusted certificate that this Python's takes", error)


def _set_default_verify_paths(context, call, given):
    import ssl

    result = call()
    default = ssl.get_default_verify_paths()
    cafile = os.environ.get(default.openssl_cafile_env, default.openssl_cafile)
    record_of(context).paths.append(os.environ.get(default.openssl_capath_env, default.openssl_capath))
    if os.path.isfile(cafile):
        _keep_trust(context, _read(cafile))
    record_of(context).changes += 1
    return result


def _set_ciphers(context, call, given):
    return _keep(context, call, given, "ciphers", lambda ciphers: ciphers.encode("ascii"))


def _set_alpn_protocols(context, call, given):
    given.update((name, list(protocols)) for name, protocols in given.items())  # an iterator can be read once
    return _keep(context, call, given, "alpn", lambda protocols: [protocol.encode("ascii") for protocol in protocols])


def _load_dh_params(context, call, given):
    return _keep(context, call, given, "dh", _read)


def _set_ecdh_curve(context, call, given):
    return _keep(context, call, given, "curve", lambda name: name if isinstance(name, str) else str(name.decode("ascii")))


def _keep(context, call, given, field, convert):
    """For the methods with one argument."""
    result = call()
    record = record_of(context)
    (value,) = given.values()
    setattr(record, field, convert(value))
    record.changes += 1
    return result


def _set_servername_callback(context, call, given):
    given.update((name, Holder(value)) for name, value in given.items() if callable(value))
    return _keep(context, call, given, "sni", lambda holder: None if holder is None else weakref.ref(holder))


RECORDERS = {  # name -> (parameters, what is done)
    "load_cert_chain": (("certfile", "keyfile", "password"), _load_cert_chain),
    "load_verify_locations": (("cafile", "capath", "cadata"), _load_verify_locations),
    "set_default_verify_paths": ((), _set_default_verify_paths),
    "set_ciphers": (("cipherlist",), _set_ciphers),
    "set_alpn_protocols": (("alpn_protocols",), _set_alpn_protocols),
    "load_dh_params": (("path",), _load_dh_params),
    "set_ecdh_curve": (("name",), _set_ecdh_curve),
    "set_servername_callback": (("method",), _set_servername_callback),
}


# Files and texts


def _read(path):
    with open(path, "rb") as stream:
        return stream.read()


def _as_password(password):
    if password is None or isinstance(password, bytes):
        return password
    return password.encode("utf-8") if isinstance(password, text_type) else as_bytes(password)


def _certificates_in(data):
    """The X509 objects of a text in PEM, or of bytes in DER."""
    from OpenSSL import crypto

    found = [match.group() for match in PEM_CERTIFICATE.finditer(data)]
    if found:
        return [crypto.load_certificate(crypto.FILETYPE_PEM, text) for text in found]
    return [crypto.load_certificate(crypto.FILETYPE_ASN1, der) for der in _elements(data)]


def _elements(data):
    """Bytes in DER, cut where one element ends and the next begins (X.690, 8.1.3)."""
    found, data = [], bytearray(data)
    while len(data) > 1:
        width = data[1] & 0x7F if data[1] & 0x80 else 0
        length = data[1] if not width else sum(byte << 8 * power for power, byte in enumerate(reversed(data[2:2 + width])))
        found.append(bytes(data[:2 + width + length]))
        data = data[2 + width + length:]
    return found


def _crl(text):
    """A revocation list in the form that X509Store.add_crl() takes: pyOpenSSL's own up to 24, cryptography's since."""
    from OpenSSL import crypto

    if hasattr(crypto, "load_crl"):
        return crypto.load_crl(crypto.FILETYPE_PEM, text)
    from cryptography import x509

    return x509.load_pem_x509_crl(text)
