public import InfiniBandWire

/// Stars and trees. Hosts are `host0`… everywhere.
extension Topology {
  /// Hosts on one switch, `leaf0`.
  public static func star(hosts: Int, speed: LinkSpeed = .qdr) -> Topology {
    twoLevels(hosts: hosts, leaves: 1, spines: 0, speed: speed)
  }

  /// Hosts spread in turn over switches `leaf0`…, each with one link to each of `spine0`….
  public static func twoLevels(hosts: Int, leaves: Int, spines: Int, speed: LinkSpeed = .qdr) -> Topology {
    var net = Topology(speed: speed)
    let perLeaf = (0..<leaves).map { leaf in (0..<hosts).count { $0 % leaves == leaf } }
    let leafNodes = (0..<leaves).map { net.addSwitch("leaf\($0)", ports: max(1, perLeaf[$0] + spines)) }
    let spineNodes = (0..<spines).map { net.addSwitch("spine\($0)", ports: leaves) }
    for host in 0..<hosts {
      let node = net.addHost("host\(host)")
      net.connect(End(node, 1), End(leafNodes[host % leaves], host / leaves + 1))
    }
    for leaf in 0..<leaves {
      for spine in 0..<spines {
        net.connect(End(leafNodes[leaf], perLeaf[leaf] + 1 + spine), End(spineNodes[spine], leaf + 1))
      }
    }
    return net
  }

  /// A folded Clos network of switches of one even radix: half of each leaf's ports go down.
  /// - Parameter levels: 2 (`leafN`, `spineN`) or 3 (`edgeP-N`, `aggP-N`, `coreA-N`, P being the pod).
  public static func fatTree(hosts: Int, radix: Int, levels: Int, speed: LinkSpeed = .hdr) -> Topology {
    precondition(radix % 2 == 0 && (levels == 2 || levels == 3), "a fat tree has an even radix and 2 or 3 levels")
    return levels == 2
      ? twoLevelFatTree(hosts: hosts, radix: radix, speed) : threeLevelFatTree(hosts: hosts, radix: radix, speed)
  }

  private static func twoLevelFatTree(hosts: Int, radix: Int, _ speed: LinkSpeed) -> Topology {
    let half = radix / 2
    let leaves = (hosts + half - 1) / half
    precondition(leaves <= radix, "radix \(radix), 2 levels: at most \(radix * half) hosts")
    let spines = divisor(of: half, atLeast: (leaves * half + radix - 1) / radix)
    var net = Topology(speed: speed)
    let spineNodes = (0..<spines).map { net.addSwitch("spine\($0)", ports: radix) }
    let leafNodes = (0..<leaves).map { net.addSwitch("leaf\($0)", ports: radix) }
    for host in 0..<hosts {
      let node = net.addHost("host\(host)")
      net.connect(End(leafNodes[host / half], host % half + 1), End(node, 1))
    }
    for leaf in 0..<leaves {
      for up in 0..<half {
        // A spine's ports go to the leaves in turn.
        let port = leaf * (half / spines) + up / spines + 1
        net.connect(End(spineNodes[up % spines], port), End(leafNodes[leaf], half + up + 1))
      }
    }
    return net
  }

  private static func threeLevelFatTree(hosts: Int, radix: Int, _ speed: LinkSpeed) -> Topology {
    let half = radix / 2
    let pods = (hosts + half * half - 1) / (half * half)
    precondition(pods <= radix, "radix \(radix), 3 levels: at most \(radix * half * half) hosts")
    let cores = divisor(of: half, atLeast: (pods * half + radix - 1) / radix)
    var net = Topology(speed: speed)
    let coreNodes = (0..<half).map { plane in
      (0..<cores).map { net.addSwitch("core\(plane)-\($0)", ports: radix) }
    }
    for pod in 0..<pods {
      let podHosts = min(hosts - pod * half * half, half * half)
      let aggregation = (0..<half).map { net.addSwitch("agg\(pod)-\($0)", ports: radix) }
      let edges = (0..<(podHosts + half - 1) / half).map { net.addSwitch("edge\(pod)-\($0)", ports: radix) }
      for (edge, node) in edges.enumerated() {
        for plane in 0..<half { net.connect(End(aggregation[plane], edge + 1), End(node, half + plane + 1)) }
      }
      for plane in 0..<half {
        for up in 0..<half {
          let port = pod * (half / cores) + up / cores + 1
          net.connect(End(coreNodes[plane][up % cores], port), End(aggregation[plane], half + up + 1))
        }
      }
      for host in 0..<podHosts {
        let node = net.addHost("host\(pod * half * half + host)")
        net.connect(End(edges[host / half], host % half + 1), End(node, 1))
      }
    }
    return net
  }

  private static func divisor(of number: Int, atLeast least: Int) -> Int {
    (1...number).first { number % $0 == 0 && $0 >= least } ?? number
  }
}
