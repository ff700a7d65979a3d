internal import BinaryLayout
internal import InfiniBandWire

/// What ibsim reads.
extension Topology {
  /// The netfile. One host stands first: ibsim attaches a client without SIM_HOST to the first node. Then the switches,
  /// for ibsim looks names up one after the other, and mostly those of switches. Pulled cables are left out.
  public var netfile: String {
    let neighbours = cables
    let order = hosts.prefix(1) + nodes.indices.filter { nodes[$0].kind != .host } + hosts.dropFirst()
    var text = ""
    for index in order {
      text += heading(of: nodes[index])
      for (port, link) in neighbours[index] {
        let peer = link.other(than: End(index, port))
        // ibsim takes width and speed from the remark, of a host's port in this form only.
        text += "[\(port)]\t\"\(nodes[peer.node].name)\"[\(peer.port)]"
        text += "\t# lid 0 \(link.width)\(link.speed.rawValue.uppercased())\n"
      }
      text += "\n"
    }
    for setting in counters {
      text += "do " + consoleCommand(setting) + "\n"
    }
    return text
  }

  /// The line for ibsim's console that sets a counter.
  public func consoleCommand(_ setting: CounterSetting) -> String {
    "PerformanceSet \"\(nodes[setting.end.node].name)\"[\(setting.end.port)] "
      + "\(setting.counter.attributeName).\(setting.counter.field.name)=\(setting.value)"
  }

  private func heading(of node: Node) -> String {
    let hexadecimal = { (number: UInt64) in "0x" + String(number, radix: 16) }
    let (guid, word) =
      switch node.kind {
      case .host: ("caguid", "Ca")
      case .switchNode: ("switchguid", "Switch")
      case .router: ("rtguid", "Rt")
      }
    return """
      vendid=\(hexadecimal(UInt64(node.vendorID)))
      devid=\(hexadecimal(UInt64(node.deviceID)))
      sysimgguid=\(hexadecimal(node.systemImageGUID))
      \(guid)=\(hexadecimal(node.guid))
      \(word)\t\(node.portCount) "\(node.name)"\t# "\(node.description)"

      """
  }

  private var cables: [[(port: Int, link: Link)]] {
    var found = [[(port: Int, link: Link)]](repeating: [], count: nodes.count)
    for link in links where link.isUp {
      found[link.first.node].append((link.first.port, link))
      found[link.second.node].append((link.second.port, link))
    }
    return found.map { $0.sorted { $0.port < $1.port } }
  }
}
