internal import HostAccess
internal import Offload
internal import Presentation
internal import Vocabulary

/// The settings of an interface as texts by name: what can be compared, whether it was read now or saved once.
struct ComparedSettings: Equatable {
  let name: String
  let values: [String: String]

  init(name: String, values: [String: String]) {
    self.name = name
    self.values = values
  }

  init(_ interface: InterfaceState) {
    name = interface.name
    var values: [String: String] = [:]
    // Interrupts have numbers that differ between any two interfaces, and between any two boots.
    for (knob, state) in interface.knobs where knob.kind != .interrupt {
      let label = Self.label(knob.kind.rawValue, knob.name, of: interface.name)
      values[label] =
        knob.kind == .feature ? Self.feature(wanted: state.value == "on", active: state.effective == "on") : state.value
    }
    self.values = values
  }

  static func feature(wanted: Bool, active: Bool) -> String {
    (active ? "on" : "off") + (wanted == active ? "" : " (wanted \(wanted ? "on" : "off"))")
  }

  /// The same for all interfaces: a sysctl has the interface's name in its own.
  static func label(_ kind: String, _ name: String, of interface: String) -> String {
    guard kind == Knob.Kind.sysctl.rawValue else { return "\(kind) \(name)" }
    let pieces = name.split(separator: ".", omittingEmptySubsequences: false)
    guard pieces.count > 4, pieces[2] == "conf" else { return "\(kind) \(name)" }
    return "\(kind) \(pieces[..<3].joined(separator: ".")).*.\(pieces[pieces.count - 1])"
  }
}

/// The answer of `rdmactl offload show --diff`.
struct OffloadDifference: StreamedAnswer {
  struct Line: Equatable {
    let interface: String
    let setting: String
    let before: String?
    let now: String?
  }

  static let schema = "rdmactl.offload.diff/1"
  private let lines: [Line]
  /// What the two columns are.
  private let titles: (before: String, now: String)
  let notes: [Note]

  /// - Parameters:
  ///   - names: the kernel's names of what is compared; none: everything that the file has.
  ///   - other: an interface, or a file.
  static func make(of names: [String], with other: String, session: OffloadSession) throws -> OffloadDifference {
    if names.count == 1, let second = try? InterfaceNames(host: session.host).resolve([other]), second.count == 1 {
      return try between(names[0], second[0], session: session)
    }
    // A name without a file of that name is more likely to be meant as an interface's.
    guard session.host.store.permissions(other) != nil else {
      throw InterfaceNameFailure.unknown(other, known: session.host.interfaceNames)
    }
    let saved = try UserFile(other, what: "the saved answer", host: session.host).decode(SavedOffload.self)
    return since(saved, named: other, only: names, now: try session.state(of: nil))
  }

  private static func between(_ first: String, _ second: String, session: OffloadSession) throws -> OffloadDifference {
    let state = try session.state(of: [first, second])
    let pair = [first, second].compactMap { name in state.interfaces.first { $0.name == name } }
    guard pair.count == 2 else { throw InterfaceNameFailure.unknown(second, known: state.interfaces.map(\.name)) }
    return OffloadDifference(
      lines: lines(ComparedSettings(pair[0]), ComparedSettings(pair[1]), as: first), titles: (first, second),
      notes: state.notes)
  }

  private static func since(
    _ saved: SavedOffload, named file: String, only names: [String], now state: OffloadState
  ) -> OffloadDifference {
    var found: [Line] = []
    for name in names.isEmpty ? saved.interfaces.map(\.name) : names {
      let before = saved.interfaces.first { $0.name == name }
      let now = state.interfaces.first { $0.name == name }.map { ComparedSettings($0) }
      switch (before, now) {
      case (let before?, let now?): found += lines(before, now, as: name)
      case (nil, nil): break
      case (_, _):
        found.append(
          Line(
            interface: name, setting: "interface", before: before.map { _ in "there" }, now: now.map { _ in "there" }
          ))
      }
    }
    if names.isEmpty {
      let machine = Dictionary(state.machine.map { ("sysctl \($0.key.name)", $0.value.value) }) { first, _ in first }
      found += lines(saved.machine, ComparedSettings(name: "", values: machine), as: "this machine")
    }
    return OffloadDifference(lines: found, titles: (file, "now"), notes: state.notes)
  }

