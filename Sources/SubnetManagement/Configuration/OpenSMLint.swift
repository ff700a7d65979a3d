public import Vocabulary

/// Checks the files of opensm: what it will ignore, correct or fail on, and what will hurt the subnet.
public enum OpenSMLint {
  /// What is known of a path that a configuration names.
  public struct FileFact: Sendable, Equatable {
    public var exists: Bool
    public var isWorldWritable: Bool

    public init(exists: Bool, isWorldWritable: Bool = false) {
      self.exists = exists
      self.isWorldWritable = isWorldWritable
    }
  }

  /// Which opensm will read a file.
  public enum Program: Sendable, Equatable {
    /// That of the distributions, 3.3.23 and its like.
    case inbox
    /// NVIDIA's, 4 and later: keys that are not known here may be its own.
    case nvidia
    /// None is installed here, or it was not looked for.
    case unknown

    /// - Parameter version: the output of `opensm --version`.
    public init(version: String) {
      let digits = version.split(whereSeparator: { !$0.isNumber && $0 != "." }).lazy
        .compactMap { $0.split(separator: ".").first.flatMap { Int($0) } }.first
      self = digits.map { $0 >= 4 ? .nvidia : .inbox } ?? .unknown
    }
  }

  /// Facts about the machine; all of them are optional.
  public struct Surroundings: Sendable {
    /// What is at a path; `nil` when it could not be found out.
    public var file: @Sendable (_ path: String) -> FileFact?
    /// The port GUIDs of this machine; `nil` when they could not be had.
    public var localPorts: [GUID]?
    /// The priorities of the other subnet managers of the subnet.
    public var otherPriorities: [Int]
    public var program: Program
    /// Whether the file is where opensm reads it, so that its paths are paths of this machine.
    public var isInPlace: Bool

    public init(
      file: @escaping @Sendable (_ path: String) -> FileFact? = { _ in nil }, localPorts: [GUID]? = nil,
      otherPriorities: [Int] = [], program: Program = .unknown, isInPlace: Bool = true
    ) {
      self.program = program
      self.isInPlace = isInPlace
      self.file = file
      self.localPorts = localPorts
      self.otherPriorities = otherPriorities
    }
  }

  /// The finding of a file that is not text. Do not check anything else of it then.
  public static func problems(ofUnreadable bytes: [UInt8], file: String) -> [Problem] {
    bytes.contains(0) ? [OpenSMLintProblem.noText.at(file)] : []
  }

  /// The findings of an opensm.conf, in the order of its lines.
  public static func problems(
    of configuration: OpenSMConfiguration, surroundings: Surroundings = Surroundings()
  ) -> [Problem] {
    let lint = OpenSMConfigurationLint(configuration: configuration, surroundings: surroundings)
    return (lint.lines + lint.values + lint.combinations + lint.paths).sorted { $0.line < $1.line }.map(\.problem)
  }
}

/// A finding and where it belongs.
struct LintFinding {
  let line: Int
  let problem: Problem
}

/// The findings of one opensm.conf.
struct OpenSMConfigurationLint {
  let configuration: OpenSMConfiguration
  let surroundings: OpenSMLint.Surroundings
  let state: OpenSMState

  init(configuration: OpenSMConfiguration, surroundings: OpenSMLint.Surroundings) {
    self.configuration = configuration
    self.surroundings = surroundings
    state = OpenSMState(configuration)
  }

  func finding(
    _ problem: OpenSMLintProblem, _ line: Int?, _ detail: String? = nil, evidence: [String] = [], fix: [String] = []
  ) -> LintFinding {
    LintFinding(
      line: line ?? 0,
      problem: problem.at(configuration.file, line, detail: detail, evidence: evidence, fix: fix))
  }

  /// At the line that counts for a key.
  func finding(
    _ problem: OpenSMLintProblem, of key: String, _ detail: String? = nil, fix: [String] = []
  ) -> LintFinding {
    let value = state.values[key].flatMap { value in OpenSMOption.named(key)?.spelling(of: value) } ?? ""
    return finding(problem, state.lines[key], detail, evidence: ["\(key)=\(value)"], fix: fix)
  }

