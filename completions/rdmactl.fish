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
        __rdmactl_parse_subcommand 0 'json' 'q/quiet' 'root=' 'sim=' 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'status'
            __rdmactl_parse_subcommand -r 1 'json' 'q/quiet' 'root=' 'sim=' 'v/verbose' 'counters' 'gids' 'format=' 'wait=' 'timeout=' 'watch=' 'expect=' 'progress=' 'version' 'h/help'
        case 'guid2mac'
            __rdmactl_parse_subcommand -r 1 'json' 'q/quiet' 'root=' 'sim=' 'mask=' 'rules=' 'check' 'suggest' 'reverse' 'apply' 'forget' 'dry-run' 'yes' 'version' 'h/help'
        case 'fw'
            __rdmactl_parse_subcommand 0 'json' 'q/quiet' 'root=' 'sim=' 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'list'
                __rdmactl_parse_subcommand 0 'json' 'q/quiet' 'root=' 'sim=' 'v/verbose' 'version' 'h/help'
            case 'query'
                __rdmactl_parse_subcommand 0 'json' 'q/quiet' 'root=' 'sim=' 'd/device=' 'i/image=' 'psid=' 'access=' 'version' 'h/help'
            case 'verify'
                __rdmactl_parse_subcommand 0 'json' 'q/quiet' 'root=' 'sim=' 'd/device=' 'i/image=' 'psid=' 'access=' 'progress=' 'all' 'version' 'h/help'
            case 'burn'
                __rdmactl_parse_subcommand 0 'json' 'q/quiet' 'root=' 'sim=' 'd/device=' 'i/image=' 'psid=' 'guid=' 'guids=' 'mac=' 'macs=' 'vsd=' 'psid-from-image' 'drop-rom' 'allow-other-hardware' 'allow-downgrade' 'yes' 'dry-run' 'no-backup' 'progress=' 'access=' 'version' 'h/help'
            case 'read'
                __rdmactl_parse_subcommand 1 'json' 'q/quiet' 'root=' 'sim=' 'd/device=' 'flash' 'access=' 'progress=' 'version' 'h/help'
            case 'set-guids'
                __rdmactl_parse_subcommand 0 'json' 'q/quiet' 'root=' 'sim=' 'd/device=' 'i/image=' 'psid=' 'guid=' 'guids=' 'mac=' 'macs=' 'vsd=' 'o/output=' 'yes' 'dry-run' 'no-backup' 'progress=' 'access=' 'version' 'h/help'
            case 'extract'
                __rdmactl_parse_subcommand 1 'json' 'q/quiet' 'root=' 'sim=' 'psid=' 'o/output=' 'version' 'h/help'
            case 'diff'
                __rdmactl_parse_subcommand 0 'json' 'q/quiet' 'root=' 'sim=' 'd/device=+' 'i/image=+' 'psid=' 'access=' 'version' 'h/help'
            case 'recover'
                __rdmactl_parse_subcommand 0 'json' 'q/quiet' 'root=' 'sim=' 'd/device=' 'yes' 'dry-run' 'no-backup' 'progress=' 'access=' 'version' 'h/help'
            case 'unlock'
                __rdmactl_parse_subcommand 0 'json' 'q/quiet' 'root=' 'sim=' 'd/device=' 'yes' 'dry-run' 'access=' 'version' 'h/help'
            end
        case 'sim'
            __rdmactl_parse_subcommand 0 'json' 'q/quiet' 'root=' 'sim=' 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'create'
                __rdmactl_parse_subcommand 1 'json' 'q/quiet' 'root=' 'sim=' 'profile=+' 'version' 'h/help'
            case 'image'
                __rdmactl_parse_subcommand 1 'json' 'q/quiet' 'root=' 'sim=' 'profile=' 'version=' 'code-size=' 'seed=' 'version' 'h/help'
            end
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
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl" sim' -l 'sim' -d 'Use the simulated adapters of this directory (rdmactl sim create).' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl" version' -l 'version' -d 'Show the version.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl" -eq 1' -fa 'status' -d 'Adapters and ports: their state, and why one is not active.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl" -eq 1' -fa 'guid2mac' -d 'The MAC address of a port GUID, by the rules of the Windows IPoIB driver or by a mask.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl" -eq 1' -fa 'fw' -d 'Firmware of an adapter or an image file: see, verify, burn, recover.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl" -eq 1' -fa 'sim' -d 'Simulated adapters, to try and to rehearse everything without hardware.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl status" json' -l 'json' -d 'Print one JSON object.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl status" q quiet' -l 'quiet' -s 'q' -d 'Print bare values only, one a line.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl status" root' -l 'root' -d 'Read a recorded machine below this directory.' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl status" sim' -l 'sim' -d 'Use the simulated adapters of this directory (rdmactl sim create).' -rfa '(__rdmactl_complete_directories)'
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
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl guid2mac" sim' -l 'sim' -d 'Use the simulated adapters of this directory (rdmactl sim create).' -rfa '(__rdmactl_complete_directories)'
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
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw" json' -l 'json' -d 'Print one JSON object.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw" q quiet' -l 'quiet' -s 'q' -d 'Print bare values only, one a line.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw" root' -l 'root' -d 'Read a recorded machine below this directory.' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw" sim' -l 'sim' -d 'Use the simulated adapters of this directory (rdmactl sim create).' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw" version' -l 'version' -d 'Show the version.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl fw" -eq 1' -fa 'list' -d 'The adapters whose firmware can be looked at, and how each is reached.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl fw" -eq 1' -fa 'query' -d 'Version, PSID, GUIDs, MAC addresses and slots of a device or an image.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl fw" -eq 1' -fa 'verify' -d 'Check every part of an image, or of the images on a device.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl fw" -eq 1' -fa 'burn' -d 'Put an image on a device; it boots its old one until the new one is complete.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl fw" -eq 1' -fa 'read' -d 'Copy the image that boots, or the whole flash, from a device into a file.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl fw" -eq 1' -fa 'set-guids' -d 'Set GUIDs, MAC addresses or vendor data of a device or an image file.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl fw" -eq 1' -fa 'extract' -d 'Take one board\'s image out of an MFA2 package, or list the boards.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl fw" -eq 1' -fa 'diff' -d 'What two images, or a device and an image, have not in common.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl fw" -eq 1' -fa 'recover' -d 'Finish or repair what an interrupted burn has left on a device.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl fw" -eq 1' -fa 'unlock' -d 'Free the flash semaphore of a device that a dead process has left taken.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw list" json' -l 'json' -d 'Print one JSON object.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw list" q quiet' -l 'quiet' -s 'q' -d 'Print bare values only, one a line.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw list" root' -l 'root' -d 'Read a recorded machine below this directory.' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw list" sim' -l 'sim' -d 'Use the simulated adapters of this directory (rdmactl sim create).' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw list" v verbose' -l 'verbose' -s 'v' -d 'Why each adapter is reached as it is.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw list" version' -l 'version' -d 'Show the version.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw query" json' -l 'json' -d 'Print one JSON object.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw query" q quiet' -l 'quiet' -s 'q' -d 'Print bare values only, one a line.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw query" root' -l 'root' -d 'Read a recorded machine below this directory.' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw query" sim' -l 'sim' -d 'Use the simulated adapters of this directory (rdmactl sim create).' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw query" d device' -l 'device' -s 'd' -d 'The adapter, by any of its names.' -rfka '(rdmactl fw list -q 2>/dev/null)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw query" i image' -l 'image' -s 'i' -d 'The image file, or a package with --psid.' -rF
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw query" psid' -l 'psid' -d 'Which board\'s image of an MFA2 package; any other image must be for this board.' -rfka ''
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw query" access' -l 'access' -d 'The way to the adapter\'s registers; the best one is chosen without.' -rfka 'window vsc bar'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw query" version' -l 'version' -d 'Show the version.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw query" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw verify" json' -l 'json' -d 'Print one JSON object.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw verify" q quiet' -l 'quiet' -s 'q' -d 'Print bare values only, one a line.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw verify" root' -l 'root' -d 'Read a recorded machine below this directory.' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw verify" sim' -l 'sim' -d 'Use the simulated adapters of this directory (rdmactl sim create).' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw verify" d device' -l 'device' -s 'd' -d 'The adapter, by any of its names.' -rfka '(rdmactl fw list -q 2>/dev/null)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw verify" i image' -l 'image' -s 'i' -d 'The image file, or a package with --psid.' -rF
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw verify" psid' -l 'psid' -d 'Which board\'s image of an MFA2 package; any other image must be for this board.' -rfka ''
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw verify" access' -l 'access' -d 'The way to the adapter\'s registers; the best one is chosen without.' -rfka 'window vsc bar'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw verify" progress' -l 'progress' -d 'Tell of long work on standard error: auto, none or json.' -rfka 'auto none json'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw verify" all' -l 'all' -d 'With -d: check the image that a burn has ended, too.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw verify" version' -l 'version' -d 'Show the version.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw verify" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw burn" json' -l 'json' -d 'Print one JSON object.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw burn" q quiet' -l 'quiet' -s 'q' -d 'Print bare values only, one a line.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw burn" root' -l 'root' -d 'Read a recorded machine below this directory.' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw burn" sim' -l 'sim' -d 'Use the simulated adapters of this directory (rdmactl sim create).' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw burn" d device' -l 'device' -s 'd' -d 'The adapter, by any of its names.' -rfka '(rdmactl fw list -q 2>/dev/null)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw burn" i image' -l 'image' -s 'i' -d 'The image file or package.' -rF
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw burn" psid' -l 'psid' -d 'Which board\'s image of a package; the card\'s own without.' -rfka ''
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw burn" guid' -l 'guid' -d 'Node GUID; port 1, port 2 and system image get the next three.' -rfka ''
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw burn" guids' -l 'guids' -d 'Node, port 1, port 2 and system image GUID, with commas between.' -rfka ''
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw burn" mac' -l 'mac' -d 'MAC address of port 1; port 2 gets the next.' -rfka ''
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw burn" macs' -l 'macs' -d 'MAC addresses of port 1 and port 2, with a comma between.' -rfka ''
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw burn" vsd' -l 'vsd' -d 'Vendor specific data: a text of at most 208 bytes.' -rfka ''
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw burn" psid-from-image' -l 'psid-from-image' -d 'Take the image\'s PSID although the card has another: it becomes another board.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw burn" drop-rom' -l 'drop-rom' -d 'Leave the card\'s expansion ROM away when the image has none.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw burn" allow-other-hardware' -l 'allow-other-hardware' -d 'Burn an image although its list of hardware does not name this card.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw burn" allow-downgrade' -l 'allow-downgrade' -d 'Burn an older version than the card has.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw burn" yes' -l 'yes' -d 'Do not ask.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw burn" dry-run' -l 'dry-run' -d 'Show the plan, and write nothing.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw burn" no-backup' -l 'no-backup' -d 'Do not store what is on the flash before it is changed.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw burn" progress' -l 'progress' -d 'Tell of long work on standard error: auto, none or json.' -rfka 'auto none json'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw burn" access' -l 'access' -d 'The way to the adapter\'s registers; the best one is chosen without.' -rfka 'window vsc bar'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw burn" version' -l 'version' -d 'Show the version.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw burn" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw read" json' -l 'json' -d 'Print one JSON object.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw read" q quiet' -l 'quiet' -s 'q' -d 'Print bare values only, one a line.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw read" root' -l 'root' -d 'Read a recorded machine below this directory.' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw read" sim' -l 'sim' -d 'Use the simulated adapters of this directory (rdmactl sim create).' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw read" d device' -l 'device' -s 'd' -d 'The adapter, by any of its names.' -rfka '(rdmactl fw list -q 2>/dev/null)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl fw read" -eq 1' -F
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw read" flash' -l 'flash' -d 'The whole flash instead of the image that boots.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw read" access' -l 'access' -d 'The way to the adapter\'s registers; the best one is chosen without.' -rfka 'window vsc bar'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw read" progress' -l 'progress' -d 'Tell of long work on standard error: auto, none or json.' -rfka 'auto none json'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw read" version' -l 'version' -d 'Show the version.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw read" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw set-guids" json' -l 'json' -d 'Print one JSON object.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw set-guids" q quiet' -l 'quiet' -s 'q' -d 'Print bare values only, one a line.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw set-guids" root' -l 'root' -d 'Read a recorded machine below this directory.' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw set-guids" sim' -l 'sim' -d 'Use the simulated adapters of this directory (rdmactl sim create).' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw set-guids" d device' -l 'device' -s 'd' -d 'The adapter, by any of its names.' -rfka '(rdmactl fw list -q 2>/dev/null)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw set-guids" i image' -l 'image' -s 'i' -d 'The image file, or a package with --psid.' -rF
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw set-guids" psid' -l 'psid' -d 'Which board\'s image of an MFA2 package; any other image must be for this board.' -rfka ''
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw set-guids" guid' -l 'guid' -d 'Node GUID; port 1, port 2 and system image get the next three.' -rfka ''
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw set-guids" guids' -l 'guids' -d 'Node, port 1, port 2 and system image GUID, with commas between.' -rfka ''
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw set-guids" mac' -l 'mac' -d 'MAC address of port 1; port 2 gets the next.' -rfka ''
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw set-guids" macs' -l 'macs' -d 'MAC addresses of port 1 and port 2, with a comma between.' -rfka ''
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw set-guids" vsd' -l 'vsd' -d 'Vendor specific data: a text of at most 208 bytes.' -rfka ''
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw set-guids" o output' -l 'output' -s 'o' -d 'With -i: where to write the changed image.' -rF
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw set-guids" yes' -l 'yes' -d 'Do not ask.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw set-guids" dry-run' -l 'dry-run' -d 'Show the plan, and write nothing.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw set-guids" no-backup' -l 'no-backup' -d 'Do not store what is on the flash before it is changed.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw set-guids" progress' -l 'progress' -d 'Tell of long work on standard error: auto, none or json.' -rfka 'auto none json'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw set-guids" access' -l 'access' -d 'The way to the adapter\'s registers; the best one is chosen without.' -rfka 'window vsc bar'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw set-guids" version' -l 'version' -d 'Show the version.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw set-guids" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw extract" json' -l 'json' -d 'Print one JSON object.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw extract" q quiet' -l 'quiet' -s 'q' -d 'Print bare values only, one a line.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw extract" root' -l 'root' -d 'Read a recorded machine below this directory.' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw extract" sim' -l 'sim' -d 'Use the simulated adapters of this directory (rdmactl sim create).' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl fw extract" -eq 1' -fa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'mfa2\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw extract" psid' -l 'psid' -d 'The board whose image is wanted.' -rfka ''
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw extract" o output' -l 'output' -s 'o' -d 'Where to write the image.' -rF
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw extract" version' -l 'version' -d 'Show the version.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw extract" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw diff" json' -l 'json' -d 'Print one JSON object.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw diff" q quiet' -l 'quiet' -s 'q' -d 'Print bare values only, one a line.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw diff" root' -l 'root' -d 'Read a recorded machine below this directory.' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw diff" sim' -l 'sim' -d 'Use the simulated adapters of this directory (rdmactl sim create).' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw diff"' -s 'd' -l 'device' -d 'An adapter, by any of its names.' -rfka '(rdmactl fw list -q 2>/dev/null)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw diff"' -s 'i' -l 'image' -d 'An image file, or a package with --psid.' -rF
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw diff" psid' -l 'psid' -d 'Which board\'s image of an MFA2 package.' -rfka ''
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw diff" access' -l 'access' -d 'The way to the adapter\'s registers; the best one is chosen without.' -rfka 'window vsc bar'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw diff" version' -l 'version' -d 'Show the version.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw diff" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw recover" json' -l 'json' -d 'Print one JSON object.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw recover" q quiet' -l 'quiet' -s 'q' -d 'Print bare values only, one a line.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw recover" root' -l 'root' -d 'Read a recorded machine below this directory.' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw recover" sim' -l 'sim' -d 'Use the simulated adapters of this directory (rdmactl sim create).' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw recover" d device' -l 'device' -s 'd' -d 'The adapter, by any of its names.' -rfka '(rdmactl fw list -q 2>/dev/null)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw recover" yes' -l 'yes' -d 'Do not ask.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw recover" dry-run' -l 'dry-run' -d 'Show the plan, and write nothing.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw recover" no-backup' -l 'no-backup' -d 'Do not store what is on the flash before it is changed.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw recover" progress' -l 'progress' -d 'Tell of long work on standard error: auto, none or json.' -rfka 'auto none json'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw recover" access' -l 'access' -d 'The way to the adapter\'s registers; the best one is chosen without.' -rfka 'window vsc bar'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw recover" version' -l 'version' -d 'Show the version.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw recover" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw unlock" json' -l 'json' -d 'Print one JSON object.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw unlock" q quiet' -l 'quiet' -s 'q' -d 'Print bare values only, one a line.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw unlock" root' -l 'root' -d 'Read a recorded machine below this directory.' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw unlock" sim' -l 'sim' -d 'Use the simulated adapters of this directory (rdmactl sim create).' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw unlock" d device' -l 'device' -s 'd' -d 'The adapter, by any of its names.' -rfka '(rdmactl fw list -q 2>/dev/null)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw unlock" yes' -l 'yes' -d 'Do not ask.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw unlock" dry-run' -l 'dry-run' -d 'Say whether it is taken, and write nothing.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw unlock" access' -l 'access' -d 'The way to the adapter\'s registers; the best one is chosen without.' -rfka 'window vsc bar'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw unlock" version' -l 'version' -d 'Show the version.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl fw unlock" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl sim" json' -l 'json' -d 'Print one JSON object.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl sim" q quiet' -l 'quiet' -s 'q' -d 'Print bare values only, one a line.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl sim" root' -l 'root' -d 'Read a recorded machine below this directory.' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl sim" sim' -l 'sim' -d 'Use the simulated adapters of this directory (rdmactl sim create).' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl sim" version' -l 'version' -d 'Show the version.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl sim" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl sim" -eq 1' -fa 'create' -d 'Make a directory with simulated adapters for --sim.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl sim" -eq 1' -fa 'image' -d 'Make an image file to burn on a simulated adapter.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl sim create" json' -l 'json' -d 'Print one JSON object.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl sim create" q quiet' -l 'quiet' -s 'q' -d 'Print bare values only, one a line.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl sim create" root' -l 'root' -d 'Read a recorded machine below this directory.' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl sim create" sim' -l 'sim' -d 'Use the simulated adapters of this directory (rdmactl sim create).' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl sim create" -eq 1' -fa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl sim create"' -l 'profile' -d 'What kind of adapter; connectx3 without. One of: infinihost, infinihost3ex, infinihost3lx, connectx, connectx2, connectx3, connectx3pro, connectx4, connectx4lx, connectx5, connectx6.' -rfka 'infinihost infinihost3ex infinihost3lx connectx connectx2 connectx3 connectx3pro connectx4 connectx4lx connectx5 connectx6'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl sim create" version' -l 'version' -d 'Show the version.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl sim create" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl sim image" json' -l 'json' -d 'Print one JSON object.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl sim image" q quiet' -l 'quiet' -s 'q' -d 'Print bare values only, one a line.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl sim image" root' -l 'root' -d 'Read a recorded machine below this directory.' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl sim image" sim' -l 'sim' -d 'Use the simulated adapters of this directory (rdmactl sim create).' -rfa '(__rdmactl_complete_directories)'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl sim image" -eq 1' -F
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl sim image" profile' -l 'profile' -d 'The kind of adapter.' -rfka 'infinihost infinihost3ex infinihost3lx connectx connectx2 connectx3 connectx3pro connectx4 connectx4lx connectx5 connectx6'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl sim image" version' -l 'version' -d 'The version that it claims; that of a new simulated adapter without.' -rfka ''
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl sim image" code-size' -l 'code-size' -d 'Bytes of its largest part.' -rfka ''
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl sim image" seed' -l 'seed' -d 'What its code is made from.' -rfka ''
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl sim image" version' -l 'version' -d 'Show the version.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl sim image" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_flags_or_options "rdmactl help" version' -l 'version' -d 'Show the version.'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl help" -eq 1' -fa 'status guid2mac fw sim'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl help" -eq 2; and __fish_seen_subcommand_from fw' -fa 'list query verify burn read set-guids extract diff recover unlock'
complete -c 'rdmactl' -n '__rdmactl_should_offer_completions_for_positional "rdmactl help" -eq 2; and __fish_seen_subcommand_from sim' -fa 'create image'
