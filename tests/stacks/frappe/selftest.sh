#!/bin/bash
# Shows that the stack stands and that its books are right: a warm restart of the workers under load loses nothing; kill -9
# of a worker and the process that runs its job is counted.
set -uo pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
export OPSRESTART_HOST_GROUP=frappe-$$
host=$here/../../host/host.sh
trap '"$host" down --all' EXIT
"$host" up f || exit $?
"$here/install.sh" f || exit 1

"$host" exec f queue-tasks.py 80 || exit 1
until [ "$("$host" exec f count-tasks.py | jq .done)" -gt 10 ]; do :; done
"$host" exec f systemctl restart frappe-worker@short frappe-worker@default frappe-worker@long
"$host" exec f count-tasks.py --wait 120 || { echo "not ok - a warm restart of the workers loses nothing"; exit 1; }
echo "ok - a warm restart of the workers loses nothing"

id=$("$host" sh f 'cd /opt/frappe && python3 -c "from bench.queues import enqueue; print(enqueue(\"work\", queue=\"long\", seconds=30).id)"')
until "$host" exec f redis-cli -p 11000 zscore rq:wip:bench:long "$id" | grep -q .; do :; done
"$host" exec f systemctl kill -s KILL frappe-worker@long
open=$("$host" sh f "redis-cli -p 11000 zscore rq:wip:bench:long $id; redis-cli -p 11000 zscore rq:failed:bench:long $id; redis-cli -p 11000 -n 2 hget job:$id done" | grep -c .)
[ "$open" = 1 ] || { echo "not ok - a job that was killed is neither done nor forgotten"; exit 1; }
echo "ok - a job that was killed is neither done nor forgotten"
"$host" sh f 'bench --site all migrate && ! FAIL=1 bench migrate 2>/dev/null' >/dev/null || { echo "not ok - bench migrate"; exit 1; }
echo "ok - bench migrate works, and fails when told to"
