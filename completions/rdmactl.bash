#!/bin/bash

__rdmactl_cursor_index_in_current_word() {
    local remaining="${COMP_LINE}"

    local word
    for word in "${COMP_WORDS[@]::COMP_CWORD}"; do
        remaining="${remaining##*([[:space:]])"${word}"*([[:space:]])}"
    done

    local -ir index="$((COMP_POINT - ${#COMP_LINE} + ${#remaining}))"
    if [[ "${index}" -le 0 ]]; then
        printf 0
    else
        printf %s "${index}"
    fi
}

# positional arguments:
#
# - 1: the current (sub)command's count of positional arguments
#
# required variables:
#
# - repeating_flags: the repeating flags that the current (sub)command can accept
# - non_repeating_flags: the non-repeating flags that the current (sub)command can accept
# - repeating_options: the repeating options that the current (sub)command can accept
# - non_repeating_options: the non-repeating options that the current (sub)command can accept
# - positional_number: value ignored
# - unparsed_words: unparsed words from the current command line
#
# modified variables:
#
# - non_repeating_flags: remove flags for this (sub)command that are already on the command line
# - non_repeating_options: remove options for this (sub)command that are already on the command line
# - positional_number: set to the current positional number
# - unparsed_words: remove all flags, options, and option values for this (sub)command
__rdmactl_offer_flags_options() {
    local -ir positional_count="${1}"
    positional_number=0

    local was_flag_option_terminator_seen=false
    local is_parsing_option_value=false

    local -ar unparsed_word_indices=("${!unparsed_words[@]}")
    local -i word_index
    for word_index in "${unparsed_word_indices[@]}"; do
        if "${is_parsing_option_value}"; then
            # This word is an option value:
            # Reset marker for next word iff not currently the last word
            [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]] && is_parsing_option_value=false
            unset "unparsed_words[${word_index}]"
            # Do not process this word as a flag or an option
            continue
        fi

        local word="${unparsed_words["${word_index}"]}"
        if ! "${was_flag_option_terminator_seen}"; then
            case "${word}" in
            --)
                unset "unparsed_words[${word_index}]"
                # by itself -- is a flag/option terminator, but if it is the last word, it is the start of a completion
                if [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]]; then
                    was_flag_option_terminator_seen=true
                fi
                continue
                ;;
            -*)
                # ${word} is a flag or an option
                # If ${word} is an option, mark that the next word to be parsed is an option value
                local option
                for option in "${repeating_options[@]}" "${non_repeating_options[@]}"; do
                    [[ "${word}" = "${option}" ]] && is_parsing_option_value=true && break
                done

                # Remove ${word} from ${non_repeating_flags} or ${non_repeating_options} so it isn't offered again
                local not_found=true
                local -i index
                for index in "${!non_repeating_flags[@]}"; do
                    if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                        unset "non_repeating_flags[${index}]"
                        non_repeating_flags=("${non_repeating_flags[@]}")
                        not_found=false
                        break
                    fi
                done
                if "${not_found}"; then
                    for index in "${!non_repeating_flags[@]}"; do
                        if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                            unset "non_repeating_flags[${index}]"
                            non_repeating_flags=("${non_repeating_flags[@]}")
                            break
                        fi
                    done
                fi
                unset "unparsed_words[${word_index}]"
                continue
                ;;
            esac
        fi

        # ${word} is neither a flag, nor an option, nor an option value
        if [[ "${positional_number}" -lt "${positional_count}" || "${positional_count}" -lt 0 ]]; then
            # ${word} is a positional
            ((positional_number++))
            unset "unparsed_words[${word_index}]"
        else
            if [[ -z "${word}" ]]; then
                # Could be completing a flag, option, or subcommand
                positional_number=-1
            else
                # ${word} is a subcommand or invalid, so stop processing this (sub)command
                positional_number=-2
            fi
            break
        fi
    done

    unparsed_words=("${unparsed_words[@]}")

    if\
        ! "${was_flag_option_terminator_seen}"\
        && ! "${is_parsing_option_value}"\
        && [[ ("${cur}" = -* && "${positional_number}" -ge 0) || "${positional_number}" -eq -1 ]]
    then
        COMPREPLY+=($(compgen -W "${repeating_flags[*]} ${non_repeating_flags[*]} ${repeating_options[*]} ${non_repeating_options[*]}" -- "${cur}"))
    fi
}

