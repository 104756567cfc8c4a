"""A second daemon as an ordinary user: what root has and others have not."""
import contextlib
import os

from harness.api import Api
from harness.check import Skip
from harness.daemon import Sockerless

NOBODY = 65534


@contextlib.contextmanager
def ordinary(d):
    """Its Api; it must end as well as any other."""
    if not d.daemon or os.geteuid() != 0:
        raise Skip('only root can start a daemon as another user')
    daemon = Sockerless(d.daemon.programs, user=NOBODY)
    try:
        daemon.start()
        api = Api(daemon.host, daemon)
        api.ensure_image()
        yield api
        api.clean()
        daemon.stop()
    finally:
        daemon.remove()