  /// The lines as such: keys that are none, keys given twice.
  var lines: [LintFinding] {
    var found: [LintFinding] = []
    var last: [String: Int] = [:]
    for (index, entry) in configuration.entries.enumerated() where !entry.continuesLongLine {
      guard let option = OpenSMOption.named(entry.key) else { continue }
      // A line that opensm ignores does not win.
      if case .success = option.read(entry.value, over: .text(nil)) { last[option.name] = index }
    }
    var strangers = 0
    for (index, entry) in configuration.entries.enumerated() {
      if entry.continuesLongLine {
        found.append(finding(.longLine, entry.line, fix: ["shorten the line to less than 1,000 characters"]))
      } else if let option = OpenSMOption.named(entry.key) {
        guard let winner = last[option.name], winner > index, !mayRepeat(option) else { continue }
        let detail = "\(entry.key), and again in line \(configuration.entries[winner].line)"
        found.append(finding(.duplicateKey, entry.line, detail, fix: ["remove line \(entry.line)"]))
      } else if let problem = unknown(entry, suggesting: strangers < Self.mostSuggestions) {
        strangers += 1
        found.append(problem)
      }
    }
    if let first = configuration.entries.first(where: { $0.key.utf8.contains(0x0d) }) {
      found.append(
        finding(.carriageReturns, first.line, fix: ["sed -i 's/\\r$//' \(ShellWord.quoted(configuration.file))"]))
    }
    return found
  }

  /// Comparing a word with every key takes its time, and a file full of strangers is not one of opensm's.
  private static let mostSuggestions = 50

  private func mayRepeat(_ option: OpenSMOption) -> Bool {
    if case .perServiceLevel = option.type { true } else { false }
  }

  private func unknown(_ entry: OpenSMConfiguration.Entry, suggesting: Bool) -> LintFinding? {
    // An empty line with a Windows line end; there is one finding for the whole file.
    if entry.key == "\r" { return nil }
    if let words = OpenSMForeignKeys.nvidia[entry.key] {
      if surroundings.program == .nvidia { return nil }
      return finding(nvidia, entry.line, "\(entry.key) (\(words))")
    }
    if surroundings.program == .nvidia { return finding(.unknownToUs, entry.line, Spelling.shown(entry.key)) }
    if let equals = entry.key.firstIndex(of: "=") {
      let key = String(entry.key[..<equals])
      if let option = OpenSMOption.named(key) {
        return finding(.equalsSign, entry.line, "\(Spelling.shown(entry.key))", fix: ["write \(option.name) VALUE"])
      }
    }
    if let known = OpenSMForeignKeys.synonyms[entry.key] {
      return finding(.unknownKey, entry.line, Spelling.shown(entry.key), fix: ["write \(known) if that is meant"])
    }
    if let words = OpenSMOption.otherVersions[entry.key] {
      return finding(.otherVersion, entry.line, "\(entry.key) (\(words))", fix: ["remove line \(entry.line)"])
    }
    let near = suggesting ? Spelling.nearest(to: entry.key, among: OpenSMOption.all.flatMap(\.names)) : nil
    let fix = near.map { ["write \($0) if that is meant"] } ?? ["remove line \(entry.line)"]
    return finding(.unknownKey, entry.line, Spelling.shown(entry.key), fix: fix)
  }

  /// Each value by itself.
  var values: [LintFinding] {
    configuration.entries.flatMap { entry -> [LintFinding] in
      guard !entry.continuesLongLine, let option = OpenSMOption.named(entry.key) else { return [] }
      return findings(of: entry, option)
    }
  }

  /// A setting for NVIDIA's opensm matters where the other one reads it.
  private var nvidia: OpenSMLintProblem {
    surroundings.program == .inbox && surroundings.isInPlace ? .nvidiaIgnored : .nvidiaOnly
  }

  private func findings(of entry: OpenSMConfiguration.Entry, _ option: OpenSMOption) -> [LintFinding] {
    if entry.value.hasPrefix("=") {
      let rest = entry.value.dropFirst().drop { $0 == " " || $0 == "\t" }
      return [
        finding(
          .equalsSign, entry.line, "\(entry.key) \(Spelling.shown(entry.value))", fix: ["write \(option.name) \(rest)"])
      ]
    }
    if option.name == "guid", entry.value.contains(","),
      entry.value.split(separator: ",").allSatisfy({ GUID(String($0)) != nil })
    {
      if surroundings.program == .nvidia { return [] }
      return [finding(nvidia, entry.line, "guid \(Spelling.shown(entry.value)) (one port only)")]
    }
    let shown = "\(entry.key) \(Spelling.shown(entry.value))"
    let fix = option.expectation.map { ["write \(entry.key) with \($0)"] } ?? []
    switch option.read(entry.value, over: .text(nil)) {
    case .failure(let error):
      let problem: OpenSMLintProblem = error.rejection == .outOfRange ? .outOfRange : .badValue
      return [finding(problem, entry.line, shown, fix: fix)]
    case .success(.flag) where entry.value != "TRUE" && entry.value != "FALSE":
      return [finding(.notBoolean, entry.line, shown, fix: ["write \(entry.key) TRUE or \(entry.key) FALSE"])]
    case .success(.text(nil)) where option.type == .choice:
      return [finding(.crash, entry.line, shown, fix: fix)]
    case .success(.text(let text)) where option.type == .routingEngines:
      return engines(text ?? "", entry.line)
    case .success(let value) where !option.accepts(value):
      return [finding(.outOfRange, entry.line, shown, fix: fix)]
    case .success(let value):
      return numberFindings(value, of: entry, option, shown)
    }
  }

