# ./build.sh demo: the main job, from a fresh clone, beside the machine. Real systemd, PostgreSQL, Redis, Celery and a Django application.
demo_tasks=300 demo_longest=0.5

run_demo() {
  local began outcome=0; began=$(now_ms)
  ensure_built
  find_pwsh
  host_group demo
  exec 7>"$artifacts/.demo.lock"; flock -n 7 || die "another demo of this clone is going on"
  trap 'code=$?; trap - EXIT; host_down_all; exit $code' EXIT
  trap 'exit 130' INT; trap 'exit 143' TERM HUP

  title "A throwaway host with a real systemd (the first time its packages are fetched: a minute)"
  host_up demo --layer full || die "no throwaway host: ${host_missing:-it did not boot; see $artifacts/host-demo.log}"
  sed -n 's/^host: //p' "$artifacts/host-demo.log" | tail -1
  host_command demo
  title "The sample is deployed: samples/nautobot"
  tests/stacks/nautobot/install.sh demo >"$artifacts/demo-install.log" 2>&1 7>&- || { tail -20 "$artifacts/demo-install.log" >&2; die "the sample could not be deployed"; }
  # Where modules lie, so that scripts find it by its name.
  inside sh -c "mkdir -p /usr/local/share/powershell/Modules && ln -sfn $host_repo /usr/local/share/powershell/Modules/OpsRestart"

  if [ -n "$pwsh_missing" ]; then say "($pwsh_missing: the demo goes on with the command opsrestart)"; fi
  title "What is there"
  show "Get-ManagedService nautobot*, redis-server, postgresql@*" opsrestart status nautobot
  title "What a restart would do"
  show "Restart-ServiceGraph nautobot -WhatIf" opsrestart plan nautobot
  title "$demo_tasks tasks of all kinds are queued (some queue others, some retry, some are due later)"
  inside queue-tasks.py $demo_tasks --longest $demo_longest
  title "The restart, under load"
  if [ -n "$pwsh_missing" ]; then echo "\$ opsrestart restart nautobot"; inside opsrestart restart nautobot || outcome=$?
  else echo "PS> ./samples/nautobot/restart.ps1"; inside_pwsh "& $host_repo/samples/nautobot/restart.ps1" || outcome=$?; fi
  [ $outcome = 0 ] || die "the restart ended with exit code $outcome"

  title "The books: every task by its id, as the application, the broker and the workers know it"
  count_tasks
  say; say "demo: done in $(seconds $(($(now_ms) - began))); the host goes, the machine is as it was."
}

title() { printf '\n== %s\n' "$*"; }
inside() { "${host_command[@]}" "$@" 7>&-; }
inside_pwsh() { inside "${pwsh[@]}" -NoProfile -NonInteractive -Command "\$ErrorActionPreference = 'Stop'; $1 | Out-String -Stream -Width 120 | Write-Host" </dev/null; }
# show POWERSHELL COMMAND...: the one line in PowerShell, or the command where there is no PowerShell.
show() {
  local line=$1; shift
  if [ -z "$pwsh_missing" ]; then echo "PS> $line"; inside_pwsh "$line"; else echo "\$ $*"; inside "$@" </dev/null; fi
}

# Tasks that were queued meanwhile (by others, by the scheduler) may be waiting or running: they are counted as what they are.
count_tasks() {
  local books code=0 queued done_ waiting running lost twice
  books=$(inside count-tasks.py) || code=$?
  number() { sed -n "s/.*\"$1\": *\([0-9]*\).*/\1/p" <<<"$books"; }
  queued=$(number queued) done_=$(number done) waiting=$(number waiting) running=$(number running) lost=$(number lost) twice=$(number twice)
  [ -n "$queued" ] || die "the tasks could not be counted: $books"
  printf 'queued %d = done %d + waiting %d + running %d   (lost %d, run twice %d)\n' "$queued" "$done_" "$waiting" "$running" "$lost" "$twice"
  [ $code = 0 ] && [ "$queued" -ge $demo_tasks ] && [ $((done_ + waiting + running)) = "$queued" ] || die "the books don't balance: $books"
}
