#!/usr/bin/python3
"""manage.py check: looks at the settings; manage.py subscribe: the MQTT subscriber."""
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bus.settings")

import django
from django.core.management import execute_from_command_line

if sys.argv[1:] == ["subscribe"]:
    django.setup()
    from bus.subscriber import main

    main()
else:
    execute_from_command_line(sys.argv)
