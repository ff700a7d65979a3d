/// The completion scripts: each asks `rdmactl __complete` for everything, so that none of them knows a command.
package enum CompletionScript {
  package static let shells = ["bash", "zsh", "fish"]

  /// - Returns: `nil` for another shell.
  package static func text(for shell: String) -> String? {
    switch shell {
    case "bash": bash
    case "zsh": zsh
    case "fish": fish
    default: nil
    }
  }

  private static let bash = #"""
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

    """#

  private static let zsh = #"""
    #compdef rdmactl
    # Completion of rdmactl for zsh.

    _rdmactl() {
        local line word meaning
        local -a names shown open typed
        typed=("${(@Q)words[2,CURRENT]}")
        for line in "${(@f)$(_call_program rdmactl ${words[1]} __complete "${(@q)typed}" 2>/dev/null)}"; do
            word=${line%%$'\t'*}
            meaning=${line#*$'\t'}
            case $word in
                '') ;;
                :files) compset -P '--*='; _files ;;
                :directories) compset -P '--*='; _files -/ ;;
                *=) open+=("$word") ;;
                *)
                    names+=("$word")
                    [[ $line == *$'\t'* ]] && shown+=("$word  -- $meaning") || shown+=("$word")
                    ;;
            esac
        done
        (( $#open )) && compadd -S '' -a open
        (( $#names )) && compadd -l -d shown -a names
        return 0
    }

    _rdmactl "$@"

    """#

  private static let fish = #"""
    # Completion of rdmactl for fish.

    function __rdmactl_complete
        set -l typed (commandline -opc)
        set -l current (commandline -ct)
        set -q current[1]; or set current ''
        set -l option (string match -r -- '^--[^=]*=' $current)
        set -l value (string replace -r -- '^--[^=]*=' '' $current)
        for line in (rdmactl __complete $typed[2..-1] $current 2>/dev/null)
            switch $line
                case ':files'
                    __fish_complete_path $value | string replace -r -- '^' "$option"
                case ':directories'
                    __fish_complete_directories $value | string replace -r -- '^' "$option"
                case '*'
                    echo $line
            end
        end
    end

    complete -c rdmactl -f -a '(__rdmactl_complete)'

    """#
}