__rdmactl_add_completions() {
    [[ "${1}" = -W ]] || compopt -o filenames 2>/dev/null
    local completion
    while IFS='' read -r completion; do
        COMPREPLY+=("${completion}")
    done < <(IFS=$'\n' compgen "${@}" -- "${cur}")
}

__rdmactl_custom_complete() {
    if [[ -n "${cur}" || -z ${COMP_WORDS[${COMP_CWORD}]} || "${COMP_LINE:${COMP_POINT}:1}" != ' ' ]]; then
        local -ar words=("${COMP_WORDS[@]}")
    else
        local -ar words=("${COMP_WORDS[@]::${COMP_CWORD}}" '' "${COMP_WORDS[@]:${COMP_CWORD}}")
    fi

    "${COMP_WORDS[0]}" "${@}" "${words[@]}"
}

_rdmactl() {
    local state
    state="$(shopt -p;shopt -po)"
    trap "${state//$'\n'/;}" RETURN
    shopt -s extglob
    set +o history +o posix

    local -xr SAP_SHELL=bash
    local -x SAP_SHELL_VERSION
    SAP_SHELL_VERSION="$(IFS='.';printf %s "${BASH_VERSINFO[*]}")"
    local -r SAP_SHELL_VERSION

    local -r cur="${2}"
    local -r prev="${3}"

    local -i positional_number
    local -a unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")

    local -a repeating_flags=()
    local -a non_repeating_flags=(--json --quiet -q --version -h --help)
    local -a repeating_options=()
    local -a non_repeating_options=(--root --sim)
    __rdmactl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    esac

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    status|guid2mac|fw|fabric|sm|offload|explain|sim|help)
        # Offer subcommand argument completions
        "_rdmactl_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'status guid2mac fw fabric sm offload explain sim help' -- "${cur}"))
        ;;
    esac
}

_rdmactl_status() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --verbose -v --counters --gids --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --format --wait --timeout --watch --expect --progress)
    __rdmactl_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--format')
        __rdmactl_add_completions -W 'text'$'\n''vstat'
        return
        ;;
    '--wait')
        __rdmactl_add_completions -W 'active'$'\n''up'$'\n''down'
        return
        ;;
    '--timeout')
        return
        ;;
    '--watch')
        return
        ;;
    '--expect')
        return
        ;;
    '--progress')
        __rdmactl_add_completions -W 'auto'$'\n''none'$'\n''json'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null')"
        return
        ;;
    esac
}

_rdmactl_guid2mac() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --check --suggest --reverse --apply --forget --dry-run --yes --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --mask --rules)
    __rdmactl_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--mask')
        return
        ;;
    '--rules')
        __rdmactl_add_completions -W 'readme'$'\n''driver'$'\n''generic'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null')"
        return
        ;;
    esac
}

_rdmactl_fw() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim)
    __rdmactl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    esac

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    list|query|verify|burn|read|set-guids|extract|diff|recover|unlock)
        # Offer subcommand argument completions
        "_rdmactl_fw_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list query verify burn read set-guids extract diff recover unlock' -- "${cur}"))
        ;;
    esac
}

_rdmactl_fw_list() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --verbose -v --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim)
    __rdmactl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    esac
}

_rdmactl_fw_query() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --device -d --image -i --psid --access)
    __rdmactl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--device'|'-d')
        __rdmactl_add_completions -W "$(eval 'rdmactl fw list -q 2>/dev/null')"
        return
        ;;
    '--image'|'-i')
        __rdmactl_add_completions -f
        return
        ;;
    '--psid')
        return
        ;;
    '--access')
        __rdmactl_add_completions -W 'window'$'\n''vsc'$'\n''bar'
        return
        ;;
    esac
}

_rdmactl_fw_verify() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --all --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --device -d --image -i --psid --access --progress)
    __rdmactl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--device'|'-d')
        __rdmactl_add_completions -W "$(eval 'rdmactl fw list -q 2>/dev/null')"
        return
        ;;
    '--image'|'-i')
        __rdmactl_add_completions -f
        return
        ;;
    '--psid')
        return
        ;;
    '--access')
        __rdmactl_add_completions -W 'window'$'\n''vsc'$'\n''bar'
        return
        ;;
    '--progress')
        __rdmactl_add_completions -W 'auto'$'\n''none'$'\n''json'
        return
        ;;
    esac
}

