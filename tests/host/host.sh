#!/bin/bash
# Throwaway hosts with a real systemd, beside the machine and without touching it. See README.md.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
. "$here/lib/common.sh"; . "$here/lib/cgroup.sh"

child= building= made= release=                   # what a signal has to clear away

usage() {
  cat <<'TEXT'
host.sh layer [minimal|full] [--release NAME] [--rebuild]   build the package layer, or reuse it
host.sh up NAME [--layer minimal|full] [--release NAME] [--cgroup machine|v2] [--bind SRC:DST[:ro]]...
                                           a fresh host (replaces one of that name)
host.sh exec NAME CMD [ARG]...             run a command in it: arguments, stdin, stdout and exit code pass through
host.sh sh NAME 'script'                   the same through bash -c
host.sh pid|root|ip NAME                   its PID 1 as seen from here, the path of its root, its address
host.sh down NAME... | --all               remove hosts and every trace of them
host.sh ls                                 what is up
OPSRESTART_HOST_GROUP (default "default") keeps the hosts of two users apart; OPSRESTART_HOST_CACHE moves the layer.
Exit code 77: this machine can't run hosts (the one line says why).
TEXT
}

host_names() { local d; for d in "$state"/*/; do [ ! -d "$d" ] || basename "$d"; done; }
leader_of() {
  local leader; leader=$(stored "${1:?which host?}" leader)
  alive "$leader" || die "no host '$1' is up in group '$group' (host.sh up $1)"
  echo "$leader"
}

cmd_layer() {
  . "$here/lib/require.sh"; . "$here/lib/layer.sh"
  local kind=full again=
  while [ $# -gt 0 ]; do case $1 in --rebuild) again=1 ;; --release) use_release "${2:?}"; shift ;; *) kind=$1 ;; esac; shift; done
  trap 'code=$?; [ -z "$child" ] || kill -KILL "$child" 2>/dev/null || true; [ -z "$building" ] || rm -rf "$building"; exit $code' EXIT
  trap 'exit 130' INT; trap 'exit 143' TERM HUP
  require_machine
  if [ -n "$again" ]; then local old; old=$(layer_path "$kind"); ! grep -qsxF "$old" $layers_in_use || die "a host stands on $old"; rm -rf "$old"; fi
  ensure_layer "$kind"; echo "$layer"
}

cmd_exec() {
  local leader term=dumb leader_cgroups=$state/$1/leader.cgroups; leader=$(leader_of "$1"); shift
  [ $# -gt 0 ] || die "exec: which command?"
  [ ! -t 0 ] || term=${TERM:-linux}
  cgroups_enter "$leader_cgroups"
  # pdeathsig: whoever kills this script also ends the command inside
  exec nsenter -t "$leader" -m -u -i -n -p -C -r -w -- setpriv --pdeathsig TERM env -i HOME=/root USER=root SHELL=/bin/bash \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM="$term" "$@"
}

cmd_down() {
  [ $# -gt 0 ] || die "down: which host? (--all for every one of group '$group')"
  [ "$(id -u)" = 0 ] || cannot "needs root"
  . "$here/lib/down.sh"; . "$here/lib/switch.sh"
  group_lock
  [ "$1" != --all ] || set -- $(host_names)
  local name failed=0
  for name in "$@"; do remove_host "$name" || failed=1; done
  remove_empty_group
  return $failed
}

cmd_ls() {
  local name
  for name in $(host_names); do
    alive "$(stored "$name" leader)" && printf '%s\t%s\tpid %s\n' "$name" "$(stored "$name" ip)" "$(stored "$name" leader)" || printf '%s\tstale\n' "$name"
  done
}

verb=${1:-help}; shift || true
case $verb in
  up) . "$here/lib/up.sh"; cmd_up "$@" ;;
  layer | exec | down | ls) "cmd_$verb" "$@" ;;
  sh) name=${1:?which host?}; cmd_exec "$name" bash -c "${2:?which script?}" ;;
  pid) leader_of "${1:?which host?}" ;;
  root) echo "/proc/$(leader_of "${1:?which host?}")/root" ;;
  ip) leader_of "${1:?which host?}" >/dev/null; stored "$1" ip ;;
  help | -h | --help) usage ;;
  *) usage >&2; exit 100 ;;
esac
