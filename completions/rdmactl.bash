# Completion of rdmactl for bash.

# The words of the line up to the cursor, as the user sees them: in COMP_WORDS they are cut at ':' and '='.
__rdmactl_join_words() {
    local line="${COMP_LINE:0:${COMP_POINT}}" rest word before=''
    local -i index
    for ((index = 0; index <= COMP_CWORD; index++)); do
        rest="${line#"${line%%[![:space:]]*}"}"
        word="${COMP_WORDS[index]}"
        [[ "${rest}" = "${word}"* ]] || word="${rest}"
        if ((index == 0)) || [[ "${rest}" != "${line}" || ! ("${word}" =~ ^[:=]+$ || "${before}" =~ ^[:=]+$) ]]; then
            joined+=("${word}")
        else
            joined[-1]+="${word}"
        fi
        before="${word}"
        line="${rest#"${word}"}"
    done
}

_rdmactl() {
    local -a joined=()
    local current word value
    __rdmactl_join_words
    current="${joined[-1]}"
    value="${current}"
    [[ "${current}" = --*=* ]] && value="${current#*=}"
    COMPREPLY=()
    while IFS=$'\t' read -r word _; do
        case "${word}" in
        '') ;;
        :files)
            compopt -o filenames 2>/dev/null
            mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "${value}")
            ;;
        :directories)
            compopt -o filenames 2>/dev/null
            mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "${value}")
            ;;
        *)
            [[ "${word}" = *= ]] && compopt -o nospace 2>/dev/null
            COMPREPLY+=("${word}")
            ;;
        esac
    done < <("${COMP_WORDS[0]}" __complete "${joined[@]:1}" 2>/dev/null)

    # Readline replaces only what stands behind the last '=' or ':'.
    local rest="${current}"
    if [[ "${COMP_WORDBREAKS}" = *=* && "${current}" = *=* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${current%%=*}="}")
        rest="${current#*=}"
    fi
    if [[ "${rest}" = *:* && "${COMP_WORDBREAKS}" = *:* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${rest%"${rest##*:}"}"}")
    fi
}

complete -F _rdmactl rdmactl
