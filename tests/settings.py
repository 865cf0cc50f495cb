"""Settings of the test run: those of the app, over a data folder that is thrown away."""

import atexit
import os
import shutil
import tempfile

_data = tempfile.mkdtemp(prefix="penumbra-tests-")
_owner = os.getpid()
os.environ["PENUMBRA_DATA"] = _data


@atexit.register
def _throw_away() -> None:
    if os.getpid() == _owner:  # not in children that were forked
        shutil.rmtree(_data, ignore_errors=True)


from config.settings import *  # noqa: E402, F403

WHITENOISE_AUTOREFRESH = True  # looks for a file when it is asked for, not for all at each test's start
# Quick and weak: sign-ins are not what tests wait for.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
