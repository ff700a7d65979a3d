import BinaryLayout
import FabricDiscovery
import HostAccess
import InfiniBandWire
import SubnetManagement
import TestSupport
import Vocabulary

/// The management agents of a small subnet, answering as opensm 3.3.23 does: the local port and the subnet managers at
/// the ends of routes.
/// A test has it for itself, hence "unchecked".
final class TestAgent: ManagementPort, @unchecked Sendable {
  struct Manager {
    var guid = GUID(0x0002_c903_0010_0011)
    var priority = 1
    var state = SMInfo.State.standby
    var activityCount: UInt32 = 100
    /// The states it goes through after a control, one a reading; the last one stays.
    var ahead: [SMInfo.State] = []
    /// Where a control leads; opensm's own way when `nil`.
    var course: [SMInfo.State]?
    var isSilent = false
    var countStandsStill = false
  }

  var portState = PortState.active
  var physicalState = PhysicalState.linkUp
  var capabilityMask: UInt32 = 0
  /// By route.
  var managers: [DirectedRoute: Manager] = [:]
  /// Every Set(SMInfo): its modifier and attribute.
  private(set) var controls: [(modifier: UInt32, attribute: [UInt8])] = []
  /// The first Set(SMInfo) is obeyed at once, and its answer comes back as lost.
  var losesFirstControlAnswer = false
  /// Moved on while nothing arrives.
  var clock: FakeClock?
  /// Done at each question about the local port.
  var onPortInfo: (() -> Void)?

  private var arrivals: [ManagementArrival] = []

  func send(_ datagram: [UInt8], to address: ManagementAddress, timeoutMilliseconds: Int) throws(ManagementError) {
    guard let request = ManagementDatagram(datagram) else { return }
    let hops = Int(ManagementDatagram.Layout.hopCount.read(datagram) ?? 0)
    let route = DirectedRoute(Array(datagram[129..<129 + hops])) ?? .local
    switch request.attributeID {
    case ManagementDatagram.SubnetAttribute.portInfo.rawValue:
      onPortInfo?()
      arrivals.append(answer(to: datagram, with: portInfo))
    case ManagementDatagram.SubnetAttribute.smInfo.rawValue: smInfo(datagram, route)
    default: break
    }
  }

  func receive(timeoutMilliseconds: Int) throws(ManagementError) -> ManagementArrival? {
    if arrivals.isEmpty {
      clock?.sleep(milliseconds: timeoutMilliseconds)
      return nil
    }
    return arrivals.removeFirst()
  }

  private var portInfo: [UInt8] {
    var attribute = [UInt8](repeating: 0, count: PortInfo.length)
    PortInfo.Layout.portState.write(UInt64(portState.code), into: &attribute)
    PortInfo.Layout.portPhysicalState.write(UInt64(physicalState.code), into: &attribute)
    PortInfo.Layout.capabilityMask.write(UInt64(capabilityMask), into: &attribute)
    return attribute
  }

  private func smInfo(_ datagram: [UInt8], _ route: DirectedRoute) {
    guard var manager = managers[route], !manager.isSilent else {
      arrivals.append(.timedOut(datagram))
      return
    }
    if !manager.countStandsStill { manager.activityCount &+= 1 }
    var status: UInt16 = 0
    if ManagementDatagram(datagram)?.method == ManagementDatagram.Method.set.rawValue {
      status = control(datagram, &manager)
      if losesFirstControlAnswer, controls.count == 1 {
        if let state = manager.ahead.popLast() { (manager.state, manager.ahead) = (state, []) }
        managers[route] = manager
        arrivals.append(.timedOut(datagram))
        return
      }
    } else if !manager.ahead.isEmpty {
      manager.state = manager.ahead.removeFirst()
    }
    managers[route] = manager
    var attribute = [UInt8](repeating: 0, count: SMInfo.length)
    SMInfo.Layout.guid.write(manager.guid.rawValue, into: &attribute)
    SMInfo.Layout.activityCount.write(UInt64(manager.activityCount), into: &attribute)
    SMInfo.Layout.priority.write(UInt64(manager.priority), into: &attribute)
    SMInfo.Layout.state.write(UInt64(manager.state.rawValue), into: &attribute)
    arrivals.append(answer(to: datagram, with: attribute, status: status))
  }

