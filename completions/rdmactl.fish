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
            __rdmactl_parse_subcommand -r 1 'json' 'q/quiet' 'root=' 'v/verbose' 'counters' 'gids' 'format=' 'wait=' 'timeout=' 'watch=' 'expect=' 'progress=' 'version' 'h/help'
        case 'guid2mac'
            __rdmactl_parse_subcommand -r 1 'json' 'q/quiet' 'root=' 'mask=' 'rules=' 'check' 'suggest' 'reverse' 'apply' 'forget' 'dry-run' 'yes' 'version' 'h/help'
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
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl" -eq 1' -fa 'status' -d 'Adapters and ports: their state, and why one is not active.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl" -eq 1' -fa 'guid2mac' -d 'The MAC address of a port GUID, by the rules of the Windows IPoIB driver or by a mask.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl status" json' -l 'json' -d 'Print one JSON object.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl status" q quiet' -l 'quiet' -s 'q' -d 'Print bare values only, one a line.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl status" root' -l 'root' -d 'Read a recorded machine below this directory.' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl status" -ge 1' -fka '(rdmactl status -q 2>/dev/null)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl status" v verbose' -l 'verbose' -s 'v' -d 'Everything that is known of each adapter and port.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl status" counters' -l 'counters' -d 'The counters of each port.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl status" gids' -l 'gids' -d 'The GID table of each port, with types and interfaces.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl status" format' -l 'format' -d 'The text\'s form: rdmactl\'s own, or that of the Windows tool vstat.' -rfka 'text vstat'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl status" wait' -l 'wait' -d 'Wait until every port is so: active, up or down.' -rfka 'active up down'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl status" timeout' -l 'timeout' -d 'How long --wait waits; 60 where it is not given.' -rfka ''
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl status" watch' -l 'watch' -d 'Show it again every so many seconds; objects, one a line, when piped.' -rfka ''
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl status" expect' -l 'expect' -d 'End with 2 unless every port is so: ports=2,state=active,…' -rfka ''
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl status" progress' -l 'progress' -d 'Tell of the waiting on standard error: auto, none or json.' -rfka 'auto none json'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl status" version' -l 'version' -d 'Show the version.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl status" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl guid2mac" json' -l 'json' -d 'Print one JSON object.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl guid2mac" q quiet' -l 'quiet' -s 'q' -d 'Print bare values only, one a line.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl guid2mac" root' -l 'root' -d 'Read a recorded machine below this directory.' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl guid2mac" -ge 1' -fka '(rdmactl status -q 2>/dev/null)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl guid2mac" mask' -l 'mask' -d 'The mask for GUIDs that no rule knows, such as 0xe7.' -rfka ''
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl guid2mac" rules' -l 'rules' -d 'Whose rules: the readme\'s, the published driver\'s, or mask 0xe7 for every GUID.' -rfka 'readme driver generic'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl guid2mac" check' -l 'check' -d 'Judge the GUIDs of local ports; ends with 2 when one needs a mask that is not stored.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl guid2mac" suggest' -l 'suggest' -d 'Rank the 28 masks for these GUIDs.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl guid2mac" reverse' -l 'reverse' -d 'The GUIDs that a MAC address may come from.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl guid2mac" apply' -l 'apply' -d 'With --check: store the masks that were found.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl guid2mac" forget' -l 'forget' -d 'With --check: remove the stored masks of these ports.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl guid2mac" dry-run' -l 'dry-run' -d 'With --apply or --forget: show what would be written, and write nothing.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl guid2mac" yes' -l 'yes' -d 'With --apply or --forget: do not ask.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl guid2mac" version' -l 'version' -d 'Show the version.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl guid2mac" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl help" version' -l 'version' -d 'Show the version.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl help" -eq 1' -fa 'status guid2mac'