_rdmactl_fw_burn() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --psid-from-image --drop-rom --allow-other-hardware --allow-downgrade --yes --dry-run --no-backup --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --device -d --image -i --psid --guid --guids --mac --macs --vsd --via --component --overwrite --progress --access)
    __rdmactl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--device'|'-d')
        __rdmactl_add_completions -W "$(eval 'rdmactl fw list -q 2>/dev/null')"
        return
        ;;
    '--image'|'-i')
        __rdmactl_add_completions -f
        return
        ;;
    '--psid')
        return
        ;;
    '--guid')
        return
        ;;
    '--guids')
        return
        ;;
    '--mac')
        return
        ;;
    '--macs')
        return
        ;;
    '--vsd')
        return
        ;;
    '--via')
        __rdmactl_add_completions -W 'auto'$'\n''direct'$'\n''devlink'
        return
        ;;
    '--component')
        return
        ;;
    '--overwrite')
        return
        ;;
    '--progress')
        __rdmactl_add_completions -W 'auto'$'\n''none'$'\n''json'
        return
        ;;
    '--access')
        __rdmactl_add_completions -W 'window'$'\n''vsc'$'\n''bar'
        return
        ;;
    esac
}

_rdmactl_fw_read() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --flash --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --device -d --access --progress)
    __rdmactl_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--device'|'-d')
        __rdmactl_add_completions -W "$(eval 'rdmactl fw list -q 2>/dev/null')"
        return
        ;;
    '--access')
        __rdmactl_add_completions -W 'window'$'\n''vsc'$'\n''bar'
        return
        ;;
    '--progress')
        __rdmactl_add_completions -W 'auto'$'\n''none'$'\n''json'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __rdmactl_add_completions -f
        return
        ;;
    esac
}

_rdmactl_fw_set-guids() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --yes --dry-run --no-backup --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --device -d --image -i --psid --guid --guids --mac --macs --vsd --output -o --progress --access)
    __rdmactl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--device'|'-d')
        __rdmactl_add_completions -W "$(eval 'rdmactl fw list -q 2>/dev/null')"
        return
        ;;
    '--image'|'-i')
        __rdmactl_add_completions -f
        return
        ;;
    '--psid')
        return
        ;;
    '--guid')
        return
        ;;
    '--guids')
        return
        ;;
    '--mac')
        return
        ;;
    '--macs')
        return
        ;;
    '--vsd')
        return
        ;;
    '--output'|'-o')
        __rdmactl_add_completions -f
        return
        ;;
    '--progress')
        __rdmactl_add_completions -W 'auto'$'\n''none'$'\n''json'
        return
        ;;
    '--access')
        __rdmactl_add_completions -W 'window'$'\n''vsc'$'\n''bar'
        return
        ;;
    esac
}

_rdmactl_fw_extract() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --psid --output -o)
    __rdmactl_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--psid')
        return
        ;;
    '--output'|'-o')
        __rdmactl_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __rdmactl_add_completions -o plusdirs -fX '!*.@(mfa2)'
        return
        ;;
    esac
}

_rdmactl_fw_diff() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --version -h --help)
    repeating_options=(-d --device -i --image)
    non_repeating_options=(--root --sim --psid --access)
    __rdmactl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '-d'|'--device')
        __rdmactl_add_completions -W "$(eval 'rdmactl fw list -q 2>/dev/null')"
        return
        ;;
    '-i'|'--image')
        __rdmactl_add_completions -f
        return
        ;;
    '--psid')
        return
        ;;
    '--access')
        __rdmactl_add_completions -W 'window'$'\n''vsc'$'\n''bar'
        return
        ;;
    esac
}

_rdmactl_fw_recover() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --yes --dry-run --no-backup --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --device -d --progress --access)
    __rdmactl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--device'|'-d')
        __rdmactl_add_completions -W "$(eval 'rdmactl fw list -q 2>/dev/null')"
        return
        ;;
    '--progress')
        __rdmactl_add_completions -W 'auto'$'\n''none'$'\n''json'
        return
        ;;
    '--access')
        __rdmactl_add_completions -W 'window'$'\n''vsc'$'\n''bar'
        return
        ;;
    esac
}

