"""Contexts with pre-shared keys, and their callbacks."""
from __future__ import absolute_import, division, print_function

from tests.support.contexts import TLS12, client_context, server_context

KEY = b"\x00k\xff" * 11


class Asked(object):
    """A callback that remembers what it was asked and gives the answer that a test wants."""

    def __init__(self, answer):
        self.answer, self.questions = answer, []

    def __call__(self, question):
        self.questions.append(question)
        return self.answer


def psk_contexts(version, client=("identity", KEY), server=KEY, hint=None):
    """(client's, server's) contexts that have nothing but keys; their callbacks give these answers, or are these callables."""
    contexts = client_context(version, cafile=None), server_context(version, certfile=None)
    for context in contexts:
        if version == TLS12:
            context.set_ciphers("PSK")
    contexts[0].set_psk_client_callback(client if callable(client) else Asked(client))
    contexts[1].set_psk_server_callback(server if callable(server) else Asked(server), hint)
    return contexts


def is_finished(outcomes):
    return outcomes == (None, None)
