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