  private func numberFindings(
    _ value: OpenSMValue, of entry: OpenSMConfiguration.Entry, _ option: OpenSMOption, _ shown: String
  ) -> [LintFinding] {
    switch (option.type, value) {
    case (.signed, .signed(let number)):
      if !CNumber(entry.value).isWhole { return [finding(.badValue, entry.line, shown)] }
      return (-1...255).contains(number) ? [] : [finding(.outOfRange, entry.line, shown)]
    case (.unsigned, .number(let number)):
      let digits = entry.value.drop { $0 == "+" || $0 == "-" }
      if digits.count > 1, digits.first == "0", digits.dropFirst().allSatisfy(\.isNumber), number > 7 {
        return [finding(.octal, entry.line, "\(shown) is \(number)", fix: ["write it without the leading zero"])]
      }
      return entry.value.hasPrefix("-") ? [finding(.outOfRange, entry.line, shown)] : []
    case (.arbitration, .text(let text?)):
      return Self.isArbitration(text)
        ? [] : [finding(.badValue, entry.line, shown, fix: ["write VL:weight pairs with commas"])]
    case (.serviceLevelMap, .text(let text?)):
      return Self.isServiceLevelMap(text)
        ? [] : [finding(.badValue, entry.line, shown, fix: ["write 16 virtual lanes (0 to 15) with commas"])]
    default: return []
    }
  }

  private static func isArbitration(_ text: String) -> Bool {
    let pairs = text.split(separator: ",")
    return pairs.count <= 64
      && pairs.allSatisfy { pair in
        let numbers = pair.split(separator: ":", omittingEmptySubsequences: false).map { CNumber($0) }
        return numbers.count == 2 && numbers.allSatisfy(\.isWhole) && numbers[0].value <= 14 && numbers[1].value <= 255
      }
  }

  private static func isServiceLevelMap(_ text: String) -> Bool {
    let lanes = text.split(separator: ",").map { CNumber($0) }
    return lanes.count == 16 && lanes.allSatisfy { $0.isWhole && $0.value <= 15 }
  }

  private func engines(_ text: String, _ line: Int) -> [LintFinding] {
    let names = text.split { $0 == "," || $0 == " " || $0 == "\t" }.map(String.init)
    let known = OpenSMOption.routingEngineNames
    return names.filter { !known.contains($0) && $0 != "no_fallback" }.compactMap { name in
      if let instead = OpenSMForeignKeys.nvidiaEngines[name] {
        if surroundings.program == .nvidia { return nil }
        return finding(
          nvidia, line, "routing engine \(name)", fix: ["write \(instead) for an opensm without adaptive routing"])
      }
      if surroundings.program == .nvidia { return finding(.unknownToUs, line, Spelling.shown(name)) }
      let near = Spelling.nearest(to: name, among: known)
      let fix = near.map { ["write \($0) if that is meant"] } ?? ["use one of: " + known.joined(separator: ", ")]
      return finding(.unknownEngine, line, Spelling.shown(name), fix: fix)
    }
  }
}

extension OpenSMOption {
  /// What a value of this key must be.
  var expectation: String? {
    switch type {
    case .choice: "one of " + choices.joined(separator: ", ")
    case .unsigned(let bits, _):
      if let allowed {
        allowed.map { $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound) to \($0.upperBound)" }
          .joined(separator: " or ")
      } else {
        "a number of \(bits) bits, decimal or 0x…"
      }
    case .portMask: "hexadecimal digits"
    case .congestionEntry, .congestionTable: "shift:multiplier"
    case .perServiceLevel: "a service level (0 to 15) and a number"
    default: nil
    }
  }
}
