public import ArgumentParser
internal import FabricDiscovery
public import HostAccess
internal import PortStatus
public import Presentation
internal import SubnetManagement
public import Vocabulary

/// `rdmactl sm lint`
public struct SubnetManagerLint: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "lint",
    abstract: "Check opensm.conf, partitions.conf and opensm's other files for mistakes.",
    discussion: """
      Default files: /etc/opensm/opensm.conf, /etc/opensm/partitions.conf and /etc/default/opensm. Lists of GUIDs and node \
      name maps are checked too; QoS policies and torus files are recognized, not checked. Exits with 2 if there is an \
      error or a warning.

      Examples:
        rdmactl sm lint
        rdmactl sm lint ./opensm.conf ./partitions.conf
        rdmactl sm lint --show                the values that opensm uses
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("Files to check.", valueName: "file"), completion: .file())
  public var files: [String] = []

  @Flag(help: "Show the value of every key of opensm.conf, and where it comes from.")
  public var show = false

  public init() {}

  private static let usual = ["/etc/opensm/opensm.conf", "/etc/opensm/partitions.conf", "/etc/default/opensm"]

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let read: [LintedFile]
    if files.isEmpty {
      read = Self.usual.compactMap { path in
        (try? host.files.read(path, limit: LintedFile.limit)).map { LintedFile(path: path, bytes: $0) }
      }
    } else {
      read = try files.map {
        LintedFile(path: $0, bytes: try UserFile($0, what: "the configuration", host: host).bytes)
      }
    }
    let options = read.lazy.compactMap(\.configuration).first
    let surroundings = Self.surroundings(host)
    let answer = LintAnswer(
      files: read, options: options,
      problems: read.flatMap { file in
        var surroundings = surroundings
        surroundings.isInPlace = file.path.hasPrefix("/etc/") || file.path.hasPrefix(host.places.state + "/")
        return file.problems(surroundings, options: options)
      },
      isUsual: files.isEmpty, show: show)
    try output.show(answer)
    return answer.decisive.isEmpty ? .done : .checkFailed
  }

  /// The facts of this machine that a configuration depends on.
  private static func surroundings(_ host: Host) -> OpenSMLint.Surroundings {
    let inventory = InventoryReader(host: host).read(InventoryRequest())
    let guids = inventory.devices.flatMap(\.ports).filter { $0.linkLayer != .ethernet }.compactMap(\.guid)
    let files = host.files
    return OpenSMLint.Surroundings(
      file: { path in
        guard let mode = files.permissions(path) else { return .init(exists: false) }
        return .init(exists: true, isWorldWritable: mode & 0o002 != 0)
      }, localPorts: guids.isEmpty ? nil : guids, program: program(host))
  }

  /// The opensm that is installed here.
  private static func program(_ host: Host) -> OpenSMLint.Program {
    guard let program = host.processes.find("opensm"),
      let answer = try? host.processes.run(program, ["--version"], timeoutMilliseconds: 2_000)
    else { return .unknown }
    return OpenSMLint.Program(version: String(decoding: answer.output + answer.error, as: UTF8.self))
  }
}

/// A file of opensm, recognized by its name or else by its content.
struct LintedFile {
  enum Kind: Equatable {
    case configuration, partitions, defaults
    case other(OpenSMOtherFile)

    var word: String {
      switch self {
      case .configuration: "opensm.conf"
      case .partitions: "partitions.conf"
      case .defaults: "defaults"
      case .other(let file): file.rawValue
      }
    }
  }

  static let limit = 16 << 20

  let path: String
  let kind: Kind
  private let bytes: [UInt8]

  init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let text = String(decoding: bytes.prefix(1 << 16), as: UTF8.self)
    if name.contains("partition") {
      kind = .partitions
    } else if path.contains("/default/") || text.split(separator: "\n").contains(where: Self.setsPorts) {
      kind = .defaults
    } else if let other = OpenSMOtherFile(name: name, text: text) {
      kind = .other(other)
    } else {
      kind = .configuration
    }
  }

  private static func setsPorts(_ line: Substring) -> Bool { line.drop { $0 == " " || $0 == "#" }.hasPrefix("PORTS=") }

  /// Of a file that is not text there is one finding, not thousands.
  private var isText: Bool { OpenSMLint.problems(ofUnreadable: bytes, file: path).isEmpty }

  var configuration: OpenSMConfiguration? {
    kind == .configuration && isText ? OpenSMConfiguration(bytes, file: path) : nil
  }

  func problems(_ surroundings: OpenSMLint.Surroundings, options: OpenSMConfiguration?) -> [Problem] {
    guard isText else { return OpenSMLint.problems(ofUnreadable: bytes, file: path) }
    return switch kind {
    case .configuration:
      OpenSMLint.problems(of: OpenSMConfiguration(bytes, file: path), surroundings: surroundings)
    case .partitions: OpenSMLint.problems(of: PartitionsConfiguration(bytes, file: path), options: options)
    case .other(let kind): OpenSMLint.problems(of: kind, String(decoding: bytes, as: UTF8.self), file: path)
    case .defaults:
      OpenSMLint.problems(
        of: DefaultsFile(String(decoding: bytes, as: UTF8.self), file: path), localPorts: surroundings.localPorts)
    }
  }
}

/// The answer of `rdmactl sm lint`.
struct LintAnswer: Presentable {
  struct Payload: Encodable {
    let files: [FilePayload]
    let values: [ValuePayload]
  }

  struct FilePayload: Encodable {
    let path: String
    let kind: String
  }

  struct ValuePayload: Encodable {
    let key: String
    let value: String
    /// built_in, file or corrected
    let origin: String
    @ExplicitNull var file: String?
    @ExplicitNull var line: Int?
    let meaning: String
  }

  static let schema = "rdmactl.sm.lint/1"
  let files: [LintedFile]
  let problems: [Problem]
  private(set) var notes: [Note]
  private let values: [OpenSMEffectiveValue]
  private let source: String?

  /// - Parameter options: the first opensm.conf among the files.
  init(files: [LintedFile], options: OpenSMConfiguration?, problems: [Problem], isUsual: Bool, show: Bool) {
    self.files = files
    self.problems = problems
    values = show ? (options ?? OpenSMConfiguration([], file: "")).effectiveValues : []
    source = options?.file
    notes =
      isUsual && options == nil
      ? [Note(subject: "opensm.conf", message: "not found; opensm uses its built-in values")] : []
    if notes.isEmpty {
      notes = files.compactMap { file in
        guard case .other(let kind) = file.kind, !kind.isChecked else { return nil }
        return Note(subject: file.path, message: "recognized (\(kind.rawValue)), not checked")
      }
    }
  }

  var payload: Payload {
    Payload(
      files: files.map { FilePayload(path: $0.path, kind: $0.kind.word) },
      values: values.map { value in
        let (origin, line) = place(of: value)
        return ValuePayload(
          key: value.option.name, value: value.value, origin: origin, file: line == nil ? nil : source, line: line,
          meaning: value.option.meaning)
      })
  }

  var decisive: [Problem] { problems.filter { $0.severity != .info } }
  var quietLines: [String] { problems.map { "\($0.subject) \($0.id)" } }

  private func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }

  private func place(of value: OpenSMEffectiveValue) -> (origin: String, line: Int?) {
    switch value.origin {
    case .builtIn: ("built_in", nil)
    case .line(let line): ("file", line)
    case .corrected(let line): ("corrected", line)
    }
  }

  func write(to page: inout Page) {
    if !values.isEmpty {
      var table = Table([.init("KEY"), .init("VALUE"), .init("FROM"), .init("MEANING", rank: 1)])
      for value in values {
        let (origin, line) = place(of: value)
        table.add([
          .init(value.option.name), .init(value.value, tone: origin == "corrected" ? .caution : .plain),
          .init(
            line.map { "\(origin == "corrected" ? "corrected, " : "")\(source ?? ""):\($0)" } ?? "built in",
            tone: .faint),
          .init(value.option.meaning),
        ])
      }
      page.table(table)
    }
    page.problems(problems)
    page.gap()
    let names = files.map(\.path).joined(separator: ", ")
    page.line(
      files.isEmpty
        ? "no configuration of opensm found"
        : problems.isEmpty
          ? "\(names): no problem found"
          : "\(names): \(count(decisive.count, "problem")), \(count(problems.count - decisive.count, "note"))",
      tone: decisive.isEmpty ? .good : .caution)
  }
}
