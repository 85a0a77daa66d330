#!/bin/bash
# Runs inside the host.
set -euo pipefail
from=/opt/orders-stack
useradd --system --home-dir /opt/orders --shell /bin/bash orders 2>/dev/null || true
mkdir -p /opt/orders && cp "$from"/app/*.py /opt/orders/ && chown -R orders: /opt/orders
install -m 755 "$from"/queue-tasks.py "$from"/count-tasks.py "$from"/count_tasks.py /usr/local/bin/
install -m 644 "$from"/units/*.service /etc/systemd/system/
echo '[rabbitmq_management].' >/etc/rabbitmq/enabled_plugins
# Queue totals of the management API are 5 s old by default.
printf 'collect_statistics_interval = 1000\n' >/etc/rabbitmq/rabbitmq.conf
systemctl daemon-reload
systemctl -q enable rabbitmq-server redis-server amqp-worker amqp-consumer
[ "${1:-}" != --no-start ] || exit 0

systemctl start rabbitmq-server redis-server
# "guest" may only come from loopback; "ops" from the other hosts too.
rabbitmqctl -q eval 'rabbit_auth_backend_internal:add_user(<<"ops">>, <<"ops-secret">>, <<"stack">>), rabbit_auth_backend_internal:set_tags(<<"ops">>, [administrator], <<"stack">>),
  rabbit_auth_backend_internal:set_permissions(<<"ops">>, <<"/">>, <<".*">>, <<".*">>, <<".*">>, <<"stack">>).' >/dev/null
systemctl start amqp-worker amqp-consumer
consumers() { curl -fs -u guest:guest http://127.0.0.1:15672/api/queues | jq '[.[] | select(.name | IN("classic", "quorum", "plain-classic", "plain-quorum")) | .consumers // 0 | select(. > 0)] | length'; }
for attempt in $(seq 300); do [ "$(consumers)" != 4 ] || exit 0; sleep 0.2; done
echo "the RabbitMQ stack is not healthy after 60 s (queues with a consumer: $(consumers) of 4)" >&2
systemctl status --no-pager -n 10 rabbitmq-server amqp-worker amqp-consumer >&2
exit 1
