internal import Vocabulary

/// The problems that each command may report, by the command's name: the PROBLEMS section of its page.
let problemCatalog: [String: [ProblemDescription]] = [:]
