#!/bin/bash
# Shows that the stack stands and that its books are right: a warm restart of the workers under load loses nothing, kill -9 of one loses
# nothing either, and messages that are thrown away are counted as lost.
set -uo pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
export OPSRESTART_HOST_GROUP=zulip-$$
host=$here/../../host/host.sh
trap '"$host" down --all' EXIT
"$host" up z || exit $?
"$here/install.sh" z || exit 1

"$host" exec z queue-tasks.py 80 || exit 1
"$host" exec z supervisorctl restart 'zulip-workers:*' >/dev/null
"$host" exec z count-tasks.py --wait 120 || { echo "not ok - a warm restart of the workers loses nothing"; exit 1; }
echo "ok - a warm restart of the workers loses nothing"

"$host" exec z queue-tasks.py 5 --kind stream --seconds 1 --queue embed_links || exit 1
"$host" exec z supervisorctl signal KILL zulip-workers:zulip_events_embed_links >/dev/null
books=$("$host" exec z count-tasks.py --wait 60)
[ "$(jq .lost <<<"$books")" = 0 ] && [ "$(jq '.done == .queued' <<<"$books")" = true ] || { echo "not ok - a worker that is killed loses nothing: $books"; exit 1; }
echo "ok - a worker that is killed loses nothing"

"$host" exec z supervisorctl stop zulip-workers:zulip_events_invites >/dev/null
"$host" exec z queue-tasks.py 5 --kind stream --seconds 1 --queue invites || exit 1
"$host" sh z 'cd /home/zulip/deployments/current && python3 -c "from zulip import queues; queues.channel_with_queues(queues.rabbitmq()).queue_purge(\"invites\")"'
[ "$("$host" exec z count-tasks.py | jq .lost)" = 5 ] || { echo "not ok - what is thrown away is lost"; exit 1; }
echo "ok - what is thrown away is lost"
