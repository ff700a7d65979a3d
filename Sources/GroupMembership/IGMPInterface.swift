package import HostAccess

/// How an interface takes part in IPv4 multicast.
package struct IGMPInterface: Sendable, Equatable {
  /// Why the interface speaks the version that it speaks.
  package enum Reason: String, Sendable, Encodable {
    /// No older router or querier was heard, and nothing is forced.
    case usual = "default"
    /// `net.ipv4.conf.IF.force_igmp_version`
    case forced
    /// `net.ipv4.conf.all.force_igmp_version`, which counts for every interface.
    case forcedForAll = "forced_for_all"
    /// A query of an older version came in during the last minutes. The kernel falls back to it for a while.
    case oldQuerier = "old_querier"
  }

  package struct Group: Sendable, Equatable {
    package let address: String
    package let users: Int
    /// Of IPoIB: the multicast GID that stands for the group. Source: RFC 4391, section 4.
    package let gid: String?
    /// Of IPoIB: whether the subnet manager has let the interface join; `nil` when that is not known.
    package let isInFabric: Bool?
  }

  package let name: String
  /// 1, 2 or 3.
  package let version: Int
  /// What is forced on this interface and on all; 0 is nothing, `nil` not readable.
  package let forced: Int?
  package let forcedForAll: Int?
  package let groups: [Group]
  /// An IPoIB interface.
  package let isIPoIB: Bool
  /// Why ``Group/isInFabric`` is not known.
  package let note: String?

  /// The kernel takes the older of both settings, and falls back by itself when neither asks for a version.
  /// Source: Linux, net/ipv4/igmp.c, IGMP_V1_SEEN and IGMP_V2_SEEN.
  /// `nil` where a setting that could be the reason cannot be read.
  package var reason: Reason? {
    if version < 3 {
      if forced == version { return .forced }
      if forcedForAll == version { return .forcedForAll }
      return forced == nil || forcedForAll == nil ? nil : .oldQuerier
    }
    if let forced, forced >= 3 { return .forced }
    if let forcedForAll, forcedForAll >= 3 { return .forcedForAll }
    return .usual
  }
}

/// Reads `/proc/net/igmp` and what belongs to it.
package struct IGMPReader {
  private let files: any FileReading

  package init(_ files: any FileReading) { self.files = files }

  /// The interfaces of this network name space that have IPv4 multicast, in the kernel's order.
  package func interfaces() throws(FileError) -> [IGMPInterface] {
    let bytes = try files.read("/proc/net/igmp", limit: 16 << 20)
    var interfaces: [(name: String, version: Int, groups: [(UInt32, Int)])] = []
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst() {
      let words = line.split(whereSeparator: \.isWhitespace)
      if line.first?.isWhitespace == true {
        // "010000E0     1 0:00000000		0"
        guard words.count >= 2, let raw = UInt32(words[0], radix: 16), let users = Int(words[1]), !interfaces.isEmpty
        else { continue }
        interfaces[interfaces.count - 1].groups.append((UInt32(bigEndian: raw), users))
      } else {
        // "2	eth0      :     1      V3"; a name may touch the colon.
        guard words.count >= 4, let version = words.last.flatMap({ Int($0.dropFirst()) }) else { continue }
        let name = words[1].last == ":" ? words[1].dropLast() : words[1]
        interfaces.append((String(name), version, []))
      }
    }
    let all = setting("all")
    return interfaces.map { entry in
      let fabric = FabricGroups(entry.name, files)
      return IGMPInterface(
        name: entry.name, version: entry.version, forced: setting(entry.name), forcedForAll: all,
        groups: entry.groups.map { group, users in
          IGMPInterface.Group(
            address: Self.text(group), users: users, gid: fabric?.gid(of: group),
            isInFabric: fabric?.hasJoined(group))
        }, isIPoIB: fabric != nil, note: fabric?.note)
    }
  }

  private func setting(_ name: String) -> Int? { (try? files.text(IGMPWriter.path(of: name))).flatMap { Int($0) } }

  private static func text(_ group: UInt32) -> String {
    [24, 16, 8, 0].map { String(group >> $0 & 0xff) }.joined(separator: ".")
  }
}

/// The multicast groups that an IPoIB interface has joined at the subnet manager, by debugfs: `ipoib/ib0_mcg`.
/// Source: Linux, drivers/infiniband/ulp/ipoib/ipoib_fs.c.
private struct FabricGroups {
  /// The first twelve bytes of every IPv4 group of the interface: flags, scope, signature and P_Key.
  private let prefix: [UInt8]
  /// By GID, whether the join is complete; `nil` where debugfs cannot be read.
  private let joined: [String: Bool]?
  let note: String?

  /// - Returns: `nil` where the interface is not of IPoIB.
  init?(_ name: String, _ files: any FileReading) {
    // ARPHRD_INFINIBAND of linux/if_arp.h.
    guard (try? files.text("/sys/class/net/\(name)/type")) == "32" else { return nil }
    let broadcast = ((try? files.text("/sys/class/net/\(name)/broadcast")) ?? "").split(separator: ":").compactMap {
      UInt8($0, radix: 16)
    }
    prefix = broadcast.count == 20 ? Array(broadcast[4..<16]) : []
    do {
      let bytes = try files.read("/sys/kernel/debug/ipoib/\(name)_mcg", limit: 4 << 20)
      var joined: [String: Bool] = [:]
      var gid: String?
      for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
        let words = line.split(separator: " ")
        guard words.count == 2 else { continue }
        if words[0] == "GID:" { gid = String(words[1]) }
        if words[0] == "complete:", let gid { joined[gid] = words[1] == "yes" }
      }
      self.joined = joined
      note = nil
    } catch {
      joined = nil
      note =
        error.reason == .notPermitted
        ? "whether the subnet manager has the groups: only root can read it (/sys/kernel/debug/ipoib)"
        : "whether the subnet manager has the groups: /sys/kernel/debug/ipoib \(error.explanation)"
    }
  }

  /// As the kernel prints it: eight numbers without leading zeros.
  func gid(of group: UInt32) -> String? {
    guard prefix.count == 12 else { return nil }
    let low = group & 0x0fff_ffff
    let bytes = prefix + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: low >> $0) }
    return stride(from: 0, to: 16, by: 2).map {
      String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16)
    }.joined(separator: ":")
  }

  func hasJoined(_ group: UInt32) -> Bool? {
    guard let joined, let gid = gid(of: group) else { return nil }
    return joined[gid] ?? false
  }
}
