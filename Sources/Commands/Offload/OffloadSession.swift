internal import HostAccess
internal import Offload
internal import Vocabulary

/// The settings of this machine for one call.
struct OffloadSession {
  let host: Host
  let settings: KernelSettings

  /// Seconds.
  private let patience: Int

  /// - Parameter patience: how many seconds to wait for another call that is changing settings.
  init(_ host: Host, patience: Int = 0) {
    self.host = host
    self.patience = patience
    settings = KernelSettings(host)
  }

  var engine: OffloadEngine { OffloadEngine(host, settings: settings, patience: patience) }

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
