"""The main job, as steps: pip and requests of Python 2.7 reach an HTTPS index through an HTTPS proxy, which is TLS in TLS.

Stock 2.7 cannot do that, ``python -m tls_bootstrap run`` can, and every success is tried again with one thing wrong: the
certificate of the proxy or that of the index. Only that certificate differs, so nothing else can be the reason of a refusal.
The host name of the proxy is a step of its own: urllib3 1.26.2 in pip 20.3.4 does not check it on any Python (CVE-2021-28363).
A step is believed on what the servers saw, too: a tunnel that carried TLS, a request that did or did not reach the index.

demo.py shows the steps, tests/process/test_main_job.py asserts them.
"""
from __future__ import absolute_import, division, print_function

import collections
import os
import re
import subprocess

from tests.support import certs
from tools.environments import REPOSITORY
from tools.isolation import isolated_environment
from tools.loopback import index
from tools.loopback.index import PackageIndex
from tools.loopback.proxy import HTTPSProxy

STOCK, UPGRADED = (), ("-m", "tls_bootstrap", "run")
NO_WRAP_BIO = r"TLS in TLS requires SSLContext\.wrap_bio\(\)"  # urllib3 1.26 util/ssltransport.py
# What OpenSSL says, or match_hostname(), which is what a stock 2.7 checks names with.
REFUSED = {
    certs.WRONGHOST: r"(?i)hostname mismatch|doesn't match",
    certs.EXPIRED: r"(?i)certificate.verify.failed",
    certs.STRANGER: r"(?i)certificate.verify.failed",
}
WRONG = collections.OrderedDict([
    (certs.WRONGHOST, "names another host"), (certs.EXPIRED, "has expired"), (certs.STRANGER, "is of an unknown CA")])


def pip_install(job):
    return (["-m", "pip", "install", "--target", os.path.join(job.folder, "installed")] + job.options_of_install
            + pip_options(job) + [index.PROJECT])


def pip_download(job):
    """The sdist, whose metadata pip gets by running its setup.py: a second download in a process of its own."""
    return (["-m", "pip", "download", "--no-binary", ":all:", "--dest", os.path.join(job.folder, "downloaded")]
            + pip_options(job) + [index.PROJECT])


def pip_options(job):
    # -vv: without it a recent pip does not say why a proxy was refused.
    return ["-vv", "--isolated", "--disable-pip-version-check", "--no-input", "--no-deps", "--no-cache-dir", "--retries", "0",
            "--timeout", "20", "--cert", certs.CA, "--proxy", job.proxy_url, "--index-url", job.index.simple_url]


def requests_get(job):
    program = os.path.join(REPOSITORY, "tools", "loopback", "get.py")
    return [program, "https://localhost:%d%s" % (job.index.port, index.GREETING_PATH), job.proxy_url, certs.CA]


SAYS = {  # program -> what it prints when it has done its work
    pip_install: "Successfully installed %s-1.0" % index.PROJECT,
    pip_download: "Successfully downloaded %s" % index.PROJECT,
    requests_get: index.GREETING,
}

# `error` is what the program must fail with (a regular expression), None if it must succeed.
Step = collections.namedtuple("Step", "title launcher program proxy_cert index_cert error")


def steps():
    """All steps, in the order of the story."""
    for program in (pip_install, requests_get):
        yield Step("%s, stock" % program.__name__, STOCK, program, certs.SERVER, certs.SERVER, NO_WRAP_BIO)
    for program in (pip_install, pip_download, requests_get):
        yield Step("%s, upgraded" % program.__name__, UPGRADED, program, certs.SERVER, certs.SERVER, None)
    for program in (pip_install, requests_get):
        for wrong, words in WRONG.items():
            yield Step("%s, the index's certificate %s" % (program.__name__, words), UPGRADED, program, certs.SERVER, wrong,
                       REFUSED[wrong])
            yield Step("%s, the proxy's certificate %s" % (program.__name__, words), UPGRADED, program, wrong, certs.SERVER,
                       REFUSED[wrong])


def with_engine(engine):
    """The upgraded steps again, with another engine than the package takes by itself."""
    for step in steps():
        if step.launcher == UPGRADED:
            yield step._replace(title="%s, %s" % (step.title, engine), launcher=UPGRADED + ("--engine", engine))


class Job(object):
    """The servers of one step (a context manager), a `folder` to work in, and what ``pip install`` needs to be told."""

    def __init__(self, step, folder, options_of_install):
        self.step, self.folder, self.options_of_install = step, folder, list(options_of_install)
        self.proxy, self.index = HTTPSProxy(step.proxy_cert), PackageIndex(step.index_cert)
        self.proxy_url = "https://localhost:%d" % self.proxy.port

    def __enter__(self):
        self.proxy.__enter__()
        self.index.__enter__()
        return self

    def __exit__(self, *exc_info):
        self.proxy.__exit__(*exc_info)
        self.index.__exit__(*exc_info)


class Outcome(object):
    """What a step came to: `command`, `status`, `output` (text), and `complaints`, which is empty if all was as expected."""

    def __init__(self, job, command, status, output):
        self.step, self.command, self.status, self.output = job.step, command, status, output
        self.tunnels, self.requests = list(job.proxy.tunnels), list(job.index.requests)
        self.complaints = list(self.complain())

    @property
    def essence(self):
        """The line of the output that matters: what was asked for, or the error."""
        wanted = self.step.error or re.escape(SAYS[self.step.program])
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        return ([line for line in lines if re.search(wanted, line)] or lines or ["(no output)"])[-1]

    def complain(self):
        """Yields a sentence for everything that is not as the step expects it."""
        step = self.step
        if (self.status == 0) != (step.error is None):
            yield "the exit status is %d" % self.status
        if not re.search(step.error or re.escape(SAYS[step.program]), self.output):
            yield "the output does not have %r" % (step.error or SAYS[step.program])
        if step.proxy_cert != certs.SERVER and self.tunnels:
            yield "a proxy that should have been refused got %s" % self.tunnels[0]
        if step.proxy_cert == certs.SERVER and step.launcher != STOCK and not any(each.up for each in self.tunnels):
            yield "nothing went through the proxy's tunnel"
        if step.error is not None and self.requests:
            yield "a refusing client sent a request all the same: %s" % self.requests[0]
        if step.error is None and not (self.requests and all(each.carried_tls for each in self.tunnels)):
            yield "the index got no request, or the tunnel carried something other than TLS"


def run(step, python, folder, options_of_install=()):
    """Does a step with the executable `python`, which must have pip 20.3.4 and requests; returns its Outcome.

    `folder` is an empty directory for what the step installs and downloads. `options_of_install`: see options_of_pip()."""
    environment = isolated_environment(PYTHONPATH=os.path.join(REPOSITORY, "src"), HOME=folder)
    with Job(step, folder, options_of_install) as job:
        command = [python] + list(step.launcher) + step.program(job)
        process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT)
        output = process.communicate()[0].decode("utf-8", "replace")
    return Outcome(job, command, process.returncode, output)
