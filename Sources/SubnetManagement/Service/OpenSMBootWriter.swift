package import Change
package import HostAccess
package import Vocabulary

/// Has opensm started when the machine starts, or not: `sm enable` and `sm disable --boot`.
package struct OpenSMBootWriter: ChangeWriter {
  package typealias Access = NoAccess

  package enum Wish: Equatable, Sendable {
    case none
    case enable(GUID)
    /// `nil`: on no port.
    case disable(GUID?)
  }

  package let kind = "opensm-boot"
  package let locks = [ChangeLock.own("opensm-boot")]
  private let store: any FileReading & FileWriting
  private let wish: Wish
  private let root: String
  private let ports: [GUID]

  private static let linkKey = "link"

  /// - Parameters:
  ///   - root: before each path: the directory of a recorded machine, or "".
  ///   - ports: the InfiniBand ports of the machine.
  package init(_ host: Host, _ wish: Wish = .none, root: String = "", ports: [GUID] = []) {
    store = host.store
    self.wish = wish
    self.root = root
    self.ports = ports
  }

  package var action: String { if case .disable = wish { "disable" } else { "enable" } }

  package func plan(_ access: NoAccess) throws -> ChangePlan<OpenSMBoot> {
    let boot = OpenSMBoot(store, root: root)
    guard let unit = boot.unit, wish != .none else { throw OpenSMBootFailure.noUnit }
    if boot.isMasked { throw OpenSMBootFailure.masked }
    var steps: [ChangeStep] = []
    if boot.hasDefaults, let wanted = wanted(boot.ports), wanted != boot.ports {
      let file = ChangedFile(root + OpenSMBoot.defaults, store)
      let before = try read(file)
      let old = before == .absent ? "" : String(decoding: ChangedFile.bytes(of: before), as: UTF8.self)
      let after = ChangedFile.value(of: Array(DefaultsFile.text(old, setting: wanted).utf8))
      steps.append(
        ChangeStep([PlannedChange(file.place, before: before, after: after, reason: "PORTS=\(wanted.text)")]))
    } else if !boot.hasDefaults, case .disable(.some) = wish {
      throw OpenSMBootFailure.noPorts(unit)
    }
    for (path, target) in links(boot, unit) {
      let place = ChangePlace(ChangeObject(root + path), Self.linkKey)
      let before = try read([place], access)[place] ?? .absent
      if before != target { steps.append(ChangeStep([PlannedChange(place, before: before, after: target)])) }
    }
    return ChangePlan(
      boot, steps: steps, subject: OpenSMBoot.unitName,
      question: action == "enable" ? "Start opensm at boot?" : "No longer start opensm at boot?")
  }

  private func wanted(_ ports: DefaultsFile.Ports?) -> DefaultsFile.Ports? {
    switch wish {
    case .none, .disable(nil): nil
    case .enable(let guid): .adding(guid, to: ports)
    case .disable(.some(let guid)): .removing(guid, from: ports, all: self.ports)
    }
  }

  private func links(_ boot: OpenSMBoot, _ unit: String) -> [(String, ChangeValue)] {
    switch wish {
    case .enable: boot.isEnabled ? [] : boot.wantedLinks.map { ($0, ChangeValue(unit)) }
    case .disable(nil): boot.links.map { ($0, .absent) }
    case .none, .disable: []
    }
  }

  private func read(_ file: ChangedFile) throws(OpenSMFailure) -> ChangeValue {
    do { return try file.read() } catch { throw .unwritable(error) }
  }

  package func read(_ places: Set<ChangePlace>, _ access: NoAccess) throws -> ChangeSnapshot {
    var values: ChangeSnapshot = [:]
    for place in places {
      if place.key == Self.linkKey, let path = place.object?.name {
        do { values[place] = ChangeValue(try store.link(path)) } catch {
          guard error.reason == .notFound else { throw OpenSMFailure.unwritable(error) }
          values[place] = .absent
        }
      } else if let file = ChangedFile(place, store) {
        values[place] = try read(file)
      }
    }
    return values
  }

  package func write(_ changes: [PlannedChange], _ access: NoAccess, _ log: ChangeLog) throws {
    for change in changes {
      do {
        if change.place.key == Self.linkKey, let path = change.place.object?.name {
          if change.before != .absent { try store.remove(path) }
          if change.after != .absent { try store.makeLink(path, to: change.after.text) }
        } else {
          try ChangedFile(change.place, store)?.write(change.after)
        }
      } catch { throw OpenSMFailure.unwritable(error) }
    }
  }
}

/// Why the start of opensm at boot cannot be set.
package enum OpenSMBootFailure: Failure, Equatable {
  case noUnit
  case masked
  /// The unit has no setting for single ports.
  case noPorts(String)

  package var id: String {
    switch self {
    case .noUnit: "sm.no_unit"
    case .masked: "sm.unit_masked"
    case .noPorts: "sm.unit_without_ports"
    }
  }

  package var subject: String? { OpenSMBoot.unitName }

  package var message: String {
    switch self {
    case .noUnit: "opensm is not installed: systemd has no unit of this name"
    case .masked: "the unit is masked: systemd never starts it"
    case .noPorts(let unit): "\(unit) has no setting for single ports"
    }
  }

  package var fix: [String] {
    switch self {
    case .noUnit: []
    case .masked: ["systemctl unmask \(OpenSMBoot.unitName)"]
    case .noPorts: ["rdmactl sm disable --boot --dry-run"]
    }
  }

  package var hint: [String] { self == .noUnit ? ["install the package opensm"] : [] }

  package var exitStatus: ExitStatus {
    switch self {
    case .noUnit, .noPorts: .unsupported
    case .masked: .refused
    }
  }
}
