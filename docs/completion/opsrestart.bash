# Completion of commands, options and graph names. Copy to /usr/share/bash-completion/completions/opsrestart.
_opsrestart() {
    local line="${COMP_LINE:0:COMP_POINT}"
    line="${line#* }"
    mapfile -t COMPREPLY < <(compgen -W "$(opsrestart complete "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}")
}
complete -o default -F _opsrestart opsrestart
