/// The `discussion` of a command: paragraphs, indented blocks, and the examples.
struct Discussion: Equatable {
  struct Example: Equatable {
    let command: String
    var meaning: String
  }

  enum Block: Equatable {
    case paragraph(String)
    case literal([String])
  }

  private(set) var blocks: [Block] = []
  private(set) var examples: [Example] = []

  init(_ text: String) {
    var inExamples = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let indent = line.prefix { $0 == " " }.count
      if line.allSatisfy({ $0 == " " }) {
        blocks.append(.paragraph(""))
      } else if indent == 0 {
        inExamples = line == "Examples:"
        if !inExamples { add(paragraph: String(line)) }
      } else if inExamples {
        add(example: line, indent: indent)
      } else {
        add(literal: String(line.dropFirst(2)))
      }
    }
    blocks.removeAll { $0 == .paragraph("") }
  }

  private mutating func add(paragraph line: String) {
    if case .paragraph(let open)? = blocks.last, !open.isEmpty {
      blocks[blocks.count - 1] = .paragraph(open + " " + line)
    } else {
      blocks.append(.paragraph(line))
    }
  }

  private mutating func add(literal line: String) {
    if case .literal(let open)? = blocks.last {
      blocks[blocks.count - 1] = .literal(open + [line])
    } else {
      blocks.append(.literal([line]))
    }
  }

  /// `  rdmactl status    every port`: two spaces part the command from its meaning; a deeper line goes on with the meaning.
  private mutating func add(example line: Substring, indent: Int) {
    let words = line.dropFirst(indent)
    if indent > 2, let last = examples.popLast() {
      examples.append(Example(command: last.command, meaning: last.meaning + " " + words))
      return
    }
    guard let gap = words.firstRange(of: "  ") else {
      examples.append(Example(command: String(words), meaning: ""))
      return
    }
    examples.append(
      Example(
        command: String(words[..<gap.lowerBound]), meaning: String(words[gap.upperBound...].drop { $0 == " " })))
  }
}
