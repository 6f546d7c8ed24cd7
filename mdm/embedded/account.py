"""As whom PostgreSQL runs: it refuses root, so as root it gets an ordinary account and only the rights it needs."""

import os
import pwd
import shutil
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mdm.embedded.errors import EmbeddedError

# Capabilities that let a process pass folders closed to others (clones often lie under root's private home), by bit
# in CapPrm. Opening those folders' modes instead would show somebody's home to everybody.
_PASSAGE = {"dac_read_search": 2, "dac_override": 1}


@dataclass(frozen=True)
class Account:
    """Who owns a data folder and runs the server on it."""

    uid: int
    gid: int

    def command(self, argv: Sequence[str | Path], reached: Sequence[Path]) -> list[str]:
        """The command line that runs `argv` as this account, able to reach the paths `reached`."""
        words = [str(word) for word in argv]
        if self.uid == os.geteuid():
            return words
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            raise EmbeddedError(
                "PostgreSQL does not run as root, and setpriv (package util-linux) is missing: install it, "
                "run as an ordinary user, or set DATABASE_URL."
            )
        passage = [] if all(_open_to_others(path) for path in reached) else _passage()
        return [setpriv, f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups", *passage, "--", *words]


def choose(folder: Path) -> Account:
    """Ourselves; as root the ordinary owner of the existing `folder`, else nobody."""
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        raise EmbeddedError(
            f"User id {os.geteuid()} has no name on this machine, and PostgreSQL needs one: "
            "run as a user with an account, or set DATABASE_URL."
        ) from None
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    if folder.exists() and folder.stat().st_uid != 0:
        return Account(folder.stat().st_uid, folder.stat().st_gid)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def _open_to_others(path: Path) -> bool:
    """Whether anybody may pass all folders on the way."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.resolve().parents)


def _passage() -> list[str]:
    """Arguments for setpriv that leave the one capability to pass, the weaker one where we hold it."""
    for name, bit in _PASSAGE.items():
        if _permitted() >> bit & 1:
            only = f"-all,+{name}"
            # the server asks access(2) before it runs its helpers, which ignores capabilities without this bit
            heed = "--securebits=+no_setuid_fixup"
            return [heed, f"--bounding-set={only}", f"--inh-caps={only}", f"--ambient-caps={only}"]
    raise EmbeddedError(
        "PostgreSQL runs as an ordinary account here and cannot pass the folders above the project: "
        "move the clone to a place that everybody may enter, or set DATABASE_URL."
    )


def _permitted() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapPrm:"):
            return int(line.split()[1], 16)
    return 0
