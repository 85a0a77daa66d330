# ./build.sh test: every suite leaves a report (see report.sh); the last line is the sum.
. build/report.sh

quick= filter= keep= hosts_up= booting= running= lanes=()

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
    in_hosts
  fi
  summary $(($(now_ms) - began))
}

# Booting waits for disks more than for processors: it goes on while the unit tests run.
boot_host_meanwhile() {
  exec 7>"$artifacts/.test.lock"; flock -n 7 || die "another test run of this clone is going on"
  hosts_up=1
  (code=0; host_up services --layer full || code=$?; printf '%s\n%s\n' "$code" "$host_missing" >"$reports/host.answer") 7>&- &
  booting=$!
}
await_host() {
  wait "$booting" || true
  { read -r host_code; IFS= read -r host_missing || true; } <"$reports/host.answer"
  case $host_code in
    0) say "host    $(sed -n 's/^host: //p' "$artifacts/host-services.log" | tail -1)" ;;
    77) say "host    none: $host_missing" ;;
    *) record host "a throwaway host" 0 "$(printf 'fail\t%s\t%s' "tests/host/host.sh up" "$(tail -1 "$artifacts/host-services.log")")"; host_missing="the throwaway host did not boot" ;;
  esac
}
test_cleanup() {
  local child
  for child in $booting "${lanes[@]}" $running; do kill "$child" 2>/dev/null || true; wait "$child" 2>/dev/null || true; done
  [ -n "$hosts_up" ] && [ "${host_code:-}" != 77 ] || return 0
  if [ -n "$keep" ]; then say "kept: OPSRESTART_HOST_GROUP=$OPSRESTART_HOST_GROUP tests/host/host.sh exec services bash"; else host_down_all; fi
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

# What runs in hosts mostly waits: three lanes side by side, each in a host of its own, take a third of the time.
in_hosts() {
  local lane suite later=()
  local -A title=([system]="real services, in a host" [rabbitmq]="Celery and plain queues on RabbitMQ, in a host" [stacks]="whole stacks under load, in a host")
  if [ "$host_code" != 0 ]; then
    for suite in system rabbitmq stacks; do
      system_options $suite
      skip_all $suite "${title[$suite]}" "$host_missing" < <(dotnet $system_program "${options[@]}" -list tests | grep "^OpsRestart" || true)
    done
    pester_suite module-host "cmdlets, in a host" inside
    return
  fi
  lane services system; lane rabbitmq rabbitmq; lane stacks stacks
  pester_suite module-host "cmdlets, in a host" inside
  for lane in "${lanes[@]}"; do wait "$lane" || true; done
  lanes=()
  for suite in system rabbitmq stacks; do
    again_alone $suite
    xunit_report $suite "${title[$suite]}" "$(cat "$reports/$suite.code" 2>/dev/null || echo 1)" "$(cat "$reports/$suite.took" 2>/dev/null || echo 0)"
  done
}

system_program=tests/system/bin/Release/net10.0/OpsRestart.Tests.System.dll
system_options() {
  xunit_options
  case $1 in
    stacks) options+=(-namespace "OpsRestart.Tests.System.Stacks") ;;
    rabbitmq) options+=(-class "*.RabbitMq*") ;;
    *) options+=(-namespace- "OpsRestart.Tests.System.Stacks" -class- "*.RabbitMq*") ;;
  esac
}

# lane HOST SUITE: its exit code and milliseconds become files, since reports are made in the foreground.
lane() {
  (
    trap '[ -z "$running" ] || kill "$running" 2>/dev/null; exit 143' TERM
    host=$1 suite=$2 began=$(now_ms) code=0
    [ "$host" = services ] || host_up "$host" --layer full || { echo "the throwaway host did not boot: $(tail -1 "$artifacts/host-$host.log")" >"$reports/$suite.log"; exit 0; }
    system_options "$suite"
    in_host "$host" "$suite" 1200 "${options[@]}" || code=$?
    echo $code >"$reports/$suite.code"; echo $(($(now_ms) - began)) >"$reports/$suite.took"
  ) 7>&- &
  lanes+=($!)
}

# in_host HOST REPORT SECONDS OPTION...
in_host() {
  local host=$1 report=$2 limit=$3 code=0; shift 3
  host_command "$host"
  limited "$limit" "$reports/$report.log" "${host_command[@]}" "$(dotnet_root)/dotnet" "$host_repo/$system_program" "$@" -xml "$host_out/$report.xml" || code=$?
  collect "$host" "$report.xml"
  return $code
}

# Hundreds of tests share one small machine: a few that failed are run once more, alone. What passes then counts, and the summary names it.
again_alone() {
  local suite=$1 host=$1 method methods again=(-noLogo -noColor)
  [ "$suite" != system ] || host=services
  [ -s "$reports/$suite.xml" ] || return 0
  methods=$(grep -o '<test [^>]*result="Fail"' "$reports/$suite.xml" | sed -nE 's/.* type="([^"]*)" method="([^"]*)".*/\1.\2/p' | sort -u || true)
  [ -n "$methods" ] && [ "$(wc -l <<<"$methods")" -le 8 ] || return 0
  while IFS= read -r method; do again+=(-method "$method"); done <<<"$methods"
  in_host "$host" "$suite-again" 400 "${again[@]}" || true
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
    host_up cmdlets --layer full || { record "$name" "$title" 0 "$(printf 'fail\t%s\t%s' "$name" "the throwaway host did not boot")"; return; }
    host_command cmdlets
    at=$host_repo out=$host_out command=("${host_command[@]}" "${pwsh[@]}")
  fi
  began=$(now_ms)
  limited 900 "$reports/$name.log" "${command[@]}" -NoProfile -NonInteractive -File "$at/build/Invoke-PesterSuite.ps1" -Where "$where" -ReportPath "$out/$name.tsv" ${filter:+-Filter "$filter"} || code=$?
  [ "$where" = outside ] || collect cmdlets "$name.tsv"
  pester_report "$name" "$title" "$code" $(($(now_ms) - began))
}
pester_files() { find tests -name '*.Tests.ps1' -not -path '*/bin/*' | sort; }

# collect HOST FILE
collect() { [ ! -e "$artifacts/host-$1/$2" ] || mv "$artifacts/host-$1/$2" "$reports/"; }
