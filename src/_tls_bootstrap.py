"""The name under which the idea was first discussed (python-dev, June 2017): ``import _tls_bootstrap`` and then
``_tls_bootstrap.monkeypatch_ssl()``. The functions are those of tls_bootstrap, which is the name to use."""
from tls_bootstrap import *  # noqa: F401,F403 - whatever is public there, and nothing else
