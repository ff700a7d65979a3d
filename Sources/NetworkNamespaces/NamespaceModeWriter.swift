package import Change
package import HostAccess
package import Vocabulary

/// Sets whether RDMA devices are shared by all network name spaces: `netns mode`.
package struct NamespaceModeWriter: ChangeWriter {
  package typealias Access = NoAccess

  package let kind = "netns"
  package let action = "mode"
  package let locks = [ChangeLock.own("netns")]
  package var endsWithBoot: Bool { true }
  private let host: Host
  private let wish: NamespaceMode?

  private static let place = ChangePlace(ChangeObject("rdma"), "netns mode")

  /// - Parameter wish: `nil` for undo alone.
  package init(_ host: Host, wish: NamespaceMode? = nil) {
    self.host = host
    self.wish = wish
  }

  package func plan(_ access: NoAccess) throws -> ChangePlan<NamespaceMode?> {
    let before = try read([Self.place], access)[Self.place] ?? .absent
    guard let wish, before.text != wish.rawValue else {
      return ChangePlan(wish, steps: [], subject: "rdma", question: "")
    }
    let change = PlannedChange(Self.place, before: before, after: ChangeValue(wish.rawValue))
    return ChangePlan(
      wish, steps: [ChangeStep([change])], subject: "rdma",
      question: "Set the mode of RDMA devices to \(wish.rawValue)?")
  }

  package func read(_ places: Set<ChangePlace>, _ access: NoAccess) throws -> ChangeSnapshot {
    do {
      guard let mode = try NamespaceSurvey.mode(host) else { throw NamespaceFailure.unknownMode }
      return [Self.place: ChangeValue(mode.rawValue)]
    } catch let failure as NetworkFailure {
      throw NamespaceFailure.refused(failure)
    }
  }

  package func write(_ changes: [PlannedChange], _ access: NoAccess, _ log: ChangeLog) throws {
    for change in changes {
      guard let mode = NamespaceMode(rawValue: change.after.text) else { continue }
      let request = NetlinkRequest(.rdma, RDMANetlink.systemSet, [.number(RDMANetlink.namespaceMode, mode.number)])
      do { _ = try host.network.ask(request) } catch { throw NamespaceFailure.refused(error) }
    }
  }
}

/// Why the mode could not be read or set.
package enum NamespaceFailure: Failure, Equatable {
  case unknownMode
  case refused(NetworkFailure)

  package var id: String {
    switch self {
    case .unknownMode: "netns.unknown_mode"
    case .refused(.refused(let refusal)) where refusal.isPermission: "netns.not_permitted"
    case .refused(.refused(let refusal)) where refusal.name == "EBUSY": "netns.busy"
    case .refused: "netns.failed"
    }
  }

  package var subject: String? { "rdma" }

  package var message: String {
    switch self {
    case .unknownMode: "this kernel does not report the mode (Linux 5.1 does)"
    case .refused(.refused(let refusal)) where refusal.isPermission: "permission denied: needs CAP_NET_ADMIN"
    case .refused(.refused(let refusal)) where refusal.name == "EBUSY":
      "the kernel refuses: other network name spaces exist, or a device is in one of them (EBUSY)"
    case .refused(let failure): failure.explanation
    }
  }

  package var fix: [String] { id == "netns.busy" ? ["rdmactl netns"] : [] }

  package var hint: [String] {
    switch id {
    case "netns.busy":
      ["the mode changes only while this is the only network name space: set it at boot, before containers start"]
    case "netns.not_permitted": ["run the same command as root"]
    default: []
    }
  }

  package var exitStatus: ExitStatus {
    switch id {
    case "netns.busy": .busy
    case "netns.not_permitted": .notPermitted
    default: .unsupported
    }
  }
}
