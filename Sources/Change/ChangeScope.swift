package import HostAccess

/// Where a change was made. A record is never undone in another scope.
package struct ChangeScope: Equatable, Sendable {
  /// An adapter, by what all its functions share.
  package struct Card: Hashable, Sendable {
    /// The node GUID, 16 hex digits; `nil` when the flash did not hold one.
    package let guid: String?
    /// The PCI address of function 0.
    package let address: String

    package init(guid: String?, address: String) {
      self.guid = guid
      self.address = address
    }
  }

  /// `/etc/machine-id`; each `nil` when it could not be read.
  package var machine: String?
  /// `/proc/sys/kernel/random/boot_id`
  package var boot: String?
  /// The network name space, as `Scope.network` names it.
  package var networkNamespace: String?
  package var card: Card?

  package init(
    machine: String? = nil, boot: String? = nil, networkNamespace: String? = nil, card: Card? = nil
  ) {
    self.machine = machine
    self.boot = boot
    self.networkNamespace = networkNamespace
    self.card = card
  }

  package static func current(_ host: Host) -> ChangeScope {
    let scope = host.scope
    return ChangeScope(machine: scope.machine, boot: scope.boot, networkNamespace: scope.network)
  }

  /// What makes this scope another than `present`, by name and one sentence; `nil` when it is the same.
  /// - Parameter needsNamespace: whether what was changed belongs to a network name space.
  package func difference(to present: ChangeScope, needsNamespace: Bool) -> String? {
    if let machine, let now = present.machine, machine != now {
      return "it was made on the machine \(machine), and this is \(now)"
    }
    // Numbers of name spaces are given anew with each boot.
    guard needsNamespace, boot == present.boot, let networkNamespace, let now = present.networkNamespace,
      networkNamespace != now
    else { return nil }
    return "it was made in the network name space \(networkNamespace), and this is \(now)"
  }
}

/// Who changes something, and by which command line.
package struct ChangeOrigin: Equatable, Sendable {
  package var uid: Int?
  package var user: String?
  /// SUDO_USER: who asked sudo.
  package var sudoUser: String?
  /// The words after the program's name.
  package var command: [String]

  package init(uid: Int? = nil, user: String? = nil, sudoUser: String? = nil, command: [String] = []) {
    self.uid = uid
    self.user = user
    self.sudoUser = sudoUser
    self.command = command
  }

  /// Of this process.
  /// - Parameter command: the words after the program's name; `nil`: as the process was started.
  package static func current(_ host: Host, command: [String]? = nil) -> ChangeOrigin {
    let status = (try? host.store.read("/proc/self/status", limit: 1 << 16)) ?? []
    let line = status.split(separator: 0x0a).first { $0.starts(with: "Uid:".utf8) }
    let uid = line.flatMap {
      String(decoding: $0, as: UTF8.self).split(whereSeparator: \.isWhitespace).dropFirst().first
    }
    .flatMap { Int($0) }
    let environment = strings("/proc/self/environ", host)
    let sudo = environment.first { $0.hasPrefix("SUDO_USER=") }.map { String($0.dropFirst("SUDO_USER=".count)) }
    return ChangeOrigin(
      uid: uid, user: uid.flatMap { name(of: $0, host) }, sudoUser: sudo.flatMap { $0.isEmpty ? nil : $0 },
      command: command ?? Array(strings("/proc/self/cmdline", host).dropFirst()))
  }

  /// `root (alice by sudo)`, or the number.
  package var description: String? {
    let name = user ?? uid.map(String.init)
    return name.map { $0 + (sudoUser.map { " (\($0) by sudo)" } ?? "") }
  }

  private static func strings(_ path: String, _ host: Host) -> [String] {
    ((try? host.store.read(path, limit: 1 << 20)) ?? []).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Users of a directory service have no line in the file: their number must do.
  private static func name(of uid: Int, _ host: Host) -> String? {
    let lines = ((try? host.store.read("/etc/passwd", limit: 1 << 20)) ?? []).split(separator: 0x0a)
    for line in lines {
      let fields = String(decoding: line, as: UTF8.self).split(separator: ":", omittingEmptySubsequences: false)
      if fields.count > 2, Int(fields[2]) == uid { return String(fields[0]) }
    }
    return nil
  }
}
