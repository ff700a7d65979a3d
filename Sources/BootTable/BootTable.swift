package import HostAccess
package import Vocabulary

/// What the machine was started from over iSCSI: the iSCSI Boot Firmware Table (iBFT), as the module iscsi_ibft shows it in
/// `/sys/firmware/ibft`. Source: Linux, drivers/scsi/iscsi_boot_sysfs.c and drivers/firmware/iscsi_ibft.c.
package struct BootTable: Sendable, Equatable {
  package struct Adapter: Sendable, Equatable {
    package let name: String
    package let mac: MACAddress?
    /// The network interface of this name space that has the address.
    package let interface: String?
    package let address: String?
    package let prefixLength: Int?
    package let gateway: String?
    package let dns: [String]
    package let dhcp: String?
    package let vlan: Int?
    package let hostname: String?
    /// manual, well_known, dhcp, router_advertisement, other
    package let origin: String?
    package let flags: Int
  }

  package struct Target: Sendable, Equatable {
    package let name: String
    package let iqn: String?
    package let address: String?
    package let port: Int?
    package let lun: String?
    /// none, chap, mutual_chap
    package let authentication: String?
    /// The number of the adapter that leads to it.
    package let adapter: Int?
    package let flags: Int
  }

  package let initiator: String?
  package let adapters: [Adapter]
  package let targets: [Target]
  /// Subdirectories that could not be read, with the reason.
  package let notes: [Note]

  private static let directory = "/sys/firmware/ibft"

  /// - Throws: ``BootFailure``.
  package init(_ files: any FileReading) throws(BootFailure) {
    let names: [String]
    do { names = try files.list(Self.directory) } catch { throw BootFailure(error) }
    var notes: [Note] = []
    var sections: [String: [String: String]] = [:]
    for name in names {
      let directory = "\(Self.directory)/\(name)"
      guard files.directoryExists(directory) else { continue }
      var values: [String: String] = [:]
      // Passwords (chap-secret) are nobody's business.
      for file in (try? files.list(directory)) ?? [] where !file.contains("secret") {
        do throws(FileError) {
          let text = try files.text("\(directory)/\(file)")
          if !text.isEmpty { values[file] = text }
        } catch {
          guard error.reason == .notPermitted else { continue }
          notes.append(Note(subject: name, message: "only root can read the values of the table"))
        }
      }
      sections[name] = values
    }
    guard sections.keys.contains(where: { $0 == "initiator" || $0.hasPrefix("ethernet") || $0.hasPrefix("target") })
    else {
      throw BootFailure(FileError(path: Self.directory, reason: .notFound))
    }
    initiator = sections["initiator"]?["initiator-name"]
    adapters = sections.filter { $0.key.hasPrefix("ethernet") }.sorted { $0.key < $1.key }.map { name, values in
      Adapter(name, values, files)
    }
    targets = sections.filter { $0.key.hasPrefix("target") }.sorted { $0.key < $1.key }.map { Target($0, $1) }
    self.notes = notes.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}

extension BootTable.Adapter {
  fileprivate init(_ name: String, _ values: [String: String], _ files: any FileReading) {
    self.name = name
    mac = values["mac"].flatMap { MACAddress($0) }
    interface = mac.flatMap { mac in
      let names = (try? files.list(NetworkNamespace.sysfs)) ?? []
      // A VLAN or bond on the interface has its address too; the interface has a device.
      let found = names.filter {
        (try? files.text("\(NetworkNamespace.sysfs)/\($0)/address")).flatMap { MACAddress($0) } == mac
      }
      return found.first { (try? files.link("\(NetworkNamespace.sysfs)/\($0)/device")) != nil } ?? found.first
    }
    address = values["ip-addr"].flatMap(Self.known)
    prefixLength = values["prefix-len"].flatMap { Int($0) }
    gateway = values["gateway"].flatMap(Self.known)
    dns = ["primary-dns", "secondary-dns"].compactMap { values[$0].flatMap(Self.known) }
    dhcp = values["dhcp"].flatMap(Self.known)
    vlan = values["vlan"].flatMap { Int($0) }.flatMap { $0 == 0 ? nil : $0 }
    hostname = values["hostname"]
    // The numbers of NL_PREFIX_ORIGIN, as the table's specification has them.
    origin = values["origin"].flatMap { Int($0) }.map {
      [1: "manual", 2: "well_known", 3: "dhcp", 4: "router_advertisement"][$0] ?? "other"
    }
    flags = values["flags"].flatMap { Int($0) } ?? 0
  }

  /// - Returns: `nil` of an address that says nothing.
  private static func known(_ text: String) -> String? {
    IPAddress(text).map { $0.isUnspecified || $0.ipv4 == [0, 0, 0, 0] } ?? false ? nil : text
  }
}

extension BootTable.Target {
  fileprivate init(_ name: String, _ values: [String: String]) {
    self.name = name
    iqn = values["target-name"]
    address = values["ip-addr"]
    port = values["port"].flatMap { Int($0) }
    lun = values["lun"]
    authentication = values["chap-type"].flatMap { Int($0) }.map {
      [0: "none", 1: "chap", 2: "mutual_chap"][$0] ?? "other"
    }
    adapter = values["nic-assoc"].flatMap { Int($0) }
    flags = values["flags"].flatMap { Int($0) } ?? 0
  }
}

/// The machine has no table, or it may not be read.
package struct BootFailure: Failure, Equatable {
  package let id: String
  package let subject: String?
  package let message: String
  package let fix: [String]
  package let hint: [String]
  package let exitStatus: ExitStatus

  init(_ error: FileError) {
    subject = error.path
    if error.reason == .notFound {
      id = "boot.no_table"
      message = "no iSCSI boot table (iBFT): the machine was not started over iSCSI, or iscsi_ibft is not loaded"
      fix = ["modprobe iscsi_ibft"]
      hint = []
      exitStatus = .notFound
    } else {
      id = "boot.unreadable"
      message = "the iSCSI boot table \(error.explanation)"
      fix = []
      hint = []
      exitStatus = error.reason == .notPermitted ? .notPermitted : .failed
    }
  }
}