_rdmactl_fw_unlock() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --yes --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --device -d --access)
    __rdmactl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--device'|'-d')
        __rdmactl_add_completions -W "$(eval 'rdmactl fw list -q 2>/dev/null')"
        return
        ;;
    '--access')
        __rdmactl_add_completions -W 'window'$'\n''vsc'$'\n''bar'
        return
        ;;
    esac
}

_rdmactl_fabric() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim)
    __rdmactl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    esac

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    discover|links|errors|check|route|diff)
        # Offer subcommand argument completions
        "_rdmactl_fabric_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'discover links errors check route diff' -- "${cur}"))
        ;;
    esac
}

_rdmactl_fabric_discover() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --from -C --ca -P --port --timeout --window --progress --node-name-map --format)
    __rdmactl_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--from')
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null')"
        return
        ;;
    '-C'|'--ca')
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null | sed '\''s,/[0-9]*$,,'\'' | sort -u')"
        return
        ;;
    '-P'|'--port')
        return
        ;;
    '--timeout')
        return
        ;;
    '--window')
        return
        ;;
    '--progress')
        __rdmactl_add_completions -W 'auto'$'\n''none'$'\n''json'
        return
        ;;
    '--node-name-map')
        __rdmactl_add_completions -f
        return
        ;;
    '--format')
        __rdmactl_add_completions -W 'text'$'\n''ibnetdiscover'$'\n''netfile'$'\n''dot'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null')"
        return
        ;;
    esac
}

_rdmactl_fabric_links() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --down --degraded --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --from -C --ca -P --port --timeout --window --progress --node-name-map)
    __rdmactl_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--from')
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null')"
        return
        ;;
    '-C'|'--ca')
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null | sed '\''s,/[0-9]*$,,'\'' | sort -u')"
        return
        ;;
    '-P'|'--port')
        return
        ;;
    '--timeout')
        return
        ;;
    '--window')
        return
        ;;
    '--progress')
        __rdmactl_add_completions -W 'auto'$'\n''none'$'\n''json'
        return
        ;;
    '--node-name-map')
        __rdmactl_add_completions -f
        return
        ;;
    esac
}

_rdmactl_fabric_errors() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --clear --yes --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --since --thresholds --from -C --ca -P --port --timeout --window --progress --node-name-map)
    __rdmactl_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--since')
        __rdmactl_add_completions -f
        return
        ;;
    '--thresholds')
        __rdmactl_add_completions -f
        return
        ;;
    '--from')
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null')"
        return
        ;;
    '-C'|'--ca')
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null | sed '\''s,/[0-9]*$,,'\'' | sort -u')"
        return
        ;;
    '-P'|'--port')
        return
        ;;
    '--timeout')
        return
        ;;
    '--window')
        return
        ;;
    '--progress')
        __rdmactl_add_completions -W 'auto'$'\n''none'$'\n''json'
        return
        ;;
    '--node-name-map')
        __rdmactl_add_completions -f
        return
        ;;
    esac
}

_rdmactl_fabric_check() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --no-routes --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --from -C --ca -P --port --timeout --window --progress --node-name-map)
    __rdmactl_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--from')
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null')"
        return
        ;;
    '-C'|'--ca')
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null | sed '\''s,/[0-9]*$,,'\'' | sort -u')"
        return
        ;;
    '-P'|'--port')
        return
        ;;
    '--timeout')
        return
        ;;
    '--window')
        return
        ;;
    '--progress')
        __rdmactl_add_completions -W 'auto'$'\n''none'$'\n''json'
        return
        ;;
    '--node-name-map')
        __rdmactl_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null')"
        return
        ;;
    esac
}

_rdmactl_fabric_route() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --from -C --ca -P --port --timeout --window --progress --node-name-map)
    __rdmactl_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--from')
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null')"
        return
        ;;
    '-C'|'--ca')
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null | sed '\''s,/[0-9]*$,,'\'' | sort -u')"
        return
        ;;
    '-P'|'--port')
        return
        ;;
    '--timeout')
        return
        ;;
    '--window')
        return
        ;;
    '--progress')
        __rdmactl_add_completions -W 'auto'$'\n''none'$'\n''json'
        return
        ;;
    '--node-name-map')
        __rdmactl_add_completions -f
        return
        ;;
    esac
}

