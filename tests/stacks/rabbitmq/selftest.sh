#!/bin/bash
# Shows that the stack stands and counts right: a warm restart of the worker, then of the broker, loses nothing.
set -uo pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
export OPSRESTART_HOST_GROUP=rabbitmq-$$
host=$here/../../host/host.sh
trap '"$host" down --all' EXIT
"$host" up r || exit $?
"$here/install.sh" r || exit 1

"$host" exec r queue-tasks.py 60 && "$host" exec r queue-tasks.py 40 --plain || exit 1
until [ "$("$host" exec r count-tasks.py | jq .done)" -gt 10 ]; do :; done
"$host" exec r systemctl restart amqp-worker amqp-consumer
"$host" exec r count-tasks.py --wait 120; code=$?
[ $code = 0 ] || [ $code = 3 ] || { echo "not ok - a warm restart of the worker loses nothing (exit $code)"; exit 1; }
echo "ok - a warm restart of the worker loses nothing"
plain() { "$host" exec r curl -fs -u guest:guest 'http://127.0.0.1:15672/api/queues/%2F?disable_stats=true&enable_queue_totals=true' | jq '[.[] | select(.name | startswith("plain")) | .messages] | add'; }
for attempt in $(seq 60); do [ "$(plain)" != 0 ] || break; sleep 0.5; done
[ "$(plain)" = 0 ] || { echo "not ok - the plain consumer empties its queues"; exit 1; }
echo "ok - the plain consumer empties its queues"

"$host" exec r systemctl stop amqp-worker
"$host" exec r queue-tasks.py 30 --seed 2
"$host" exec r systemctl restart rabbitmq-server
"$host" exec r systemctl start amqp-worker
"$host" exec r count-tasks.py --wait 120; code=$?
[ $code = 0 ] || [ $code = 3 ] || { echo "not ok - queued tasks survive a restart of RabbitMQ (exit $code)"; exit 1; }
echo "ok - queued tasks survive a restart of RabbitMQ"
