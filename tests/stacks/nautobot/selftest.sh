#!/bin/bash
# Shows that the stack stands and that its books are right: a warm restart of the worker under load loses nothing, and a
# kill -9 does lose tasks that were acknowledged early, which the count must then report.
set -uo pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
export OPSRESTART_HOST_GROUP=nautobot-$$
host=$here/../../host/host.sh
trap '"$host" down --all' EXIT
"$host" up n || exit $?
"$here/install.sh" n || exit 1

"$host" exec n queue-tasks.py 100 && "$host" exec n queue-tasks.py 20 --web --seed 2 || exit 1
until [ "$("$host" exec n count-tasks.py | jq .done)" -gt 20 ]; do :; done
"$host" exec n systemctl restart nautobot-worker
"$host" exec n count-tasks.py --wait 120; code=$?
[ $code = 0 ] || [ $code = 3 ] || { echo "not ok - a warm restart of the worker loses nothing (exit $code)"; exit 1; }
echo "ok - a warm restart of the worker loses nothing"

"$host" exec n queue-tasks.py 60 --longest 3 --seed 3
until [ "$("$host" exec n celery -A nautobot_demo --workdir /opt/nautobot inspect active --json 2>/dev/null | jq '[.[] | .[] | select(.acknowledged)] | length')" -gt 1 ]; do :; done
"$host" exec n systemctl kill -s KILL nautobot-worker
"$host" exec n systemctl start nautobot-worker
lost=$("$host" exec n count-tasks.py | jq .lost)
[ "$lost" -gt 0 ] || { echo "not ok - tasks lost by kill -9 are counted as lost"; exit 1; }
echo "ok - tasks lost by kill -9 are counted as lost ($lost)"
