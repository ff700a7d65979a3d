/// The work of a fold: hosts of one make are compared with what most of them have.
struct FleetFolding {
  private typealias Field = AnswerScanner.Field

  private let reader: FleetReader
  private let golden: FleetReader.Host?
  private let filter: FieldFilter
  private let schema: UInt32?
  /// Hosts with answers that can be compared.
  private let hosts: [String: FleetReader.Host]
  private let silent: [String: String]
  /// By path: whether the field is compared, as far as it was asked for.
  private var compared: [UInt32: Bool] = [:]

  /// Hosts with the same parts of the same models.
  private struct Make: Hashable {
    let parts: [Part]

    struct Part: Hashable {
      let key: UInt32
      let model: UInt32?
    }

    init(_ host: FleetReader.Host) {
      parts = host.parts.values.map { Part(key: $0.key, model: $0.model) }.sorted { $0.key < $1.key }
    }

    var keys: Set<UInt32> { Set(parts.map(\.key)) }
  }

  /// What most hosts of a make have.
  private struct Usual {
    var labels: [UInt32: UInt32] = [:]
    var values: [UInt32: [UInt32: UInt32]] = [:]
  }

  init(reader: FleetReader, golden name: String?, filter: FieldFilter) {
    self.reader = reader
    self.filter = filter
    golden = name.flatMap { reader.hosts[$0] }
    var others = reader.hosts
    if let name { others[name] = nil }
    var counts: [UInt32: Int] = [:]
    for host in others.values { for schema in host.schemas { counts[schema, default: 0] += 1 } }
    func text(_ schema: UInt32) -> String { reader.scanner.values.plain(schema) }
    let common =
      golden?.schemas.first
      ?? counts.max { ($0.value, text($1.key)) < ($1.value, text($0.key)) }?.key
    schema = common
    var hosts: [String: FleetReader.Host] = [:]
    var silent: [String: String] = [:]
    for (name, host) in others {
      if let fault = host.fault, fault.isDecisive || host.parts.isEmpty {
        silent[name] = fault.reason
      } else if let other = host.schemas.first(where: { $0 != common }) {
        silent[name] = "no answer: \(text(other)), not \(common.map(text) ?? "")"
      } else {
        hosts[name] = host
      }
    }
    (self.hosts, self.silent) = (hosts, silent)
  }

  var fold: Fold {
    var work = self
    return Fold(groups: work.groups(), schema: schema.map { reader.scanner.values.plain($0) })
  }

  private mutating func groups() -> [Fold.Group] {
    var unanswered: [String: [String]] = [:]
    for (name, reason) in silent { unanswered[reason, default: []].append(name) }
    var groups = unanswered.map { Fold.Group(kind: .noAnswer, hosts: sorted($0.value), reason: $0.key) }
      .sorted(by: precedes)
    var makes: [Make: [String]] = [:]
    for (name, host) in hosts { makes[Make(host), default: []].append(name) }
    let known = makes.mapValues { sorted($0) }
    var (odd, most): ([Fold.Group], [Fold.Group]) = ([], [])
    for (make, names) in known {
      let reference = golden == nil ? self.reference(for: make, among: known) : nil
      let isAlone = reference == nil && golden == nil && names.count == 1 && known.contains { $0.value.count > 1 }
      let models = golden.map { [$0] } ?? (known[reference ?? make] ?? []).compactMap { hosts[$0] }
      let usual = self.usual(of: models)
      let configuration = known.count > 1 ? words(for: make) : nil
      var found: [[Fold.Difference]: [String]] = [:]
      var cache: [[Int]: [Fold.Difference]] = [:]
      for name in names {
        guard let host = hosts[name] else { continue }
        let shapes = host.parts.values.sorted { $0.key < $1.key }.map(\.shape)
        let differences = cache[shapes] ?? self.differences(of: host, from: usual)
        cache[shapes] = differences
        found[differences, default: []].append(name)
      }
      for (differences, names) in found {
        let isUsual = differences.isEmpty && !isAlone
        let group = Fold.Group(
          kind: isUsual ? .most : .odd, hosts: sorted(names),
          configuration: isUsual || isAlone ? configuration : nil, differences: differences)
        if isUsual { most.append(group) } else { odd.append(group) }
      }
    }
    groups += merged(odd).sorted(by: precedes)
    if most.count == 1 { most[0].configuration = nil }
    return groups + most.sorted { precedes($1, $0) }
  }

  /// Hosts of several makes may differ from the same usual ones in the same way.
  private func merged(_ groups: [Fold.Group]) -> [Fold.Group] {
    var all: [[Fold.Difference]: Fold.Group] = [:]
    var rest: [Fold.Group] = []
    for group in groups {
      if group.differences.isEmpty {
        rest.append(group)
      } else if let other = all[group.differences] {
        all[group.differences] = Fold.Group(
          kind: .odd, hosts: sorted(other.hosts + group.hosts), configuration: other.configuration,
          differences: group.differences)
      } else {
        all[group.differences] = group
      }
    }
    return rest + all.values
  }

  private func sorted(_ names: [String]) -> [String] { names.sorted(by: NodeSet.precedes) }

  private func precedes(_ left: Fold.Group, _ right: Fold.Group) -> Bool {
    if left.hosts.count != right.hosts.count { return left.hosts.count < right.hosts.count }
    return NodeSet.precedes(left.hosts.first ?? "", right.hosts.first ?? "")
  }

