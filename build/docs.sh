# ./build.sh docs: docs/en-US (markdown) becomes en-US/ (what Get-Help reads). run_docs optional: only say so when it can't be done here.
run_docs() {
  [ -e "$stamp" ] || ensure_built
  if ! compgen -G 'docs/en-US/*.md' >/dev/null; then say "docs: there is no page in docs/en-US"; return; fi
  if [ -e en-US/OpsRestart.Module.dll-Help.xml ] && [ -z "$(find docs/en-US build/Build-Help.ps1 -newer en-US/OpsRestart.Module.dll-Help.xml -print -quit)" ]; then say "docs: up to date"; return; fi
  find_pwsh
  [ -z "$pwsh_missing" ] || { no_docs "${1:-}" "$pwsh_missing"; return; }
  local code=0 log=$artifacts/docs.log
  "${pwsh[@]}" -NoProfile -NonInteractive -File build/Build-Help.ps1 </dev/null >"$log" 2>&1 || code=$?
  case $code in
    0) say "docs: $(tail -1 "$log")" ;;
    77) no_docs "${1:-}" "$(tail -1 "$log")" ;;
    *) cat "$log" >&2; die "the help could not be compiled" ;;
  esac
}
no_docs() { if [ "${1:-}" = optional ]; then say "docs: not compiled: $2"; else die "docs: $2"; fi; }
