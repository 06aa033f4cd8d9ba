"""An HTTPS package index (PEP 503) that offers one tiny project, as a wheel and as an sdist."""
from __future__ import absolute_import, division, print_function

import base64
import hashlib
import io
import tarfile
import zipfile

from .server import TLSServer, answer, read_head

PROJECT = "loopback-greeting"
MODULE = "loopback_greeting"
GREETING = "served on the loopback interface"
GREETING_PATH = "/greeting"

MODULE_TEXT = "GREETING = %r\n" % GREETING
METADATA = "Metadata-Version: 2.1\nName: %s\nVersion: 1.0\nSummary: a greeting\n" % PROJECT
WHEEL = "Wheel-Version: 1.0\nGenerator: tls_bootstrap tests\nRoot-Is-Purelib: true\nTag: py2-none-any\nTag: py3-none-any\n"
SETUP = "from setuptools import setup\nsetup(name=%r, version='1.0', py_modules=[%r])\n" % (PROJECT, MODULE)


def wheel():
    """The bytes of a wheel (PEP 427)."""
    info = MODULE + "-1.0.dist-info/"
    members = [(MODULE + ".py", MODULE_TEXT), (info + "METADATA", METADATA), (info + "WHEEL", WHEEL)]
    record = "".join("%s,sha256=%s,%d\n" % (name, urlsafe_sha256(text), len(text)) for name, text in members)
    members.append((info + "RECORD", record + info + "RECORD,,\n"))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for name, text in members:
            file.writestr(name, text.encode("ascii"))
    return archive.getvalue()


def urlsafe_sha256(text):
    """The digest as RECORD spells it: base64 for URLs, without padding."""
    digest = hashlib.sha256(text.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def sdist():
    """The bytes of a source distribution."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as file:
        for name, text in ((MODULE + ".py", MODULE_TEXT), ("PKG-INFO", METADATA), ("setup.py", SETUP)):
            member = tarfile.TarInfo("%s-1.0/%s" % (PROJECT, name))
            member.size = len(text)
            file.addfile(member, io.BytesIO(text.encode("ascii")))
    return archive.getvalue()


def project_page(files):
    """The page that lists a project's files, each with its digest."""
    links = ['<a href="/files/%s#sha256=%s">%s</a>' % (name, hashlib.sha256(content).hexdigest(), name)
             for name, content in sorted(files.items())]
    return ("<!DOCTYPE html><html><body>\n%s\n</body></html>\n" % "\n".join(links)).encode("ascii")


class PackageIndex(TLSServer):
    """Serves the pages of PEP 503, the files and a greeting. `requests` lists the paths that were asked for."""

    def __init__(self, certfile):
        TLSServer.__init__(self, certfile)
        self.requests = []
        files = {MODULE + "-1.0-py2.py3-none-any.whl": wheel(), PROJECT + "-1.0.tar.gz": sdist()}
        self.pages = {
            "/simple/": ("text/html", ('<a href="/simple/%s/">%s</a>\n' % (PROJECT, PROJECT)).encode("ascii")),
            "/simple/%s/" % PROJECT: ("text/html", project_page(files)),
            GREETING_PATH: ("text/plain", GREETING.encode("ascii")),
        }
        for name, content in files.items():
            self.pages["/files/" + name] = ("application/octet-stream", content)

    @property
    def simple_url(self):
        return "https://localhost:%d/simple/" % self.port

    def serve(self, tls):
        method, path = read_head(tls)[0].split(" ")[:2]
        self.requests.append(path)
        if method != "GET" or path not in self.pages:
            return answer(tls, "404 Not Found", b"not here\n")
        content_type, body = self.pages[path]
        answer(tls, "200 OK", body, content_type)