  private static func lines(_ before: ComparedSettings, _ now: ComparedSettings, as name: String) -> [Line] {
    Set(before.values.keys).union(now.values.keys).sorted().compactMap { setting in
      let values = (before.values[setting], now.values[setting])
      guard values.0 != values.1 else { return nil }
      return Line(interface: name, setting: setting, before: values.0, now: values.1)
    }
  }

  var isEmpty: Bool { lines.isEmpty }
  var problems: [Problem] { [] }
  var quietLines: [String] { lines.map { "\($0.interface) \($0.setting)" } }

  func write(to json: inout JSONWriter) {
    json.field("same", isEmpty)
    json.array("differences", lines) { json, line in
      json.object { json in
        json.field("interface", line.interface)
        json.field("setting", line.setting)
        json.field("before", line.before)
        json.field("now", line.now)
      }
    }
  }

  func write(to page: inout Page) {
    guard !isEmpty else { return page.line("no difference", tone: .good) }
    var table = Table([.init("INTERFACE"), .init("SETTING"), .init(titles.before), .init(titles.now)])
    for line in lines {
      table.add([
        .init(line.interface), .init(line.setting), .init(line.before ?? "not there"), .init(line.now ?? "not there"),
      ])
    }
    page.table(table)
  }
}

/// What `offload show --json` printed once.
struct SavedOffload: SavedAnswer {
  static let schema = OffloadAnswer.schema
  static let command = "rdmactl offload show"

  let interfaces: [ComparedSettings]
  let machine: ComparedSettings

  private struct Feature: Decodable {
    let wanted: Bool
    let active: Bool
  }

  /// A number, a word or yes and no, as the text it was.
  private struct Text: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let flag = try? container.decode(Bool.self) {
        text = flag ? "on" : "off"
      } else if let number = try? container.decode(Int.self) {
        text = String(number)
      } else {
        text = try container.decode(String.self)
      }
    }
  }

  private struct Valued: Decodable { let value: Text }

  private struct Interface: Decodable {
    let name: String
    let features: [String: Feature]
    let rings: [String: Valued]?
    let channels: [String: Valued]?
    let coalesce: [String: Valued]?
    let rss: [String: Text?]?
    let pause: [String: Valued]?
    let link: [String: Valued]?
    let sysfs: [String: Text?]?
    let sysctl: [String: Text?]?

    var settings: ComparedSettings {
      var values: [String: String] = [:]
      func take(_ kind: Knob.Kind, _ name: String, _ text: String?) {
        values[ComparedSettings.label(kind.rawValue, name, of: self.name)] = text
      }
      let friendly = Set(KeyCatalogue.friendly.filter { $0.knobs.count > 1 }.map(\.name))
      for (name, feature) in features where !friendly.contains(name) {
        let knobs = KeyCatalogue.friendly.first { $0.name == name }?.knobs ?? []
        take(
          .feature, knobs.first?.name ?? name, ComparedSettings.feature(wanted: feature.wanted, active: feature.active))
      }
      let numbers: [(Knob.Kind, [String: Valued]?)] = [
        (.ring, rings), (.channels, channels), (.coalesce, coalesce), (.pause, pause), (.link, link),
      ]
      for (kind, section) in numbers { for (name, value) in section ?? [:] { take(kind, name, value.value.text) } }
      for (kind, section) in [(Knob.Kind.rss, rss), (.sysfs, sysfs), (.sysctl, sysctl)] {
        for (name, value) in section ?? [:] { take(kind, name, value?.text) }
      }
      return ComparedSettings(name: name, values: values)
    }
  }

  private enum CodingKeys: String, CodingKey { case interfaces, machine }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    interfaces = try container.decode([Interface].self, forKey: .interfaces).map(\.settings)
    let texts = try container.decodeIfPresent([String: Text?].self, forKey: .machine) ?? [:]
    var values: [String: String] = [:]
    for (name, text) in texts { values["sysctl \(name)"] = text?.text }
    machine = ComparedSettings(name: "", values: values)
  }
}
