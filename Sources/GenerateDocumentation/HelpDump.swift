internal import Commands

typealias CommandHelp = CommandDescription
typealias ArgumentHelp = ArgumentDescription
