# Taking a host away. Safe to repeat, and safe on what a killed "up" left half-made.
remove_host() { # name
  local dir=$state/$1
  [ -d "$dir" ] || return 0
  # An "up" that still runs would go on building what is being removed.
  local upper; upper=$(stored "$1" up.pid); [ -z "$upper" ] || [ "$upper" = $$ ] || ! grep -qs host.sh "/proc/$upper/cmdline" || kill -TERM "$upper" 2>/dev/null || true
  if [ -s "$dir/cgroups" ]; then
    until_true 20 cgroups_kill "$dir/cgroups" || { say "$1: processes that don't die: $(cgroups_pids "$dir/cgroups" | tr '\n' ' ')"; return 1; }
    until_true 10 cgroups_remove "$dir/cgroups" || { say "$1: a cgroup is still busy (see $dir/cgroups)"; return 1; }
  fi
  rm -rf "$dir"
}

remove_empty_group() {
  [ -n "$(host_names)" ] || switch_remove
}
