# The hosts of a group meet on a bridge in a network namespace of its own: the machine's network, its addresses and
# its packet filter are never touched, and the bridge is gone when its one process is.
switch_file=$state/.switch/cgroups

switch_up() {
  alive "$(stored .switch pid)" && [ -e "$state/.switch/ready" ] && return
  switch_remove
  mkdir -p "$state/.switch"; cgroups_make .switch
  setsid unshare --net bash -c '
    . "$1/lib/common.sh"; . "$1/lib/cgroup.sh"; cgroups_enter "$2/cgroups"
    ip link add switch type bridge && ip address add 10.77.0.1/24 dev switch && ip link set switch up && ip link set lo up || exit 1
    : >"$2/ready"; exec sleep infinity' switch "$here" "$state/.switch" </dev/null >"$state/.switch/log" 2>&1 9>&- &
  echo $! >"$state/.switch/pid"; disown
  switch_settled() { [ -e "$state/.switch/ready" ] || ! alive "$(stored .switch pid)"; }
  until_true 10 switch_settled || true
  [ -e "$state/.switch/ready" ] || { local why; why=$(tail -1 "$state/.switch/log"); switch_remove; cannot "no network bridge: ${why:-unknown}"; }
}

switch_remove() {
  if [ -s "$switch_file" ]; then
    until_true 10 cgroups_kill "$switch_file" || true
    until_true 5 cgroups_remove "$switch_file" || true
  fi
  rm -rf "$state/.switch"; rmdir "$state" "$run_root" 2>/dev/null || true
}

free_address() {
  local last=10
  while grep -qsx "10.77.0.$last" "$state"/*/ip; do last=$((last + 1)); done
  [ $last -lt 250 ] || die "no free address in group $group"
  echo "10.77.0.$last"
}

# Everybody in the group knows everybody by name: called under the lock whenever a host has come up.
introduce_everybody() {
  local host other file line
  for host in $(host_names); do
    alive "$(stored "$host" leader)" || continue
    file=/proc/$(stored "$host" leader)/root/etc/hosts
    for other in $(host_names); do
      line="$(stored "$other" ip) $other"
      grep -qsxF "$line" "$file" || { sed -i "/ $other\$/d" "$file"; echo "$line" >>"$file"; }
    done
  done
}
