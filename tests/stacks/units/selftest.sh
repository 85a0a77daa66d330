#!/bin/bash
# Shows that each fixture does what its description says.
set -uo pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
export OPSRESTART_HOST_GROUP=units-$$
host=$here/../../host/host.sh failed=0
trap '"$host" down --all' EXIT
"$host" up u --layer minimal || exit $?
"$here/install.sh" u || exit 1
is() { # description script expected
  local got; got=$("$host" sh u "$2" 2>/dev/null)
  if [ "$got" = "$3" ]; then echo "ok - $1"; else echo "not ok - $1: expected '$3', got '$got'"; failed=1; fi
}
started='show() { systemctl show -P ActiveState -P Result "$1" | paste -sd " "; }; timed() { local t=$(date +%s%3N); "$@"; echo $? $(( ($(date +%s%3N) - t) / 1000 ))s; }
  gone() { until [ "$(systemctl show -P ActiveState "$1")" != active ]; do sleep 0.05; done; }; '
is "every unit file is sound" 'systemd-analyze verify /etc/systemd/system/t-*.service 2>&1 | grep t- | grep -vE "does-not-exist|t-masked"' ''
is "plain" "$started timed systemctl start t-plain; systemctl stop t-plain; show t-plain" "0 0s
success inactive"
is "slow-start" "$started timed systemctl start t-slow-start" "0 2s"
is "slow-stop" "$started systemctl start t-slow-stop; timed systemctl stop t-slow-stop; show t-slow-stop" "0 2s
success inactive"
is "stop-when-told" "$started systemctl start t-stop-when-told; systemctl stop --no-block t-stop-when-told; sleep 1; show t-stop-when-told; touch /run/t-let-go; gone t-stop-when-told; until [ \$(systemctl show -P ActiveState t-stop-when-told) = inactive ]; do sleep 0.1; done; show t-stop-when-told; rm /run/t-let-go" "success deactivating
success inactive"
is "notify" "$started timed systemctl start t-notify" "0 2s"
is "start-ms@" "$started timed systemctl start t-start-ms@1100" "0 1s"
is "stop-2s@" "$started systemctl start t-stop-2s@1; timed systemctl stop t-stop-2s@1" "0 2s"
is "fail-start" "$started timed systemctl start t-fail-start; show t-fail-start; journalctl -u t-fail-start -p err -o cat _SYSTEMD_UNIT=t-fail-start.service" "1 0s
exit-code failed
no such setting: colour"
is "start-timeout" "$started timed systemctl start t-start-timeout; show t-start-timeout" "1 2s
timeout failed"
is "exit-at-once" "$started timed systemctl start t-exit-at-once; gone t-exit-at-once; show t-exit-at-once" "0 0s
exit-code failed"
is "dies-soon" "$started timed systemctl start t-dies-soon; gone t-dies-soon; show t-dies-soon; systemctl show -P ExecMainStatus t-dies-soon" "0 0s
exit-code failed
3"
is "crash-loop" "$started systemctl start t-crash-loop; until [ \$(systemctl show -P NRestarts t-crash-loop) -ge 3 ]; do sleep 0.1; done; echo 3; systemctl stop t-crash-loop" "3"
is "crash-limit" "$started systemctl start t-crash-limit; until systemctl is-failed -q t-crash-limit; do sleep 0.05; done; journalctl -u t-crash-limit -o cat --grep 'Start request repeated' | wc -l" "1"
is "missing-exec" "$started timed systemctl start t-missing-exec; gone t-missing-exec; systemctl show -P ExecMainStatus t-missing-exec" "0 0s
203"
is "missing-exec-strict" "$started timed systemctl start t-missing-exec-strict" "1 0s"
is "masked" "systemctl start t-masked 2>&1 | grep -c masked" "1"
is "ignores-term" "$started systemctl start t-ignores-term; timed systemctl stop t-ignores-term; show t-ignores-term" "0 2s
timeout failed"
is "never-stops" "systemctl start t-never-stops; timeout 1 systemctl stop t-never-stops; systemctl show -P ActiveState t-never-stops; systemctl kill -s KILL t-never-stops" "deactivating"
is "fail-stop" "$started systemctl start t-fail-stop; systemctl stop t-fail-stop; show t-fail-stop" "exit-code failed"
is "leaves-child" "systemctl start t-leaves-child; systemctl stop t-leaves-child; systemctl show -P ActiveState t-leaves-child; pgrep -cf '^sleep 12345'" "inactive
1"
is "oneshot" "$started systemctl start t-oneshot; show t-oneshot" "success active"
is "oneshot-long" "$started timed systemctl start t-oneshot-long" "0 3s"
is "listens" "systemctl start t-listens; curl -s 127.0.0.1:7101" "well"
is "listens-late" "systemctl start t-listens-late; curl -s 127.0.0.1:7102; echo \$?; curl -s --retry-connrefused --retry 5 --retry-delay 1 127.0.0.1:7102" "7
well"
is "never-listens" "systemctl start t-never-listens; curl -s 127.0.0.1:7103; echo \$?" "7"
is "http-sick" "systemctl start t-http-sick; curl -s 127.0.0.1:7104; sleep 2; curl -s 127.0.0.1:7104" "sick
well"
is "logs" "systemctl start t-logs; journalctl --sync; journalctl _SYSTEMD_UNIT=t-logs.service -o json | jq -r '.PRIORITY + \" \" + .MESSAGE' | sort | head -3" "0 line of priority 0
1 line of priority 1
2 line of priority 2"
is "logs-steadily" "systemctl start t-logs-steadily; until journalctl -q _SYSTEMD_UNIT=t-logs-steadily.service -p err -o cat | grep -qx 'line 10'; do sleep 0.1; done; echo yes" "yes"
is "demo@" "systemctl start t-demo@a t-demo@b; systemctl list-units 't-demo@*' --plain --no-legend | wc -l" "2"
is "needs-plain" "systemctl start t-needs-plain; systemctl is-active t-plain; systemctl stop t-plain; systemctl is-active t-needs-plain" "active
inactive"
is "conflicts-plain" "systemctl start t-plain; systemctl start t-conflicts-plain; systemctl is-active t-plain" "inactive"
is "by-socket" "systemctl start t-by-socket.socket; systemctl start t-by-socket; systemctl stop t-by-socket; (exec 3<>/dev/tcp/127.0.0.1/7105); until systemctl is-active t-by-socket; do sleep 0.05; done" "active"
is "user" "loginctl enable-linger tester; systemctl --user -M tester@ is-system-running --wait >/dev/null; systemctl --user -M tester@ start t-user; systemctl --user -M tester@ is-active t-user" "active"
exit $failed
