"""
Debian's source packages, through apt and with apt's checks of signatures.

The machine may have no deb-src entry and the user need not be root, so everything happens in a
private apt directory: its source entries are the machine's own with `deb` turned into `deb-src`
(suites, mirrors, proxies and Signed-By stay), its lists and its cache are its own. The system's
configuration is read, never changed.
"""

import glob
import os
import re
import subprocess

from steps import BuildError, output

PACKAGES = ("musl", "busybox")


def source_entries_deb822(text):
    """A .sources file that offers the source of what it offered before."""
    return re.sub(r"^Types:.*$", "Types: deb-src", text, flags=re.MULTILINE | re.IGNORECASE)


def source_entries_list(text):
    """The same for the one-line format."""
    lines = re.findall(r"^\s*deb(?:-src)?(\s.*)$", text, flags=re.MULTILINE)
    return "".join(f"deb-src{line}\n" for line in dict.fromkeys(lines))


class Apt:
    """apt with the machine's keys and mirrors, but state of its own below `directory`."""

    def __init__(self, directory, steps):
        self.steps = steps
        for sub in ("lists/partial", "cache/archives/partial", "entries"):
            os.makedirs(f"{directory}/{sub}")
        self._write_entries(directory)
        config = f"{directory}/apt.conf"
        with open(config, "w", encoding="utf-8") as f:
            f.write(
                f'Dir::Etc::sourcelist "{directory}/sources.list";\n'
                f'Dir::Etc::sourceparts "{directory}/entries";\n'
                f'Dir::State::lists "{directory}/lists";\n'
                f'Dir::Cache "{directory}/cache";\n'
                # Downloads go where only this user can write.
                f'APT::Sandbox::User "";\n'
                f'Acquire::Languages "none";\n'
                # The machine's hooks are about the machine's own lists.
                "#clear APT::Update::Pre-Invoke;\n"
                "#clear APT::Update::Post-Invoke;\n"
                "#clear APT::Update::Post-Invoke-Success;\n"
            )
        self.options = ["-c", config]

    @staticmethod
    def _write_entries(directory):
        """The main file stays the main file: apt reads it first, and of an archive that is named
        twice, the order decides whether the entries go together."""
        etc = output(["apt-config", "shell", "x", "Dir::Etc/d"]).split("'")[1]
        converters = {".list": source_entries_list, ".sources": source_entries_deb822}
        files = {f"{etc}/sources.list": f"{directory}/sources.list"}
        for path in glob.glob(f"{etc}/sources.list.d/*"):
            files[path] = f"{directory}/entries/{os.path.basename(path)}"
        for path, copy in files.items():
            suffix = os.path.splitext(path)[1]
            if suffix in converters and os.path.isfile(path):
                with open(path, encoding="utf-8") as f:
                    entries = converters[suffix](f.read())
                with open(copy, "w", encoding="utf-8") as f:
                    f.write(entries)

    def update(self):
        # A third-party entry without sources fails the update as a whole; what counts is
        # whether our packages are found afterwards.
        return subprocess.run(
            ["apt-get", *self.options, "update"], capture_output=True, text=True, check=False
        ).stderr

    def versions(self):
        """The newest version of each package that the archive has; asks the network."""
        complaints = self.update()
        found = {}
        for package in PACKAGES:
            shown = subprocess.run(
                ["apt-get", *self.options, "source", "--print-uris", "--only-source", package],
                capture_output=True, text=True, check=False,
            )
            match = re.search(rf"\s{package}_(\S+)\.dsc\s", shown.stdout)
            if not match:
                raise BuildError(
                    f"{complaints}{shown.stderr}the archives that /etc/apt names offer no source "
                    f"package {package}"
                )
            found[package] = match.group(1)
        return found

    def fetch(self, directory):
        """Downloads and unpacks the packages, Debian's patches applied, below `directory`."""
        os.makedirs(directory)
        for package in PACKAGES:
            self.steps.run(
                ["apt-get", *self.options, "source", "--only-source", package], cwd=directory
            )
        return {p: glob.glob(f"{directory}/{p}-*/")[0].rstrip("/") for p in PACKAGES}
