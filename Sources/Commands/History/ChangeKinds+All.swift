internal import CardRegisters
package import Change
internal import GroupMembership
package import HostAccess
internal import MaskStore
internal import NetworkNamespaces
internal import Offload
internal import RoCE
internal import SCSITargets
internal import Sockets
internal import SubnetManagement
internal import TraceSession

extension ChangeKinds {
  /// Every kind of change that this program makes.
  package static func all(_ host: Host) -> ChangeKinds {
    ChangeKinds([
      OffloadWriter(host, settings: KernelSettings(host)),
      PersistWriter(host),
      FirmwareHistory(host: host),
      SettingsWriter.history(host),
      PortTypeWriter(host: host),
      MaskWriter(host),
      OpenSMWriter(host),
      OpenSMBootWriter(host),
      RoCEWriter(host),
      NamespaceModeWriter(host),
      SocketWriter(host),
      CounterWriter(targets: [], clear: nil),
      IGMPWriter(host),
      TraceWriter(host),
      TargetWriter(host),
      PortWriter(host: host, wish: nil),
    ])
  }

  /// The words of `--kind`.
  static let names = [
    "offload", "persist", "firmware", "settings", "link", "masks", "opensm", "opensm-boot", "roce", "netns", "sockets",
    "counters", "igmp", "trace", "srp", "port",
  ]
}