_rdmactl_fabric_diff() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --from -C --ca -P --port --timeout --window --progress --node-name-map)
    __rdmactl_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--from')
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null')"
        return
        ;;
    '-C'|'--ca')
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null | sed '\''s,/[0-9]*$,,'\'' | sort -u')"
        return
        ;;
    '-P'|'--port')
        return
        ;;
    '--timeout')
        return
        ;;
    '--window')
        return
        ;;
    '--progress')
        __rdmactl_add_completions -W 'auto'$'\n''none'$'\n''json'
        return
        ;;
    '--node-name-map')
        __rdmactl_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __rdmactl_add_completions -f
        return
        ;;
    2)
        __rdmactl_add_completions -f
        return
        ;;
    esac
}

_rdmactl_sm() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim)
    __rdmactl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    esac

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    list|status|start|stop|restart|reload|priority|handover|disable|standby|discover|log|lint)
        # Offer subcommand argument completions
        "_rdmactl_sm_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list status start stop restart reload priority handover disable standby discover log lint' -- "${cur}"))
        ;;
    esac
}

_rdmactl_sm_list() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --from -C --ca -P --port --timeout --window --progress)
    __rdmactl_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--from')
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null')"
        return
        ;;
    '-C'|'--ca')
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null | sed '\''s,/[0-9]*$,,'\'' | sort -u')"
        return
        ;;
    '-P'|'--port')
        return
        ;;
    '--timeout')
        return
        ;;
    '--window')
        return
        ;;
    '--progress')
        __rdmactl_add_completions -W 'auto'$'\n''none'$'\n''json'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null')"
        return
        ;;
    esac
}

_rdmactl_sm_status() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim)
    __rdmactl_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null')"
        return
        ;;
    esac
}

_rdmactl_sm_start() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --wait --once --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --progress --priority --config --lmc --routing --timeout)
    __rdmactl_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--progress')
        __rdmactl_add_completions -W 'auto'$'\n''none'$'\n''json'
        return
        ;;
    '--priority')
        return
        ;;
    '--config')
        __rdmactl_add_completions -f
        return
        ;;
    '--lmc')
        return
        ;;
    '--routing')
        return
        ;;
    '--timeout')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null')"
        return
        ;;
    esac
}

_rdmactl_sm_stop() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --force --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --progress)
    __rdmactl_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--progress')
        __rdmactl_add_completions -W 'auto'$'\n''none'$'\n''json'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null')"
        return
        ;;
    esac
}

_rdmactl_sm_restart() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --wait --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --progress --priority --config --lmc --routing --timeout)
    __rdmactl_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--progress')
        __rdmactl_add_completions -W 'auto'$'\n''none'$'\n''json'
        return
        ;;
    '--priority')
        return
        ;;
    '--config')
        __rdmactl_add_completions -f
        return
        ;;
    '--lmc')
        return
        ;;
    '--routing')
        return
        ;;
    '--timeout')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null')"
        return
        ;;
    esac
}

_rdmactl_sm_reload() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --progress)
    __rdmactl_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--progress')
        __rdmactl_add_completions -W 'auto'$'\n''none'$'\n''json'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null')"
        return
        ;;
    esac
}

_rdmactl_sm_priority() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --progress)
    __rdmactl_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--progress')
        __rdmactl_add_completions -W 'auto'$'\n''none'$'\n''json'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    2)
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null')"
        return
        ;;
    esac
}

_rdmactl_sm_handover() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --force --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --from -C --ca -P --port --timeout --window --progress)
    __rdmactl_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--from')
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null')"
        return
        ;;
    '-C'|'--ca')
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null | sed '\''s,/[0-9]*$,,'\'' | sort -u')"
        return
        ;;
    '-P'|'--port')
        return
        ;;
    '--timeout')
        return
        ;;
    '--window')
        return
        ;;
    '--progress')
        __rdmactl_add_completions -W 'auto'$'\n''none'$'\n''json'
        return
        ;;
    esac
}

_rdmactl_sm_disable() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --force --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --from -C --ca -P --port --timeout --window --progress)
    __rdmactl_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--from')
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null')"
        return
        ;;
    '-C'|'--ca')
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null | sed '\''s,/[0-9]*$,,'\'' | sort -u')"
        return
        ;;
    '-P'|'--port')
        return
        ;;
    '--timeout')
        return
        ;;
    '--window')
        return
        ;;
    '--progress')
        __rdmactl_add_completions -W 'auto'$'\n''none'$'\n''json'
        return
        ;;
    esac
}

