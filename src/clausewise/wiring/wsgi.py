"""The application as a web server takes it."""

import os
import sys

from clausewise.wiring.beside import obey_parent
from clausewise.wiring.logs import configure_logs
from clausewise.wiring.start import start

obey_parent()
configure_logs()
_problems = start(os.environ)
if _problems:
    sys.exit(" ".join(problem.message for problem in _problems))

from django.core.wsgi import get_wsgi_application  # noqa: E402  the framework is there only after the start

application = get_wsgi_application()
