# Shared by host.sh and the scripts beside it.
group=${OPSRESTART_HOST_GROUP:-default}          # hosts that belong together: one switch, one "down --all"
run_root=/run/opsrestart-testhost
state=$run_root/$group
cache=${OPSRESTART_HOST_CACHE:-/var/cache/opsrestart-testhost}
lock=$cache/.lock.$group
layers_in_use=$run_root/*/*/layer

say() { printf 'host: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }
cannot() { say "cannot run here: $*"; exit 77; } # 77: the test runners' word for "skipped"

alive() { [ -n "${1:-}" ] && [ -d "/proc/$1" ] && ! grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null; }
stored() { cat "$state/$1/$2" 2>/dev/null || true; }

# until_true SECONDS COMMAND...: polls where the system has no event to wait for
until_true() {
  local ends=$((${EPOCHREALTIME/[.,]/} + $1 * 1000000)); shift
  until "$@"; do
    [ "${EPOCHREALTIME/[.,]/}" -lt $ends ] || return 1
    sleep 0.02
  done
}

# Runs a command so that a signal to this script is answered at once: bash defers its traps
# while a foreground child runs, but not in "wait".
interruptible() {
  "$@" & child=$!
  local code=0; wait $child || code=$?
  child=; return $code
}

# The group's lock: held while hosts are claimed or removed, not while they boot.
group_lock() { mkdir -p "$cache"; exec 9>"$lock"; interruptible flock 9; }
group_unlock() { exec 9>&-; }

apt_quiet() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 -o Acquire::Languages=none \
    -o Dpkg::Options::=--force-confold -o Dpkg::Options::=--force-unsafe-io "$@"
}
