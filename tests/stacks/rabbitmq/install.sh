#!/bin/bash
# install.sh HOST [--no-start]: RabbitMQ with its management API, a Celery worker and a plain consumer in a throwaway host.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
host=$here/../../host/host.sh name=${1:?install.sh HOST [--no-start]} start=${2:-}
tar -C "$here" -c --exclude=__pycache__ app units inside.sh queue-tasks.py count-tasks.py -C .. count_tasks.py |
  "$host" exec "$name" sh -c 'mkdir -p /opt/orders-stack && tar -x --no-same-owner -C /opt/orders-stack'
"$host" exec "$name" bash /opt/orders-stack/inside.sh "$start"
