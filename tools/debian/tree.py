"""An unpacked tree: packages are made to lie at `/`, so their links are bent to stay inside, and what no test needs is removed."""
from __future__ import absolute_import, division, print_function

import glob
import os
import shutil

UNUSED = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/lintian")


def removed(path):
    """Removes a file or a tree, also where a package shipped a folder that may not be written in."""
    if os.path.islink(path) or os.path.isfile(path):
        os.unlink(path)
    elif os.path.isdir(path):
        for folder, _, _ in os.walk(path):
            os.chmod(folder, 0o755)
        shutil.rmtree(path)


def link(path, target):
    """A symbolic link at `path`, in place of one that was there."""
    if os.path.islink(path):
        os.unlink(path)
    os.symlink(target, path)


def relative_links(root):
    """Makes absolute links relative, if they lead to something in the tree: the machine's own file of that name is not meant."""
    for folder, folders, files in os.walk(root):
        for path in (os.path.join(folder, name) for name in folders + files):
            target = os.readlink(path) if os.path.islink(path) else ""
            if target.startswith("/") and os.path.lexists(root + target):
                link(path, os.path.relpath(root + target, folder))


def tidy(root):
    """All that is done to a tree when its packages are unpacked."""
    relative_links(root)
    for part in UNUSED:
        removed(os.path.join(root, part))


def only(root, pattern):
    """The one file below `root` that fits; None if there is none. Of several the first, a plain name before a longer one."""
    return next(iter(sorted(glob.glob(os.path.join(root, pattern)))), None)


def library_folders(root):
    """Where its shared libraries are. Debian has them in a folder named after the machine's kind, "x86_64-linux-gnu"."""
    patterns = ("lib/*-linux-gnu*", "usr/lib/*-linux-gnu*", "lib", "usr/lib", "lib64", "usr/lib64")
    folders = [folder for pattern in patterns for folder in sorted(glob.glob(os.path.join(root, pattern)))]
    return [folder for folder in folders if glob.glob(os.path.join(folder, "*.so*"))]
