# Bringing a host up.
. "$here/lib/require.sh"; . "$here/lib/layer.sh"; . "$here/lib/switch.sh"; . "$here/lib/down.sh"

cmd_up() {
  name=${1:?up: which name?}; shift
  [[ $name =~ ^[a-z][a-z0-9-]{0,30}$ ]] || die "a host's name is lower-case letters, digits and '-': '$name'"
  [[ $group =~ ^[a-z0-9][a-z0-9-]{0,30}$ ]] || die "OPSRESTART_HOST_GROUP is lower-case letters, digits and '-': '$group'"
  local kind=full binds=() cgroup=
  while [ $# -gt 0 ]; do
    case $1 in
      --layer) kind=${2:?}; shift 2 ;;
      --release) use_release "${2:?}"; shift 2 ;;
      --cgroup) cgroup=${2:?}; shift 2 ;;
      --bind) binds+=("$(bind_option "${2:?}")") || exit 1; shift 2 ;;
      *) die "up: unknown option '$1'" ;;
    esac
  done
  # systemd 256 and newer refuse to run on cgroup v1.
  case $cgroup in '') [ -z "$release" ] || cgroup=v2 ;; machine | v2) ;; *) die "up: --cgroup is machine or v2, not '$cgroup'" ;; esac
  trap abandon EXIT; trap 'exit 130' INT; trap 'exit 143' TERM HUP
  require_machine
  ensure_layer "$kind"
  local began=${EPOCHREALTIME/[.,]/}
  claim
  setsid bash "$here/lib/boot.sh" "$here" "$name" 1 ${binds[@]+"${binds[@]}"} </dev/null >"$state/$name/log" 2>&1 &
  echo $! >"$state/$name/nspawn"; disown
  wait_for_boot
  group_lock; introduce_everybody; group_unlock
  rm -f "$state/$name/up.pid"; made=; trap - EXIT
  say "$name up: $(stored "$name" ip), $boot_state, $(((${EPOCHREALTIME/[.,]/} - began) / 100000 ))00 ms"
}

bind_option() { # SRC:DST[:ro]
  local source destination mode; IFS=: read -r source destination mode <<<"$1"
  [ -e "$source" ] || die "--bind: there is no $source"
  source=$(readlink -f "$source")
  case $mode in '') echo "--bind=$source:${destination:-$source}" ;; ro) echo "--bind-ro=$source:${destination:-$source}" ;; *) die "--bind: SRC:DST[:ro], not '$1'" ;; esac
}

# Under the group's lock: the old host of this name goes, the new one gets its directory, cgroups and address.
claim() {
  group_lock
  remove_host "$name" || exit 1
  made=1; mkdir -p "$state/$name"; echo $$ >"$state/$name/up.pid"
  mkdir "$state/$name/rw" "$state/$name/root"; echo "$layer" >"$state/$name/layer"; echo "$release" | sed '/^$/d' >"$state/$name/release"; echo "$cgroup" >"$state/$name/cgroup"
  cgroups_make "$name"
  switch_up
  free_address >"$state/$name/ip"
  group_unlock
}

abandon() { # any way out of "up" but success
  local code=$?; trap - EXIT INT TERM HUP
  [ -z "$child" ] || kill -KILL "$child" 2>/dev/null || true
  [ -z "$building" ] || rm -rf "$building"
  if [ -n "$made" ]; then
    group_lock
    case $(stored "$name" up.pid) in '' | $$) remove_host "$name" ;; esac       # else another "up" has taken the name over
    remove_empty_group
  fi
  exit $code
}

find_leader() { # the child of nspawn in a pid namespace of its own
  alive "$(stored "$name" nspawn)" || boot_failed "systemd-nspawn ended"
  local own p; own=$(readlink /proc/self/ns/pid)
  for p in $(cat "/proc/$(stored "$name" nspawn)/task/"*/children 2>/dev/null); do
    [ "$(readlink "/proc/$p/ns/pid" 2>/dev/null)" != "$own" ] && [ "$(cat "/proc/$p/comm" 2>/dev/null)" = systemd ] &&
      [ -S "/proc/$p/root/run/systemd/private" ] && { echo "$p" >"$state/$name/leader"; return 0; }
  done
  return 1
}

boot_failed() {
  local last; last=$(grep -v '^$' "$state/$name/log" | tail -1)
  case $last in cannot:*) cannot "${last#cannot: }" ;; esac
  die "$name did not boot: $1${last:+: $last}"
}

wait_for_boot() {
  until_true 30 find_leader || boot_failed "no systemd within 30 s"
  cgroups_of "$(stored "$name" leader)" >"$state/$name/leader.cgroups"
  interruptible timeout 60 "$here/host.sh" exec "$name" systemctl is-system-running --wait >"$state/$name/state" 2>/dev/null </dev/null || true
  boot_state=$(stored "$name" state)
  case $boot_state in
    running) ;;
    degraded) boot_state="degraded ($("$here/host.sh" exec "$name" systemctl --failed --plain --no-legend | awk '{print $1}' | tr '\n' ' '))" ;;
    *) boot_failed "systemd says '${boot_state:-nothing}'" ;;
  esac
}
