# One cgroup per host in each hierarchy that systemd manages, so that two hosts never share one and all that a
# host ever started can be found and killed. Works for cgroup v1, hybrid and v2.
cgroup_bases() { # where this process may create children, one line per hierarchy
  local id controllers path
  local unified_only=1; grep -qE '^[0-9]+:(name=systemd|[a-z].*):' /proc/self/cgroup && unified_only=
  while IFS=: read -r id controllers path; do
    case ,$controllers, in
      ,, | ,name=systemd, | *,memory,* | *,pids,* | *,cpu,* | *,cpuacct,* | *,blkio,* | *,devices,*) ;;
      *) continue ;;
    esac
    # With v2 alone a process's own cgroup may not delegate controllers: the top of the tree does.
    [ -z "$unified_only" ] || path=/
    cgroup_directory "$controllers" "$path"
  done </proc/self/cgroup | sort -u
}

cgroup_directory() { # controllers path: mount point + path below the mounted root
  local want=${1%%,*} point
  point=$(awk -v want="$want" -v path="$2" '
    { for (i = 7; i <= NF; i++) if ($i == "-") break
      kind = $(i + 1); options = "," $(i + 3) ","
      if (want == "" ? kind == "cgroup2" : kind == "cgroup" && index(options, "," want ",")) {
        rest = path; if ($4 != "/" && index(path, $4) == 1) rest = substr(path, length($4) + 1)
        sub(/\/$/, "", rest); print $5 rest; exit } }' /proc/self/mountinfo)
  [ -z "$point" ] || echo "$point"
}

cgroups_make() { # host name: creates them and records them first, so that nothing can be forgotten
  local base
  cgroup_bases | while read -r base; do echo "$base/opsrestart-testhost/$group.$1"; done >"$state/$1/cgroups"
  [ -s "$state/$1/cgroups" ] || cannot "no cgroup hierarchy is mounted"
  while read -r base; do
    mkdir -p "$base" 2>/dev/null || cannot "may not create the cgroup $base"
    pass_controllers_down "${base%/*}"
  done <"$state/$1/cgroups"
}

# cgroup v2: a host has only the controllers that every directory above hands on; without them no memory or task counts.
pass_controllers_down() { # the directory above the hosts
  local directory controller
  [ -e "$1/cgroup.controllers" ] || return 0
  for directory in "${1%/*}" "$1"; do
    for controller in $(cat "$directory/cgroup.controllers"); do echo "+$controller" >"$directory/cgroup.subtree_control" 2>/dev/null || true; done
  done
}

cgroups_enter() { # file with the paths; moves this very process
  local path; while read -r path; do echo $$ >"$path/cgroup.procs" 2>/dev/null || true; done <"$1"
}

cgroups_of() { # pid: the directories of its cgroups below ours (leaves, as cgroup v2 demands of a cgroup with processes)
  local id controllers path
  while IFS=: read -r id controllers path; do
    case $path in *opsrestart-testhost*) cgroup_directory "$controllers" "$path" ;; esac
  done <"/proc/$1/cgroup" | sort -u
}

cgroups_pids() { # file
  local path; while read -r path; do [ ! -d "$path" ] || find "$path" -name cgroup.procs -exec cat {} + 2>/dev/null; done <"$1" | sort -un
}

cgroups_kill() { # file: true once nothing is left in them
  local pids; pids=$(cgroups_pids "$1"); [ -n "$pids" ] || return 0
  kill -KILL $pids 2>/dev/null || true
  return 1
}

cgroups_remove() { # file
  local path left=0
  while read -r path; do
    [ ! -d "$path" ] || find "$path" -depth -type d -exec rmdir {} + 2>/dev/null || left=1
    rmdir "${path%/*}" 2>/dev/null || true          # the shared parent goes with the last host
  done <"$1"
  return $left
}