  /// The make that hosts of a rare one were meant to be: a single host, or few that lack parts of what many have.
  private func reference(for make: Make, among makes: [Make: [String]]) -> Make? {
    let count = makes[make]?.count ?? 0
    let keys = make.keys
    let candidates = makes.filter { other, names in
      guard other != make, names.count > count else { return false }
      let shared = other.keys.intersection(keys).count
      guard shared * 2 >= max(other.keys.count, keys.count), shared > 1 else { return false }
      return count == 1 || count * 2 < names.count && Set(make.parts).isSubset(of: other.parts)
    }
    return candidates.max {
      ($0.value.count, $1.value.first ?? "") < ($1.value.count, $0.value.first ?? "")
    }?.key
  }

  // MARK: What is usual

  private func usual(of hosts: [FleetReader.Host]) -> Usual {
    var shapes: [UInt32: [Int: Int]] = [:]
    var labels: [UInt32: [UInt32: Int]] = [:]
    for host in hosts {
      for part in host.parts.values {
        shapes[part.key, default: [:]][part.shape, default: 0] += 1
        labels[part.key, default: [:]][part.label, default: 0] += 1
      }
    }
    var usual = Usual()
    for (key, counts) in labels { usual.labels[key] = winner(counts) }
    for (key, counts) in shapes {
      let total = counts.values.reduce(0, +)
      var values: [UInt32: [UInt32: Int]] = [:]
      for (shape, count) in counts {
        for field in reader.shapes[shape] { values[field.path, default: [:]][field.value, default: 0] += count }
      }
      usual.values[key] = values.compactMapValues { counts in
        // Most hosts may have none.
        let present = counts.values.reduce(0, +)
        guard let winner = winner(counts), counts[winner] ?? 0 >= total - present else { return nil }
        return winner
      }
    }
    return usual
  }

  /// Of values that as many hosts have, the one whose text comes last: of two versions that is mostly the newer.
  private func winner(_ counts: [UInt32: Int]) -> UInt32? {
    counts.max { left, right in
      left.value == right.value
        ? reader.scanner.values[left.key] < reader.scanner.values[right.key] : left.value < right.value
    }?.key
  }

  // MARK: Differences

  private mutating func differences(of host: FleetReader.Host, from usual: Usual) -> [Fold.Difference] {
    var found: [Fold.Difference] = []
    let keys = Set(host.parts.keys).union(usual.values.keys)
    for key in keys.sorted(by: { plain($0) < plain($1) }) {
      let label = usual.labels[key] ?? host.parts[key]?.label ?? key
      let subject = plain(label)
      guard let part = host.parts[key] else {
        let place = label == key ? subject : "\(subject) (\(plain(key)))"
        found.append(.init(kind: .missing, subject: place, name: "missing", value: nil, most: nil))
        continue
      }
      guard let most = usual.values[key] else {
        let place = part.label == key ? plain(key) : "\(plain(part.label)) (\(plain(key)))"
        found.append(.init(kind: .extra, subject: place, name: "not on most hosts", value: nil, most: nil))
        continue
      }
      found += differences(of: reader.shapes[part.shape], from: most, subject: subject)
    }
    return found
  }

  private mutating func differences(of fields: [Field], from most: [UInt32: UInt32], subject: String)
    -> [Fold.Difference]
  {
    let mine = Dictionary(fields.map { ($0.path, $0.value) }) { first, _ in first }
    var problems: [Fold.Difference] = []
    var others: [(path: String, difference: Fold.Difference)] = []
    for path in Set(mine.keys).union(most.keys) where mine[path] != most[path] && isCompared(path) {
      if let id = reader.problems[path] {
        problems.append(
          .init(kind: mine[path] == nil ? .noProblem : .problem, subject: subject, name: id, value: nil, most: nil))
        continue
      }
      let text = reader.scanner.paths[path]
      others.append(
        (
          text,
          .init(
            kind: .field, subject: subject, name: Self.shown(text), value: mine[path].map { plain($0) },
            most: most[path].map { plain($0) })
        ))
    }
    let told = problems.filter { $0.kind == .problem }.map(\.name)
    let unexplained = others.filter { field in !told.contains { AnswerForm.explains($0, field.path) } }
    return problems.sorted { $0.name < $1.name } + unexplained.sorted { $0.path < $1.path }.map(\.difference)
  }

  private mutating func isCompared(_ path: UInt32) -> Bool {
    if let known = compared[path] { return known }
    let result =
      reader.problems[path].map(filter.containsProblem) ?? filter.contains(reader.scanner.paths[path])
    compared[path] = result
    return result
  }

  /// Nearly every adapter has one port.
  private static func shown(_ path: String) -> String {
    path.hasPrefix("ports.1.") ? String(path.dropFirst("ports.1.".count)) : path
  }

  private func plain(_ value: UInt32) -> String { reader.scanner.values.plain(value) }

  /// `8 × ConnectX-7`
  private func words(for make: Make) -> String {
    var counts: [String: Int] = [:]
    for part in make.parts {
      guard let model = part.model else { continue }
      counts[plain(model), default: 0] += 1
    }
    let words = counts.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }
    return words.isEmpty ? "\(max(0, make.parts.count - 1)) parts" : words.joined(separator: ", ")
  }
}
