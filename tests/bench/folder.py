"""Where a bench keeps its hub: in DATA_DIR where that is given, else in a folder that goes with it.

To be imported before Django is.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

if not os.environ.get("DATA_DIR"):
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="goldenrod-bench-")
    atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mdm.settings")
os.environ.setdefault("LOG_LEVEL", "ERROR")
