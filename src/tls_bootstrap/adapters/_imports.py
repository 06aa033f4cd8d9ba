"""Being told when a package was imported, whoever imports it, on every Python.

The import system asks the finders on ``sys.meta_path`` before it searches itself. Ours finds nothing of its own: for a package that
is waited for it lets the others do the work, and comes back when they are done. There are two protocols for that:

    find_spec (3.4+)         the others' spec, with a loader around theirs; it takes itself out of the way as soon as it is used,
                             so that the module has the `__loader__` and `__spec__` that it always had
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
        if spec is not None and hasattr(spec.loader, "exec_module"):
            spec.loader = TellingLoader(spec.loader, self._tell)
        return spec

    def find_module(self, name, path=None):
        if not self._is_waited_for(name):
            return None
        with self._look_away(name):
            try:
                importlib.import_module(name)
            except ImportError:
                return None  # not there (2.7 asks for siblings first), or broken: the import system says so better
        return LoadedLoader(self._tell)

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
    """A loader that does what `loader` does, and tells."""

    def __init__(self, loader, tell):
        self._loader, self._tell = loader, tell

    def exec_module(self, module):
        module.__loader__ = module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._tell(module)

    def __getattr__(self, name):
        return getattr(self._loader, name)


class LoadedLoader(object):
    """The loader of what is loaded already."""

    def __init__(self, tell):
        self._tell = tell

    def load_module(self, name):
        module = sys.modules[name]
        self._tell(module)
        return module
