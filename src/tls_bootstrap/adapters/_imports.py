"""Being told when a package was imported, whoever imports it, on every Python.

The import system asks the finders on ``sys.meta_path`` before it searches itself. Ours finds nothing of its own: for a package that
is waited for it lets the others do the work, and comes back when they are done. There are two protocols for that:

    find_spec (3.4+)         the others' spec, with a loader around theirs; it takes itself out of the way as soon as it is used,
                             so that the module has the `__loader__` and `__spec__` that it always had. Loaders have two protocols
                             of their own: exec_module, and load_module (zip files until 3.9)
    find_module (until 3.11) Python 2.7 knows no specs, and a finder cannot ask how the others would load it: so it is imported
                             right there, with this finder looking the other way
"""
from __future__ import absolute_import, division, print_function

import importlib
import sys
from contextlib import contextmanager

__all__ = ["Finder"]


class Finder(object):
    """Calls ``arrived(package)`` after the import of each package whose last name is in `adapters`."""

    def __init__(self, adapters, arrived):
        self.adapters, self.arrived = adapters, arrived
        self._looking_away = set()

    def find_spec(self, name, path=None, target=None):
        if not self._is_waited_for(name):
            return None
        import importlib.util
        with self._look_away(name):
            spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:  # of a namespace package there is nothing to load
            kind = ExecutingLoader if hasattr(spec.loader, "exec_module") else LoadingLoader
            spec.loader = kind(spec, self._tell)
        return spec

    def find_module(self, name, path=None):
        if not self._is_waited_for(name) or name in sys.modules:
            return None
        with self._look_away(name):
            try:
                importlib.import_module(name)
            except ImportError:
                return None  # not there (2.7 asks for siblings first), or broken: the import system says so better
        self._tell(sys.modules[name])
        return LoadedLoader(name)

    def _is_waited_for(self, name):
        return name.rpartition(".")[2] in self.adapters and name not in self._looking_away

    @contextmanager
    def _look_away(self, name):
        self._looking_away.add(name)
        try:
            yield
        finally:
            self._looking_away.discard(name)

    def _tell(self, module):
        if module.__name__.rpartition(".")[2] in self.adapters:  # it may have been disabled meanwhile
            self.arrived(module.__name__)


class TellingLoader(object):
    """A loader that does what the loader of `spec` does, and tells."""

    def __init__(self, spec, tell):
        self._spec, self._loader, self._tell = spec, spec.loader, tell

    def __getattr__(self, name):
        return getattr(self._loader, name)


class ExecutingLoader(TellingLoader):

    def exec_module(self, module):
        self._spec.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._tell(module)


class LoadingLoader(TellingLoader):

    def load_module(self, name):
        self._spec.loader = self._loader
        module = self._loader.load_module(name)
        self._tell(module)
        return module


class LoadedLoader(object):
    """The loader of the package `name`, which is loaded already."""

    def __init__(self, name):
        self._name = name

    def load_module(self, name):
        return sys.modules[name]

    def __getattr__(self, attribute):
        """What else pkgutil and runpy ask a loader for: its finder is out of the way now, so the genuine one is found."""
        import pkgutil
        return getattr(pkgutil.find_loader(self._name), attribute)
