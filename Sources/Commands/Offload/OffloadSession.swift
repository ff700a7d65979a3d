internal import Change
internal import HostAccess
internal import Offload
internal import Vocabulary

/// The settings of this machine for one call.
struct OffloadSession {
  let host: Host
  let settings: KernelSettings

  init(_ host: Host) {
    self.host = host
    settings = KernelSettings(host)
  }

  func writer(
    _ requests: [SettingRequest] = [], members: Bool = false, action: String = "set"
  ) -> OffloadWriter {
    OffloadWriter(host, settings: settings, requests: requests, members: members, action: action)
  }

  /// - Parameter names: only these interfaces; `nil` for all.
  /// - Throws: `OffloadFailure`, ``InterfaceNameFailure``.
  func state(of names: [String]?) throws -> OffloadState {
    let state: OffloadState
    do { state = try settings.read(names) } catch { throw OffloadFailure.unreadable(error) }
    for name in names ?? [] where !state.interfaces.contains(where: { $0.name == name }) {
      throw InterfaceNameFailure.unknown(name, known: state.interfaces.map(\.name))
    }
    return state
  }
}
