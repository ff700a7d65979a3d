internal import FoundationEssentials

/// What no definition says: `man/parts/<command>.mdoc`, in sections that begin with `.Sh`.
///
/// `DESCRIPTION` and `OPTIONS` are added to what is generated there, `SEE ALSO` holds `.Xr name section` lines only,
/// and any other section is taken as it is.
struct HandWrittenPart {
  struct Section: Equatable {
    let title: String
    let lines: [String]
  }

  let sections: [Section]

  init(path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { throw Missing(path: path) }
    try self.init(text: String(contentsOfFile: path, encoding: .utf8), name: path)
  }

  init(text: String, name: String) throws {
    var sections: [Section] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix(".\\\"") || line.isEmpty { continue }
      if line.hasPrefix(".Sh ") {
        sections.append(Section(title: String(line.dropFirst(4)), lines: []))
      } else {
        guard let open = sections.popLast() else { throw TextBeforeSection(name: name, line: String(line)) }
        sections.append(Section(title: open.title, lines: open.lines + [String(line)]))
      }
    }
    self.sections = sections
  }

  func lines(of title: String) -> [String] { sections.first { $0.title == title }?.lines ?? [] }

  struct Missing: Error, CustomStringConvertible {
    let path: String
    var description: String { "\(path) is missing: every command has a hand-written part, if only its SEE ALSO" }
  }

  struct TextBeforeSection: Error, CustomStringConvertible {
    let name: String
    let line: String
    var description: String { "\(name): \"\(line)\" stands before the first .Sh" }
  }
}
