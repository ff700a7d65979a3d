package import HostAccess

/// A target that this host is logged in to, as ib_srp shows it in sysfs.
/// Source: Linux, Documentation/ABI/stable/sysfs-driver-ib_srp and sysfs-transport-srp.
package struct TargetConnection: Sendable, Equatable {
  package let host: String
  package let device: String?
  package let port: Int?
  package let identifierExtension: String?
  package let controllerGUID: String?
  package let serviceIdentifier: String?
  package let partitionKey: String?
  package let sourceGID: String?
  package let destinationGID: String?
  package let channels: Int?
  package let requestLimit: Int?
  /// `port-0:1`, with its state: running, blocked, fail-fast, lost.
  package let remotePort: String?
  package let state: String?
  package let disks: [String]

  package static func all(_ files: any FileReading) -> [TargetConnection] {
    let hosts = ((try? files.list("/sys/class/scsi_host")) ?? []).filter {
      files.permissions("/sys/class/scsi_host/\($0)/ioc_guid") != nil
    }
    return hosts.map { TargetConnection($0, files) }
  }

  private init(_ host: String, _ files: any FileReading) {
    let values = (try? files.texts(in: "/sys/class/scsi_host/\(host)")) ?? [:]
    func value(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }
    func hex(_ name: String) -> String? { value(name).map { $0.hasPrefix("0x") ? String($0.dropFirst(2)) : $0 } }
    self.host = host
    device = value("local_ib_device")
    port = value("local_ib_port").flatMap { Int($0) }
    identifierExtension = hex("id_ext")
    controllerGUID = hex("ioc_guid")
    serviceIdentifier = hex("service_id")
    partitionKey = hex("pkey")
    sourceGID = value("sgid")
    destinationGID = value("dgid")
    channels = value("ch_count").flatMap { Int($0) }
    requestLimit = value("req_lim").flatMap { Int($0) }
    let number = host.drop { !$0.isNumber }
    remotePort = ((try? files.list("/sys/class/srp_remote_ports")) ?? []).first { $0.hasPrefix("port-\(number):") }
    state = remotePort.flatMap { try? files.text("/sys/class/srp_remote_ports/\($0)/state") }
    disks = ((try? files.list("/sys/class/scsi_disk")) ?? []).filter { $0.hasPrefix("\(number):") }.flatMap {
      (try? files.list("/sys/class/scsi_disk/\($0)/device/block")) ?? []
    }
  }

  /// The words that add_target would take again; `nil` where sysfs does not have them all (a login by IP address).
  package var loginText: String? {
    guard let identifierExtension, let controllerGUID, let serviceIdentifier,
      let gid = destinationGID?.split(separator: ":").joined(), gid.count == 32
    else { return nil }
    return "id_ext=\(identifierExtension),ioc_guid=\(controllerGUID),dgid=\(gid),pkey=\(partitionKey ?? "ffff"),"
      + "service_id=\(serviceIdentifier)"
  }
}
