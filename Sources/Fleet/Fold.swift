/// What many hosts have in common, and what few have otherwise.
package struct Fold: Sendable {
  package struct Difference: Hashable, Sendable {
    package enum Kind: String, Sendable { case field, problem, missing, extra, noProblem = "no_problem" }

    package let kind: Kind
    /// The adapter, interface or subnet manager, as most hosts call it.
    package let subject: String
    /// The field, or the id of the problem.
    package let name: String
    package let value: String?
    package let most: String?
  }

  package struct Group: Sendable {
    package enum Kind: String, Sendable { case noAnswer = "no_answer", odd, most }

    package let kind: Kind
    package let hosts: [String]
    /// Why there is no answer.
    package var reason: String?
    /// What the hosts have, where there are several kinds: `8 × ConnectX-7`.
    package var configuration: String?
    package var differences: [Difference] = []

    package var nodes: String { NodeSet.fold(hosts) }
  }

  /// Those that did not answer, then the odd ones, the rarest first, then the others.
  package let groups: [Group]
  /// The schema of the answers.
  package let schema: String?

  package var hostCount: Int { groups.reduce(0) { $0 + $1.hosts.count } }
  package var isOdd: Bool { groups.contains { $0.kind == .odd } }
  package var isIncomplete: Bool { groups.contains { $0.kind == .noAnswer } }
}

/// Only these fields are compared: `firmware` stands for `firmware_version` too.
package struct FieldFilter: Sendable {
  private let names: [String]

  package init(_ names: [String] = []) { self.names = names.map { $0.lowercased() } }

  func contains(_ path: String) -> Bool {
    guard !names.isEmpty else { return true }
    return names.contains { name in
      path == name
        || path.split(separator: ".").contains { $0.lowercased() == name || $0.lowercased().hasPrefix(name + "_") }
    }
  }

  func containsProblem(_ id: String) -> Bool {
    names.isEmpty || names.contains("problems") || names.contains { id.hasPrefix($0) }
  }
}

extension FleetReader {
  /// - Parameter golden: the answer that every host should have, read by the same reader under this name.
  package func fold(against golden: String? = nil, only filter: FieldFilter = FieldFilter()) -> Fold {
    FleetFolding(reader: self, golden: golden, filter: filter).fold
  }
}

extension FleetReader {
  /// Reads the answer that every host should have.
  /// - Returns: the name for ``fold(against:only:)``; `nil` where it is no answer.
  package mutating func takeGolden(_ bytes: [UInt8]) -> String? {
    let name = "\u{1}golden"
    take(line: bytes, of: name)
    return hosts[name]?.parts.isEmpty == false ? name : nil
  }
}
