#!/bin/bash
# Shows that hosts come up, are independent, and leave nothing behind, also when "up" is killed in the middle.
# selftest.sh [minimal|full]   Exit code 77 when this machine can't run hosts.
set -uo pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
kind=${1:-minimal}
export OPSRESTART_HOST_GROUP=selftest-$$
export OPSRESTART_SELFTEST=$$            # inherited by everything that is started from here: the mark to look for afterwards
host=$here/host.sh
failed=0 number=0

check() { # description command...
  local what=$1 out; shift; number=$((number + 1))
  if out=$("$@" 2>&1); then echo "ok $number - $what"; else echo "not ok $number - $what"; echo "$out" | sed 's/^/  # /'; failed=1; fi
}
skip() { # description reason
  number=$((number + 1)); echo "ok $number - $1 # SKIP $2"
}
equals() { [ "$1" = "$2" ] || { echo "expected '$1', got '$2'"; return 1; }; }
settled() { # COMMAND...: waits for an asynchronous end, bounded
  local i; for i in $(seq 250); do "$@" && return; sleep 0.02; done; return 1
}

# --- what the machine looks like, without what others do meanwhile -----------------------------------------------
machine() {
  echo "mounts"; sort /proc/self/mounts
  echo "named network namespaces"; ls /run/netns 2>/dev/null
  echo "links"; ip -o link | awk -F': ' '{print $2}' | sort
  echo "cgroups of this group"; find /sys/fs/cgroup -type d -path "*opsrestart-testhost/$OPSRESTART_HOST_GROUP*" 2>/dev/null
  echo "state"; ls -d "/run/opsrestart-testhost/$OPSRESTART_HOST_GROUP" 2>/dev/null
  echo "nspawn"; find /run/systemd/nspawn -name "*$OPSRESTART_HOST_GROUP*" 2>/dev/null
  echo "processes"; marked
}
# Marked processes that don't descend from this script: what was left over. Processes inside a host have a clean
# environment, but can't leave the host's cgroups, which must be gone (above).
marked() {
  local p; for p in $(grep -lsz "^OPSRESTART_SELFTEST=$$\$" /proc/[0-9]*/environ | cut -d/ -f3); do
    descends "$p" || echo "$p $(tr '\0' ' ' 2>/dev/null <"/proc/$p/cmdline")"
  done
}
descends() { # from this script, or gone already
  local p=$1
  while [ "$p" != $$ ]; do
    p=$(awk '/^PPid:/ {print $2}' "/proc/$p/status" 2>/dev/null)
    [ -n "$p" ] || return 0
    [ "$p" -gt 1 ] || return 1
  done
}
same_machine() { diff <(printf '%s\n' "$before") <(machine); }

"$host" layer "$kind" >/dev/null || exit $?
trap '"$host" down --all 2>/dev/null' EXIT; trap 'exit 130' INT; trap 'exit 143' TERM
before=$(machine)

# --- one host -----------------------------------------------------------------------------------------------------
mkdir -p /tmp/selftest-$$; echo "from the machine" >/tmp/selftest-$$/note
check "a host comes up" "$host" up one --layer "$kind" --bind /tmp/selftest-$$:/mnt/writable --bind /tmp/selftest-$$:/mnt/fixed:ro
check "systemd is running in it" equals running "$("$host" exec one systemctl is-system-running)"
check "PID 1 is systemd" equals systemd "$("$host" exec one cat /proc/1/comm)"
check "arguments pass unharmed" equals "a b|\$HOME|*|" "$("$host" exec one printf '%s|' 'a b' '$HOME' '*')"
check "stdin and stdout pass" equals "5 bytes" "$(printf hello | "$host" exec one sh -c 'echo "$(wc -c) bytes"')"
"$host" exec one sh -c 'exit 42'; check "the exit code passes" equals 42 $?
check "a script runs" equals 3 "$("$host" sh one 'echo $((1 + 2))')"
check "a bind shows the machine's file" equals "from the machine" "$("$host" exec one cat /mnt/fixed/note)"
check "a read-only bind refuses writing" bash -c '! "$0" exec one touch /mnt/fixed/x' "$host"
check "a writable bind takes writing" bash -c '"$0" exec one touch /mnt/writable/x && [ -e /tmp/selftest-'$$'/x ]' "$host"
check "what a host writes stays in it" bash -c '"$0" exec one touch /etc/selftest-mark && [ ! -e /etc/selftest-mark ] && [ -e "$("$0" root one)/etc/selftest-mark" ]' "$host"
check "the machine reaches its system bus" bash -c '[ -S "$("$0" root one)/run/dbus/system_bus_socket" ]' "$host"
check "a unit can be started and its memory is counted" "$host" sh one 'systemd-run -q --unit=t-sleep sleep 60 && m=$(systemctl show -P MemoryCurrent t-sleep) && [ "$m" -gt 0 ]'
check "the journal has no rate limit" "$host" sh one 'systemd-run -q --wait --unit=t-loud seq 20000 && journalctl --sync && n=$(journalctl -u t-loud -o cat | grep -cE "^[0-9]+$") && [ "$n" = 20000 ] || { echo "$n lines"; exit 1; }'
check "an unprivileged user has a systemd of its own" "$host" sh one 'loginctl enable-linger tester && systemctl --user -M tester@ is-system-running --wait'
check "polkit refuses that user a restart" "$host" sh one 'o=$(runuser -u tester -- systemctl --no-ask-password restart dbus 2>&1) && exit 1; echo "$o" | grep -qiE "authentication|access denied|not authorized" || { echo "$o"; exit 1; }'
"$host" exec one sleep 300 & asleep=$!
settled "$host" sh one 'pgrep -a -x sleep | grep -q 300' >/dev/null; kill $asleep; wait $asleep 2>/dev/null
check "killing exec ends the command inside" settled "$host" sh one '! pgrep -a -x sleep | grep -q 300'

