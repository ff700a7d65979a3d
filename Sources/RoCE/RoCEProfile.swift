package import Vocabulary

/// What RoCE is meant to rely on.
package enum RoCEProfile: String, CaseIterable, Sendable {
  /// Priority flow control: switches and hosts hold packets back.
  case lossless
  /// Retransmission alone.
  case lossy
  /// Priority flow control and congestion control (DCQCN) together.
  case dcqcn = "dc-qcn"

  package var isLossless: Bool { self != .lossy }

  /// What switch vendors' guides agree on for RoCE: DSCP 26 (the type of service is that and ECN capable) on priority 3.
  package static let usualPriority = 3
  package static let usualDSCP = 26
  package static let usualType = usualDSCP << 2 | ecnCapable
  /// ECT(0) of RFC 3168.
  static let ecnCapable = 2
}

/// One thing that was looked at.
package struct RoCEItem: Sendable, Equatable {
  package let name: String
  /// `nil`: not known.
  package let found: String?
  package let wanted: String?
}

/// The rules for one port.
package struct RoCECheck: Sendable {
  package let port: RoCEPort
  package let profile: RoCEProfile

  package init(_ port: RoCEPort, _ profile: RoCEProfile) {
    self.port = port
    self.profile = profile
  }

  private var subject: String { port.place }
  private var chain: (priority: Int, by: String) { port.chain }
  private var isHeldBack: Bool? { port.bridging.map { $0.flowControlled.contains(chain.priority) } }

  // MARK: what was found

  package var items: [RoCEItem] {
    let bridging = port.bridging
    let type = port.manager.map { "\($0.typeOfService) (DSCP \($0.typeOfService >> 2))" }
    return [
      RoCEItem(name: "RoCE version of rdma_cm", found: port.manager?.version, wanted: "v2"),
      RoCEItem(name: "type of service of rdma_cm", found: type, wanted: wantedType),
      RoCEItem(
        name: "trust", found: bridging.map { $0.trustsDSCP ? "dscp" : "pcp" }, wanted: profile.isLossless ? "dscp" : nil
      ),
      RoCEItem(name: "priority of RoCE", found: "\(chain.priority) (\(chain.by))", wanted: nil),
      RoCEItem(
        name: "PFC", found: bridging.map { Self.list($0.flowControlled) },
        wanted: profile.isLossless ? "\(chain.priority == 0 ? RoCEProfile.usualPriority : chain.priority)" : "none"),
      RoCEItem(
        name: "traffic class", found: bridging.flatMap { $0.classes.isEmpty ? nil : shareWords($0) }, wanted: nil),
      RoCEItem(
        name: "buffer",
        found: bridging?.buffers.map { "\($0[chain.priority])" + (bufferSize.map { ", \($0 / 1024) KiB" } ?? "") },
        wanted: nil),
      RoCEItem(
        name: "global pause", found: port.pause.map { "rx \(Self.word($0.receive)), tx \(Self.word($0.send))" },
        wanted: "off"),
      RoCEItem(
        name: "congestion control", found: port.reacts.map { Self.list($0.intersection(port.notifies ?? $0)) },
        wanted: profile == .lossless ? nil : "\(chain.priority)"),
      RoCEItem(
        name: "MTU", found: port.mtu.map { "\($0)" + (port.packetMTU.map { " (RoCE \($0))" } ?? "") }, wanted: "4200"),
      RoCEItem(
        name: "VLANs",
        found: port.vlans.isEmpty
          ? nil
          : port.vlans.map { vlan in
            "\(vlan.name) "
              + (vlan.egress.isEmpty
                ? "maps nothing"
                : vlan.egress.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: " "))
          }.joined(separator: ", "), wanted: nil),
      RoCEItem(name: "ECN of TCP", found: port.tcpECN.map(String.init), wanted: nil),
    ]
  }

  private var wantedType: String? {
    port.bridging.flatMap { $0.priorities.first { port.bridging?.flowControlled.contains($0.value) == true } }
      .map { _ in "a DSCP of a priority with PFC" } ?? "\(RoCEProfile.usualType)"
  }

  private var bufferSize: Int? {
    guard let bridging = port.bridging, let buffers = bridging.buffers, let sizes = bridging.bufferSizes,
      case let number = buffers[chain.priority], sizes.indices.contains(number)
    else { return nil }
    return sizes[number]
  }

  private func shareWords(_ bridging: DCBState) -> String {
    let number = bridging.classes[chain.priority]
    return "\(number)" + (bridging.shares[number].map { ", \($0) %" } ?? ", no share")
  }

  private static func list(_ numbers: Set<Int>) -> String {
    numbers.isEmpty ? "none" : numbers.sorted().map(String.init).joined(separator: ",")
  }

  private static func word(_ on: Bool) -> String { on ? "on" : "off" }

  // MARK: what is wrong

  package var problems: [Problem] {
    let parts = profile.isLossless ? [flowControl, ways] : [without]
    return (parts + [both, congestion, version, share, buffer, mtu, unknown]).compactMap { $0 }
  }

  /// Flow control is there for no priority, or not for the one that RoCE has.
  private var flowControl: Problem? {
    guard let bridging = port.bridging else { return nil }
    guard !bridging.flowControlled.isEmpty else {
      // Global pause holds everything back: lossless, at a price.
      if port.pause?.receive == true, port.pause?.send == true {
        return RoCEProblem.globalPause.at(subject, hint: [advice])
      }
      return RoCEProblem.flowControlOff.at(subject, evidence: ["pfc=none"], fix: [usual])
    }
    guard isHeldBack == false else { return nil }
    let evidence = [
      "tos=\(port.typeOfService)", "priority=\(chain.priority)", "pfc=\(Self.list(bridging.flowControlled))",
    ]
    if !bridging.trustsDSCP, port.vlans.isEmpty {
      return RoCEProblem.noPriority.at(subject, evidence: evidence + ["trust=pcp"], fix: [usual])
    }
    return RoCEProblem.chainBroken.at(subject, evidence: evidence, fix: [repair(bridging)])
  }

  private var usual: String { "rdmactl roce set \(subject) --profile \(profile.rawValue)" }
  private var advice: String { "\(usual) uses priority flow control instead" }

  /// A type of service whose DSCP has a priority with flow control, or a map that gives the DSCP such a priority.
  private func repair(_ bridging: DCBState) -> String {
    let held = bridging.priorities.filter { bridging.flowControlled.contains($0.value) }
    if let dscp = held[RoCEProfile.usualDSCP] != nil ? RoCEProfile.usualDSCP : held.keys.min() {
      return "rdmactl roce set \(subject) tos=\(dscp << 2 | RoCEProfile.ecnCapable)"
    }
    return usual
  }

  private var ways: Problem? {
    guard let bridging = port.bridging, bridging.flowControlled.count > 1 else { return nil }
    return RoCEProblem.manyPriorities.at(
      subject, evidence: ["pfc=\(Self.list(bridging.flowControlled))"],
      fix: ["rdmactl roce set \(subject) pfc=\(chain.priority)"])
  }

  private var without: Problem? {
    guard let bridging = port.bridging, !bridging.flowControlled.isEmpty else { return nil }
    return RoCEProblem.flowControlOn.at(
      subject, evidence: ["pfc=\(Self.list(bridging.flowControlled))"], fix: ["rdmactl roce set \(subject) pfc=none"])
  }

  private var both: Problem? {
    guard let pause = port.pause, pause.receive || pause.send, let bridging = port.bridging,
      !bridging.flowControlled.isEmpty,
      let netdev = port.netdev
    else { return nil }
    return RoCEProblem.bothControls.at(
      subject, evidence: ["rx_pause=\(Self.word(pause.receive))", "tx_pause=\(Self.word(pause.send))"],
      fix: ["rdmactl offload set \(netdev) pause-rx=off pause-tx=off"])
  }

  private var congestion: Problem? {
    guard profile != .lossless else { return nil }
    let off = [("notify", port.notifies), ("react", port.reacts)].filter { $0.1?.contains(chain.priority) == false }
    if !off.isEmpty, let netdev = port.netdev {
      return RoCEProblem.noReaction.at(
        subject, evidence: off.map { "\($0.0)=off" } + ["priority=\(chain.priority)"],
        fix: off.map { name, _ in
          "echo 1 > /sys/class/net/\(netdev)/ecn/roce_\(name == "notify" ? "np" : "rp")/enable/\(chain.priority)"
        })
    }
    guard let manager = port.manager, manager.typeOfService & 3 == 0 else { return nil }
    return RoCEProblem.notCapable.at(
      subject, evidence: ["tos=\(manager.typeOfService)"],
      fix: ["rdmactl roce set \(subject) tos=\(manager.typeOfService | RoCEProfile.ecnCapable)"])
  }

  private var version: Problem? {
    guard port.manager?.version == "v1" else { return nil }
    return RoCEProblem.versionOne.at(subject, fix: ["rdmactl roce set \(subject) mode=v2"])
  }

  private var share: Problem? {
    guard let bridging = port.bridging, bridging.classes.indices.contains(chain.priority),
      bridging.shares[bridging.classes[chain.priority]] == 0
    else { return nil }
    return RoCEProblem.noShare.at(
      subject, evidence: ["traffic_class=\(bridging.classes[chain.priority])"],
      fix: port.netdev.map { ["dcb ets show dev \($0)"] } ?? [])
  }

  private var buffer: Problem? {
    guard profile.isLossless, bufferSize == 0, let number = port.bridging?.buffers?[chain.priority] else { return nil }
    return RoCEProblem.noBuffer.at(
      subject, evidence: ["buffer=\(number)"], fix: port.netdev.map { ["dcb buffer show dev \($0)"] } ?? [])
  }

  private var mtu: Problem? {
    guard let packet = port.packetMTU, packet < 4096, let netdev = port.netdev, let mtu = port.mtu else { return nil }
    return RoCEProblem.smallMTU.at(
      subject, evidence: ["mtu=\(mtu)", "roce_mtu=\(packet)"],
      hint: ["rdmactl offload set \(netdev) mtu=4200, if every switch and host has it"])
  }

  private var unknown: Problem? {
    let reasons = [port.bridgingFailure, port.manager == nil ? port.managerFailure : nil].compactMap { $0 }
    return reasons.isEmpty ? nil : RoCEProblem.unknown.at(subject, hint: reasons)
  }
}
