/// A fabric as ibsim reads it: hosts with one port, switches, links of one speed.
public struct FabricNet: Sendable {
  /// How fast links come up; ibsim takes it from the remark behind each port.
  public enum Speed: String, Sendable { case sdr = "SDR", qdr = "QDR", fdr = "FDR", edr = "EDR", hdr = "HDR" }

  public struct Host: Sendable {
    /// At most 31 characters: SIM_HOST takes no more.
    public var name: String
    public var guid: UInt64
    public var vendor: UInt32 = 0x02c9
    public var device: UInt16 = 0x101b

    public init(name: String, guid: UInt64) {
      self.name = name
      self.guid = guid
    }
  }

  public var hosts: [Host]
  /// How many switches the hosts are spread over, in turn.
  public var leaves: Int
  /// How many switches join the leaves; each leaf has one link to each.
  public var spines: Int
  public var speed: Speed

  /// Hosts `host0`… on one switch.
  public static func star(hosts: Int, speed: Speed = .qdr) -> FabricNet { FabricNet(hosts, 1, 0, speed) }

  /// Hosts `host0`… on `leaves` switches, which `spines` switches join.
  public static func twoLevels(hosts: Int, leaves: Int, spines: Int, speed: Speed = .qdr) -> FabricNet {
    FabricNet(hosts, leaves, spines, speed)
  }

  private init(_ hosts: Int, _ leaves: Int, _ spines: Int, _ speed: Speed) {
    self.hosts = (0..<hosts).map { Host(name: "host\($0)", guid: 0x0002_c903_0010_0000 + UInt64($0) * 0x10) }
    self.leaves = leaves
    self.spines = spines
    self.speed = speed
  }

  /// The netfile. One host stands first: ibsim attaches a client without SIM_HOST to the first node.
  public var text: String {
    let remark = "\t# lid 0 4x\(speed.rawValue)\n"
    var switches: [String] = []
    for leaf in 0..<leaves {
      var ports = ""
      let own = hosts.indices.filter { $0 % leaves == leaf }
      for (port, host) in own.enumerated() { ports += "[\(port + 1)]\t\"\(hosts[host].name)\"[1]\(remark)" }
      for spine in 0..<spines { ports += "[\(own.count + 1 + spine)]\t\"spine\(spine)\"[\(leaf + 1)]\(remark)" }
      switches.append(block(switch: "leaf\(leaf)", number: leaf, ports: max(1, own.count + spines)) + ports)
    }
    for spine in 0..<spines {
      var ports = ""
      for leaf in 0..<leaves {
        let hostsThere = hosts.indices.count { $0 % leaves == leaf }
        ports += "[\(leaf + 1)]\t\"leaf\(leaf)\"[\(hostsThere + 1 + spine)]\(remark)"
      }
      switches.append(block(switch: "spine\(spine)", number: leaves + spine, ports: leaves) + ports)
    }
    let nodes = hosts.enumerated().map { index, host in
      """
      vendid=0x\(String(host.vendor, radix: 16))
      devid=0x\(String(host.device, radix: 16))
      sysimgguid=0x\(String(host.guid, radix: 16))
      caguid=0x\(String(host.guid, radix: 16))
      Ca\t1 "\(host.name)"\t# "\(host.name) mlx5_0"
      [1]\t"leaf\(index % leaves)"[\(index / leaves + 1)]\(remark)
      """
    }
    return (nodes.prefix(1) + switches + nodes.dropFirst()).joined(separator: "\n")
  }

  private func block(switch name: String, number: Int, ports: Int) -> String {
    let guid = String(0x0002_c903_00f0_0000 + number * 0x10, radix: 16)
    return
      "vendid=0x2c9\ndevid=0xd2f0\nsysimgguid=0x\(guid)\nswitchguid=0x\(guid)\nSwitch\t\(ports) \"\(name)\"\t# \"\(name)\"\n"
  }
}
