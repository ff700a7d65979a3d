internal import CardRegisters
internal import Change
internal import HostAccess
internal import Vocabulary

/// Sets the type of ports of a ConnectX-3 through its driver: `/sys/bus/pci/devices/ADDRESS/mlx4_port1`.
///
/// The files hold `ib`, `eth` or `auto (ib)`. Source: Linux `drivers/net/ethernet/mellanox/mlx4/main.c` (`show_port_type`,
/// `set_port_type`).
struct PortTypeWriter: ChangeWriter {
  typealias Access = NoAccess

  let kind = "link"
  let action = "type"
  let locks = [ChangeLock.own("link")]
  let endsWithBoot = true
  private let host: Host
  private let address: String
  private let ports: [Int]
  private let wanted: LinkKind

  private static let directory = "/sys/bus/pci/devices"
  private static let file = "mlx4_port"

  /// - Parameter ports: none for undo alone.
  init(host: Host, address: String = "", ports: [Int] = [], kind wanted: LinkKind = .auto) {
    self.host = host
    self.address = address
    self.ports = ports
    self.wanted = wanted
  }

  /// The ports that have such a file.
  static func ports(in directory: String, _ host: Host) -> [Int] {
    ((try? host.files.list(directory)) ?? []).compactMap {
      $0.hasPrefix(file) ? Int($0.dropFirst(file.count)) : nil
    }.sorted()
  }

  func plan(_ access: NoAccess) throws -> ChangePlan<SettingsPlan> {
    var plan = SettingsPlan()
    var changes: [PlannedChange] = []
    for port in ports {
      let place = ChangePlace(ChangeObject(address), "\(Self.file)\(port)")
      let before = try value(place)
      guard before.text != wanted.rawValue else {
        plan.already.append(place.key)
        continue
      }
      plan.rows.append(
        SettingsPlan.Row(
          name: place.key, factory: nil, current: before.text, before: before.text, after: wanted.rawValue))
      changes.append(PlannedChange(place, before: before, after: ChangeValue(wanted.rawValue)))
    }
    return ChangePlan(
      plan, steps: changes.map { ChangeStep([$0]) }, subject: address,
      question: "Change the type of \(changes.count == 1 ? "this port" : "these ports") of \(address)?",
      card: ChangeScope.Card(guid: nil, address: address))
  }

  func read(_ places: Set<ChangePlace>, _ access: NoAccess) throws -> ChangeSnapshot {
    try Dictionary(uniqueKeysWithValues: places.map { ($0, try value($0)) })
  }

  func write(_ changes: [PlannedChange], _ access: NoAccess, _ log: ChangeLog) throws {
    for change in changes {
      do throws(NetworkFailure) {
        // The driver takes the word with its line end only.
        try host.network.write(change.after.text + "\n", to: path(change.place))
      } catch {
        throw PortTypeFailure(place: change.place.title, error)
      }
    }
  }

  private func path(_ place: ChangePlace) -> String {
    "\(Self.directory)/\(place.object?.name ?? "")/\(place.key)"
  }

  /// The first word: `auto` of `auto (ib)`.
  private func value(_ place: ChangePlace) throws -> ChangeValue {
    do throws(FileError) {
      let words = try host.files.text(path(place)).split(separator: " ")
      return ChangeValue(words.first.map(String.init) ?? "unknown")
    } catch {
      throw PortTypeFailure(place: place.title, error)
    }
  }
}

/// Why a port's type could not be read or set.
private struct PortTypeFailure: Failure {
  let id = "link.type_refused"
  let message: String
  let subject: String?
  let fix: [String] = []
  let exitStatus: ExitStatus

  init(place: String, _ error: NetworkFailure) {
    subject = place
    switch error {
    case .refused(let refusal):
      message = "the driver refused the type: \(refusal.explanation)"
      exitStatus = refusal.isPermission ? .notPermitted : .unsupported
    case .recorded:
      message = "a recorded machine cannot be changed"
      exitStatus = .unsupported
    case .noFamily(let words), .failed(let words):
      message = "the type cannot be written: \(words)"
      exitStatus = .failed
    }
  }

  init(place: String, _ error: FileError) {
    subject = place
    message = "the port's type \(error.explanation)"
    exitStatus = error.exitStatus
  }
}