# --- two at once --------------------------------------------------------------------------------------------------
"$host" up two --layer "$kind" 2>/dev/null & first=$!
"$host" up three --layer "$kind" 2>/dev/null & second=$!
wait $first; check "two hosts come up at the same time (1)" equals 0 $?
wait $second; check "two hosts come up at the same time (2)" equals 0 $?
identity() { "$host" sh "$1" 'cat /etc/machine-id; hostname; readlink /proc/self/ns/net; systemctl show -P InvocationID dbus'; }
check "they have nothing in common" bash -c '[ -z "$(comm -12 <(sort <<<"$1") <(sort <<<"$2"))" ]' _ "$(identity two)" "$(identity three)"
check "they find and reach each other by name" "$host" sh two 'ping -q -c 1 -W 2 three && ping -q -c 1 -W 2 one'
check "ssh goes from host to host" bash -c '"$0" exec three systemctl start ssh && [ "$("$0" exec two ssh three hostname)" = three ]' "$host"
check "a service stopped in one runs in the other" bash -c 'for h in two three; do "$0" exec $h systemd-run -q --unit=t-same sleep 600; done; "$0" exec two systemctl stop t-same && "$0" exec three systemctl is-active t-same' "$host"
check "three are listed" equals 3 "$("$host" ls | grep -c pid)"
pid_one=$("$host" pid one)
check "up on a name that exists gives a fresh host" bash -c '"$0" up one --layer '"$kind"' && [ "$("$0" pid one)" != '"$pid_one"' ] && ! "$0" exec one test -e /etc/selftest-mark' "$host"
check "one goes down, the others stay" bash -c '"$0" down two && "$0" exec three true && "$0" exec one true' "$host"
check "down of a host that isn't there is no error" "$host" down two
check "exec in it is one" bash -c '! "$0" exec two true' "$host"

# --- other hosts: cgroup v2 alone, another release ------------------------------------------------------------------
is_v2() { # host
  equals cgroup2fs "$("$host" exec "$1" stat -f -c %T /sys/fs/cgroup)" &&
    "$host" sh "$1" 'systemd-run -q --unit=t-v2 sleep 600 && [ "$(systemctl show -P ControlGroup t-v2)" = /system.slice/t-v2.service ] && grep -q . /sys/fs/cgroup/system.slice/t-v2.service/cgroup.procs'
}
check "a host with cgroup v2 alone comes up" "$host" up two --layer "$kind" --cgroup v2
check "it has no other cgroups" is_v2 two
other=trixie
if why=$("$host" layer full --release $other 2>&1); then
  check "a host of another release comes up" "$host" up other --layer full --release $other
  check "it is that release, and systemd is running in it" equals "$other running" "$("$host" sh other '. /etc/os-release; echo $VERSION_CODENAME $(systemctl is-system-running)')"
  check "it has cgroup v2 alone" is_v2 other
  check "what it writes stays out of its root" bash -c '"$0" exec other touch /etc/selftest-mark && [ ! -e "$("$0" layer full --release '$other')/etc/selftest-mark" ]' "$host"
  check "hosts of both releases reach each other" "$host" sh other 'ping -q -c 1 -W 2 three'
  check "nothing of the machine's root is in it" bash -c '! "$0" exec other test -e "$1"' "$host" "$here/selftest.sh"
else skip "a host of another release" "${why##*cannot run here: }"; fi
check "all go down" "$host" down --all
rm -rf /tmp/selftest-$$
check "the machine is as before" same_machine

# --- interrupted --------------------------------------------------------------------------------------------------
# Kills "up" after a growing time, so that it is hit in each phase.
interrupted() { # signal how
  local delay
  for delay in 0.02 0.05 0.08 0.11 0.14 0.17 0.20 0.25 0.30; do
    set -m; "$host" up broken --layer "$kind" >/dev/null 2>&1 & local up=$!; set +m
    sleep $delay
    if [ "$2" = group ]; then kill "-$1" -- "-$up"; else kill "-$1" "$up"; fi 2>/dev/null
    wait $up 2>/dev/null; local code=$?
    if [ "$1" = INT ] && [ $code != 0 ]; then same_machine || { echo "after Ctrl-C at $delay s (exit $code)"; return 1; }; fi
    "$host" down --all || return 1
    same_machine || { echo "after $1 at $delay s"; return 1; }
  done
}
check "Ctrl-C in up leaves nothing, at any moment" interrupted INT group
check "TERM in up leaves nothing after down --all" interrupted TERM one
check "kill -9 of up leaves nothing after down --all" interrupted KILL one

"$host" up orphan --layer "$kind" 2>/dev/null; kill -9 "$(cat "/run/opsrestart-testhost/$OPSRESTART_HOST_GROUP/orphan/nspawn")"
check "a host whose nspawn was killed can go" "$host" down --all
check "and leaves nothing" same_machine
"$host" up orphan --layer "$kind" 2>/dev/null; kill -9 "$("$host" pid orphan)"
check "a host whose PID 1 was killed is stale" settled bash -c '"$0" ls | grep -q stale' "$host"
check "up of the same name replaces it" "$host" up orphan --layer "$kind"
check "all go down again" "$host" down --all
check "the machine is as before, again" same_machine
[ $failed = 0 ] && echo "# all $number passed" || echo "# some of $number failed"
exit $failed
