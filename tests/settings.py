"""Settings of a test run: the real ones, on a data folder of its own that ends with the run."""

import os
import tempfile
from pathlib import Path

# Before the real settings are read. Processes that tests start inherit the folder, and so reach the same servers.
if not Path(os.environ.get("DATA_DIR", "")).name.startswith("goldenrod-test-"):
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="goldenrod-test-")
    os.chmod(os.environ["DATA_DIR"], 0o711)  # as root PostgreSQL runs as another account
os.environ.setdefault("LOG_FORMAT", "text")

from mdm.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
