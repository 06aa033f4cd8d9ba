"""Where this machine's apt gets Debian from, and by which keys it knows that it is Debian's."""
from __future__ import absolute_import, division, print_function

import glob
import io
import re

from tools.debian.command import Failed, output

KEYRINGS = "/usr/share/keyrings/debian-archive-keyring.*"
QUESTION = ["apt-get", "indextargets", "--no-release-info", "--format", "$(SITE)\t$(SIGNED_BY)", "Created-By: Packages"]


def told_by_apt():
    """Pairs (site, keyring or None) of the configured sources."""
    for line in output(QUESTION).splitlines():
        site, tab, keyring = line.partition("\t")
        if tab and "://" in site:
            yield site, keyring if keyring.startswith("/") else None


def in_sources(text):
    """The same from a file in the format of debian.sources (one stanza after the other; the first key file counts for all)."""
    keyring = re.search(r"(?im)^signed-by:\s*(/\S+)", text)
    for sites in re.findall(r"(?im)^uris:\s*(.+)$", text):
        for site in sites.split():
            yield site, keyring and keyring.group(1)


def in_list(text):
    """The same from a file in the format of sources.list, a line each."""
    for options, site in re.findall(r"(?m)^deb\s+(?:\[([^]]*)\]\s+)?(\S+)\s+\S+", text):
        keyring = re.search(r"signed-by=(/\S+)", options)
        yield site, keyring and keyring.group(1)


def in_files():
    """The same for an apt that does not tell."""
    for pattern, read in (("/etc/apt/sources.list", in_list), ("/etc/apt/sources.list.d/*.list", in_list),
                          ("/etc/apt/sources.list.d/*.sources", in_sources)):
        for path in sorted(glob.glob(pattern)):
            with io.open(path, encoding="utf-8", errors="replace") as file:
                for found in read(file.read()):
                    yield found


def ordered(found):
    """Each site once with a keyring, the archive proper before security and whatever else is configured."""
    known = next(iter(sorted(glob.glob(KEYRINGS))), None)
    sites = {}
    for site, keyring in found:
        sites.setdefault(site.rstrip("/"), keyring or known)
    return sorted(sites.items(), key=lambda pair: (not pair[0].endswith("/debian"), "security" in pair[0], pair[0]))


def mirrors():
    """Pairs (site, keyring or None), the likeliest first."""
    found = ordered(told_by_apt()) or ordered(in_files())
    if not found:
        raise Failed("apt on this machine has no source to get packages from: put a Debian mirror into /etc/apt/sources.list")
    return found