_rdmactl_sm_standby() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --force --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --from -C --ca -P --port --timeout --window --progress)
    __rdmactl_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--from')
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null')"
        return
        ;;
    '-C'|'--ca')
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null | sed '\''s,/[0-9]*$,,'\'' | sort -u')"
        return
        ;;
    '-P'|'--port')
        return
        ;;
    '--timeout')
        return
        ;;
    '--window')
        return
        ;;
    '--progress')
        __rdmactl_add_completions -W 'auto'$'\n''none'$'\n''json'
        return
        ;;
    esac
}

_rdmactl_sm_discover() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --force --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --from -C --ca -P --port --timeout --window --progress)
    __rdmactl_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--from')
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null')"
        return
        ;;
    '-C'|'--ca')
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null | sed '\''s,/[0-9]*$,,'\'' | sort -u')"
        return
        ;;
    '-P'|'--port')
        return
        ;;
    '--timeout')
        return
        ;;
    '--window')
        return
        ;;
    '--progress')
        __rdmactl_add_completions -W 'auto'$'\n''none'$'\n''json'
        return
        ;;
    esac
}

_rdmactl_sm_log() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --follow -f --errors --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --since --file)
    __rdmactl_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--since')
        return
        ;;
    '--file')
        __rdmactl_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __rdmactl_add_completions -W "$(eval 'rdmactl status -q 2>/dev/null')"
        return
        ;;
    esac
}

_rdmactl_sm_lint() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --show --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim)
    __rdmactl_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __rdmactl_add_completions -f
        return
        ;;
    esac
}

_rdmactl_offload() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim)
    __rdmactl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    esac

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    show|set|undo|history|try|keep|tune)
        # Offer subcommand argument completions
        "_rdmactl_offload_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'show set undo history try keep tune' -- "${cur}"))
        ;;
    esac
}

_rdmactl_offload_show() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --all --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --diff)
    __rdmactl_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--diff')
        __rdmactl_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __rdmactl_add_completions -W "$(eval 'ls /sys/class/net 2>/dev/null')"
        return
        ;;
    esac
}

_rdmactl_offload_set() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --members --yes --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --wait)
    __rdmactl_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--wait')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __rdmactl_add_completions -W "$(eval 'ls /sys/class/net 2>/dev/null')"
        return
        ;;
    esac
}

_rdmactl_offload_undo() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --all --force-conflicts --yes --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim)
    __rdmactl_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    esac
}

_rdmactl_offload_history() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim)
    __rdmactl_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    esac
}

_rdmactl_offload_try() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --members --yes --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --revert-after)
    __rdmactl_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--revert-after')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __rdmactl_add_completions -W "$(eval 'ls /sys/class/net 2>/dev/null')"
        return
        ;;
    esac
}

_rdmactl_offload_keep() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim)
    __rdmactl_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    esac
}

_rdmactl_offload_tune() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim)
    __rdmactl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    esac

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    show|apply|undo|persist)
        # Offer subcommand argument completions
        "_rdmactl_offload_tune_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'show apply undo persist' -- "${cur}"))
        ;;
    esac
}

_rdmactl_offload_tune_show() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim)
    __rdmactl_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __rdmactl_add_completions -W 'readme-2003'$'\n''readme-2008'$'\n''throughput'$'\n''latency'$'\n''balanced'
        return
        ;;
    *)
        __rdmactl_add_completions -W "$(eval 'ls /sys/class/net 2>/dev/null')"
        return
        ;;
    esac
}

_rdmactl_offload_tune_apply() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --yes --dry-run --version -h --help)
    repeating_options=(--without)
    non_repeating_options=(--root --sim)
    __rdmactl_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--without')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __rdmactl_add_completions -W 'readme-2003'$'\n''readme-2008'$'\n''throughput'$'\n''latency'$'\n''balanced'
        return
        ;;
    *)
        __rdmactl_add_completions -W "$(eval 'ls /sys/class/net 2>/dev/null')"
        return
        ;;
    esac
}

_rdmactl_offload_tune_undo() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --force-conflicts --yes --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim)
    __rdmactl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    esac
}

_rdmactl_offload_tune_persist() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --remove --yes --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim)
    __rdmactl_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __rdmactl_add_completions -W 'readme-2003'$'\n''readme-2008'$'\n''throughput'$'\n''latency'$'\n''balanced'
        return
        ;;
    *)
        __rdmactl_add_completions -W "$(eval 'ls /sys/class/net 2>/dev/null')"
        return
        ;;
    esac
}

