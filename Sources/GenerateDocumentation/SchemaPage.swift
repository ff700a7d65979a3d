internal import FoundationEssentials

/// rdmactl-json(7): each schema with its keys, their types and a sample. `python3 Tests/proof json` writes the folder from what
/// the commands print, and `make test` compares.
struct SchemaPage {
  static let name = "rdmactl-json"

  /// A file of the folder: the command, lines "path type", an empty line, the sample.
  private struct Schema {
    let name: String
    let command: String
    let keys: [(path: String, type: String)]
    let sample: [String]

    init(name: String, text: String) {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      let head = lines.prefix { !$0.isEmpty }
      self.name = name
      command = head.first ?? ""
      keys = head.dropFirst().map { line in
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        return (words[0], words.dropFirst().first ?? "")
      }
      sample = lines.dropFirst(head.count + 1).filter { !$0.isEmpty }
    }
  }

  private let schemas: [Schema]
  /// What a key means, by its name: it means the same wherever it is.
  private let meanings: [String: String]

  init(folder: String) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".txt") }.sorted()
    schemas = try names.filter { $0 != "keys.txt" }.map { name in
      Schema(name: String(name.dropLast(4)), text: try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8))
    }
    let lines = try String(contentsOfFile: "\(folder)/keys.txt", encoding: .utf8).split(separator: "\n")
    meanings = Dictionary(
      lines.compactMap { line in
        line.firstIndex(of: " ").map { (String(line[..<$0]), String(line[$0...].dropFirst())) }
      }, uniquingKeysWith: { first, _ in first })
  }

  var text: String {
    var page = Mdoc()
    page.raw(".\\\" Generated from man/json: run \"python3 Tests/proof json\", then \"make generate\".")
    page.raw(".Dd \(Manual.date)")
    page.raw(".Dt \(Self.name.uppercased()) 7")
    page.raw(".Os")
    page.section("NAME")
    page.raw(".Nm \(Self.name)")
    page.raw(".Nd keys and types of the JSON that rdmactl prints")
    page.section("DESCRIPTION")
    for (number, paragraph) in Self.introduction.enumerated() {
      if number > 0 { page.raw(".Pp") }
      page.prose(paragraph)
    }
    page.section("KEYS")
    page.list(meanings.keys.sorted(), head: { "Cm \($0)" }) { $0.prose(meanings[$1] ?? "") }
    page.section("EVERY OBJECT")
    page.raw("These are in the objects of all schemas.")
    write(shared, to: &page)
    page.section("SCHEMAS")
    for schema in schemas {
      page.subsection(schema.name)
      page.raw(["Sample of", ".Ic \(Mdoc.argument(schema.command)) :"])
      page.literal(schema.sample)
      write(schema.keys.filter { !Self.isShared($0.path) }, to: &page)
    }
    page.section("SEE ALSO")
    page.raw([".Xr jq 1 ,", ".Xr rdmactl 8"])
    return page.text
  }

  private func write(_ keys: [(path: String, type: String)], to page: inout Mdoc) {
    page.list(keys, style: "-tag -width 34n -compact", head: { "Cm \(Mdoc.argument($0.path))" }) { $0.prose($1.type) }
  }

  private static func isShared(_ path: String) -> Bool {
    ["schema", "problems", "notes", "time", "host"].contains(path)
      || path.hasPrefix("problems[]") || path.hasPrefix("notes[]")
  }

  /// The keys around every answer, with every type that any answer has.
  private var shared: [(path: String, type: String)] {
    var types: [String: Set<String>] = [:]
    for key in schemas.flatMap(\.keys) where Self.isShared(key.path) {
      types[key.path, default: []].formUnion(key.type.split(separator: " ").map(String.init).filter { $0 != "or" })
    }
    return types.keys.sorted().map { ($0, types[$0, default: []].sorted().joined(separator: " or ")) }
  }

  private static let introduction = [
    """
    With --json a command prints exactly one JSON object, on a terminal in lines, in a pipe compact. \
    Its "schema" names the form and a number; within that number no key disappears or changes its type, and keys may be added.
    """,
    """
    Below, a.b is key b of object a, and a[].b is key b of each element of array a. \
    "null" beside a type: the value may be unknown. \
    GUIDs are 16 lower-case hexadecimal digits, MAC addresses have colons, times are ISO 8601 in UTC, \
    sizes are bytes. \
    Enumerations are lower case.
    """,
    """
    A command that fails prints an object of schema rdmactl.error/1 on standard output, and its exit status says which kind of \
    failure it was.
    """,
  ]
}
