package import Change
package import HostAccess
internal import MaskStore
internal import Offload
internal import RoCE
internal import SubnetManagement

extension ChangeKinds {
  /// Every kind of change that this program makes.
  package static func all(_ host: Host) -> ChangeKinds {
    ChangeKinds([
      OffloadWriter(host, settings: KernelSettings(host)),
      PersistWriter(host),
      FirmwareHistory(host: host),
      MaskWriter(host),
      OpenSMWriter(host),
      RoCEWriter(host),
      CounterWriter(targets: [], clear: nil),
    ])
  }

  /// The words of `--kind`.
  static let names = ["offload", "persist", "firmware", "masks", "opensm", "roce", "counters"]
}