  /// opensm's rules (`osm_sminfo_rcv.c`, `osm_sm_state_mgr.c`): who may send what, and what goes in which state. Its
  /// refusal is a 7 in the upper byte.
  private func control(_ datagram: [UInt8], _ manager: inout Manager) -> UInt16 {
    let modifier = UInt32(ManagementDatagram.Layout.attributeModifier.read(datagram) ?? 0)
    let attribute = Array(datagram[64..<64 + SMInfo.length])
    controls.append((modifier, attribute))
    let sender = SMInfo.Layout.state.read(attribute)
    let wanted: SMInfo.State = modifier == 2 ? .standby : .master
    guard sender == UInt64(wanted.rawValue) else { return 0x0700 }
    switch (modifier, manager.state) {
    case (1, .standby): manager.ahead = manager.course ?? [.master]
    case (1, .discovering), (1, .master), (2, .standby): break
    case (3, .standby): manager.ahead = [.notActive]
    case (4, .notActive): manager.ahead = [.standby]
    case (5, .standby): manager.ahead = manager.course ?? [.discovering, .standby]
    default: return 0x0700
    }
    return 0
  }

  private func answer(to request: [UInt8], with attribute: [UInt8], status: UInt16 = 0) -> ManagementArrival {
    var bytes = request
    ManagementDatagram.Layout.method.write(UInt64(ManagementDatagram.Method.getResponse.rawValue), into: &bytes)
    ManagementDatagram.Layout.status.write(UInt64(status) | 0x8000, into: &bytes)
    bytes.replaceSubrange(64..<64 + attribute.count, with: attribute)
    return .answer(bytes)
  }
}

/// A subnet as a sweep would give it: the local port, and one host whose subnet manager stands at ``there``.
enum TestSubnet {
  static let there = DirectedRoute([1, 2]) ?? .local
  static let localGUID = GUID(0x0002_c903_0010_0001)
  static let reference = PortReference(node: 1, port: 1)

  static var fabric: Fabric {
    var fabric = Fabric()
    for (index, route) in [DirectedRoute.local, there].enumerated() {
      var node = FabricNode(
        guid: GUID(0x0002_c903_0010_0000 + UInt64(index) * 0x10), type: .channelAdapter, systemImageGUID: GUID(0),
        vendorID: 0x2c9, deviceID: 0x101b, revision: 0, portCount: 1, route: route)
      node.description = "host\(index)"
      var port = FabricPort(number: 1)
      port.guid = GUID(node.guid.rawValue + 1)
      var facts = PortFacts()
      facts.lid = UInt16(index + 1)
      facts.capabilityMask = index == 0 ? 0 : 2
      port.info = facts
      node.ports = [port]
      fabric.nodes.append(node)
    }
    fabric.origin = PortReference(node: 0, port: 1)
    return fabric
  }

  static func manager(_ state: SMInfo.State) -> SubnetManager {
    SubnetManager(
      guid: GUID(0x0002_c903_0010_0011), lid: 2, priority: 1, state: state, activityCount: 0, port: reference,
      nodeDescription: "host1")
  }

  /// Impatient, so that silence costs no time.
  static func session(_ agent: TestAgent, _ clock: FakeClock) -> FabricSession {
    var policy = RequestPolicy()
    agent.clock = clock
    policy.attempts = 2
    policy.attemptsWithErrors = 2
    policy.timeoutMilliseconds = 10
    return FabricSession(port: agent, clock: clock, policy: policy)
  }
}
