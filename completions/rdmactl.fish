function __rdmactl_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __rdmactl_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __rdmactl_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __rdmactl_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __rdmactl_parse_tokens -S
    set -l unparsed_tokens (__rdmactl_tokens -pc)
    switch $unparsed_tokens[1]
    case 'rdmactl'
        __rdmactl_parse_subcommand 0 'json' 'q/quiet' 'root=' 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'status'
            __rdmactl_parse_subcommand -r 1 'json' 'q/quiet' 'root=' 'version' 'h/help'
        case 'help'
            __rdmactl_parse_subcommand -r 1 'version'
        end
    end
end

function __rdmactl_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __rdmactl_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __rdmactl_complete_directories
    set -l token (string replace -r -- '^--[^=]*=' '' (commandline -t))
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __rdmactl_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__rdmactl_tokens -p)
    if test -z "$(__rdmactl_tokens -t)"
        set -l index (count (__rdmactl_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'rdmactl' -f
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl" json' -l 'json' -d 'Print one JSON object.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl" q quiet' -l 'quiet' -s 'q' -d 'Print bare values only, one a line.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl" root' -l 'root' -d 'Read a recorded machine below this directory.' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl" version' -l 'version' -d 'Show the version.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl" -eq 1' -fa 'status' -d 'Adapters and ports, and why one is not active.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl status" -ge 1' -fka '(rdmactl status -q 2>/dev/null)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl status" json' -l 'json' -d 'Print one JSON object.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl status" q quiet' -l 'quiet' -s 'q' -d 'Print bare values only, one a line.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl status" root' -l 'root' -d 'Read a recorded machine below this directory.' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl status" version' -l 'version' -d 'Show the version.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl status" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl help" version' -l 'version' -d 'Show the version.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl help" -eq 1' -fa 'status'
