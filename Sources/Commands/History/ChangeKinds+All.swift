package import Change
package import HostAccess

extension ChangeKinds {
  /// Every kind of change that this program makes.
  package static func all(_ host: Host) -> ChangeKinds { ChangeKinds([FirmwareHistory(host: host)]) }
}