_rdmactl_explain() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim)
    __rdmactl_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __rdmactl_add_completions -W "$(eval 'rdmactl explain -q 2>/dev/null | grep -v '\''[^A-Za-z0-9_.-]'\''')"
        return
        ;;
    esac
}

_rdmactl_sim() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim)
    __rdmactl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    esac

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    create|image)
        # Offer subcommand argument completions
        "_rdmactl_sim_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'create image' -- "${cur}"))
        ;;
    esac
}

_rdmactl_sim_create() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --version -h --help)
    repeating_options=(--profile)
    non_repeating_options=(--root --sim)
    __rdmactl_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--profile')
        __rdmactl_add_completions -W 'infinihost'$'\n''infinihost3ex'$'\n''infinihost3lx'$'\n''connectx'$'\n''connectx2'$'\n''connectx3'$'\n''connectx3pro'$'\n''connectx4'$'\n''connectx4lx'$'\n''connectx5'$'\n''connectx6'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __rdmactl_add_completions -d
        return
        ;;
    esac
}

_rdmactl_sim_image() {
    repeating_flags=()
    non_repeating_flags=(--json --quiet -q --version -h --help)
    repeating_options=()
    non_repeating_options=(--root --sim --profile --version --code-size --seed)
    __rdmactl_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--root')
        __rdmactl_add_completions -d
        return
        ;;
    '--sim')
        __rdmactl_add_completions -d
        return
        ;;
    '--profile')
        __rdmactl_add_completions -W 'infinihost'$'\n''infinihost3ex'$'\n''infinihost3lx'$'\n''connectx'$'\n''connectx2'$'\n''connectx3'$'\n''connectx3pro'$'\n''connectx4'$'\n''connectx4lx'$'\n''connectx5'$'\n''connectx6'
        return
        ;;
    '--version')
        return
        ;;
    '--code-size')
        return
        ;;
    '--seed')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __rdmactl_add_completions -f
        return
        ;;
    esac
}

_rdmactl_help() {
    repeating_flags=()
    non_repeating_flags=(--version)
    repeating_options=()
    non_repeating_options=()
    __rdmactl_offer_flags_options -1
}

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
        elif [[ "${word}" = '=' && "${joined[-1]}" = --* ]]; then
            joined+=('')
        else
            joined[-1]+="${word}"
        fi
        before="${word}"
        line="${rest#"${word}"}"
    done
}

_rdmactl_from_line() {
    local -a joined=()
    __rdmactl_join_words
    local -a COMP_WORDS=("${joined[@]}")
    local -i COMP_CWORD=$((${#joined[@]} - 1))
    local current="${joined[-1]}"

    if [[ "${COMP_WORDS[1]}" = help && "${COMP_CWORD}" -gt 1 && "${current}" != -* ]]; then
        case "${COMP_WORDS[*]:2:COMP_CWORD-2}" in
        '') mapfile -t COMPREPLY < <(compgen -W 'status guid2mac fw fabric sm offload explain sim' -- "${current}") ;;
        'fw') mapfile -t COMPREPLY < <(compgen -W 'list query verify burn read set-guids extract diff recover unlock' -- "${current}") ;;
        'fabric') mapfile -t COMPREPLY < <(compgen -W 'discover links errors check route diff' -- "${current}") ;;
        'sm') mapfile -t COMPREPLY < <(compgen -W 'list status start stop restart reload priority handover disable standby discover log lint' -- "${current}") ;;
        'offload') mapfile -t COMPREPLY < <(compgen -W 'show set undo history try keep tune' -- "${current}") ;;
        'offload tune') mapfile -t COMPREPLY < <(compgen -W 'show apply undo persist' -- "${current}") ;;
        'sim') mapfile -t COMPREPLY < <(compgen -W 'create image' -- "${current}") ;;
        esac
        return
    fi

    _rdmactl "${1}" "${current}" "${joined[-2]}"

    # Readline replaces only what stands behind the last ':'.
    if [[ "${current}" = *:* && "${COMP_WORDBREAKS}" = *:* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${current%"${current##*:}"}"}")
    fi
}

complete -F _rdmactl_from_line rdmactl
