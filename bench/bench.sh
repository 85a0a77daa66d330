# ./build.sh bench [NAME]...: writes docs/benchmarks.md (all benchmarks) or shows only those with NAME in theirs.
run_bench() {
  ensure_built
  find_pwsh
  [ -z "$pwsh_missing" ] || say "bench: without the cmdlets: $pwsh_missing"
  host_group bench
  exec 7>"$artifacts/.bench.lock"; flock -n 7 || die "another benchmark of this clone is going on"
  trap 'code=$?; trap - EXIT; host_down_all; exit $code' EXIT
  trap 'exit 130' INT; trap 'exit 143' TERM HUP
  host_up bench --layer full || die "no throwaway host: ${host_missing:-it did not boot; see $artifacts/host-bench.log}"
  tests/stacks/units/install.sh bench >/dev/null 7>&-
  host_command bench
  "${host_command[@]}" sh -c "cp $host_repo/bench/units/* /run/systemd/system/ && systemctl daemon-reload" 7>&-
  "${host_command[@]}" env OPSRESTART_PWSH="${pwsh[*]}" OPSRESTART_REPOSITORY=$host_repo \
    "$(dotnet_root)/dotnet" $host_repo/bench/OpsRestart.Bench/bin/Release/net10.0/OpsRestart.Bench.dll $host_out/benchmarks.md "$@" </dev/null 7>&-
  [ $# -gt 0 ] || { mkdir -p docs; cp "$artifacts/host-bench/benchmarks.md" docs/benchmarks.md; say "bench: docs/benchmarks.md"; }
}
