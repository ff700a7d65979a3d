package import Change
package import HostAccess
package import Vocabulary

/// Sets the IGMP version of an interface, or of all: `igmp set`.
package struct IGMPWriter: ChangeWriter {
  package typealias Access = NoAccess

  package let kind = "igmp"
  package let action = "set"
  package let locks = [ChangeLock.own("igmp")]
  package var isOfNamespace: Bool { true }
  package var endsWithBoot: Bool { true }
  private let host: Host
  private let interface: String
  private let version: Int

  /// - Parameters:
  ///   - interface: `all` for every interface; empty for undo alone.
  ///   - version: 0 lets the kernel choose.
  package init(_ host: Host, interface: String = "", version: Int = 0) {
    self.host = host
    self.interface = interface
    self.version = version
  }

  private static let key = "igmp version"

  static func path(of interface: String) -> String { "/proc/sys/net/ipv4/conf/\(interface)/force_igmp_version" }

  package func plan(_ access: NoAccess) throws -> ChangePlan<String> {
    let place = ChangePlace(ChangeObject(interface), Self.key)
    guard !interface.contains("/"), !interface.isEmpty, let now = try read([place], access)[place] else {
      throw IGMPFailure.noInterface(interface)
    }
    let change = PlannedChange(place, before: now, after: ChangeValue(String(version)))
    return ChangePlan(
      interface, steps: now.text == change.after.text ? [] : [ChangeStep([change])], subject: interface,
      question: "Set this on \(interface)?")
  }

  package func read(_ places: Set<ChangePlace>, _ access: NoAccess) throws -> ChangeSnapshot {
    var values: ChangeSnapshot = [:]
    for place in places {
      guard let name = place.object?.name else { continue }
      do { values[place] = ChangeValue(try host.files.text(Self.path(of: name))) } catch {
        guard error.reason == .notFound else { throw IGMPFailure.unreadable(error) }
      }
    }
    return values
  }

  package func write(_ changes: [PlannedChange], _ access: NoAccess, _ log: ChangeLog) throws {
    for change in changes {
      guard let name = change.place.object?.name else { continue }
      do { try host.network.write(change.after.text, to: Self.path(of: name)) } catch {
        throw IGMPFailure.refused(name, error)
      }
    }
  }
}

package enum IGMPFailure: Failure, Equatable {
  case noInterface(String)
  case unreadable(FileError)
  case refused(String, NetworkFailure)

  package var id: String {
    switch self {
    case .noInterface: "igmp.no_interface"
    case .unreadable: "igmp.unreadable"
    case .refused: "igmp.failed"
    }
  }

  package var subject: String? {
    switch self {
    case .noInterface(let name), .refused(let name, _): name
    case .unreadable(let error): error.path
    }
  }

  package var message: String {
    switch self {
    case .noInterface: "no network interface of this name with IPv4"
    case .unreadable(let error): "the file \(error.explanation)"
    case .refused(_, .refused(let refusal)) where refusal.isPermission:
      "permission denied: needs root (CAP_NET_ADMIN)"
    case .refused(_, let failure): "the IGMP version cannot be set: \(failure.explanation)"
    }
  }

  package var fix: [String] {
    switch self {
    case .noInterface, .unreadable: ["rdmactl igmp show"]
    case .refused: []
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .noInterface: .notFound
    case .unreadable(let error): error.reason == .notPermitted ? .notPermitted : .failed
    case .refused(_, .refused(let refusal)): refusal.isPermission ? .notPermitted : .refused
    case .refused: .unsupported
    }
  }
}
