internal import InfiniBandWire
internal import PortStatus
internal import Presentation
internal import Vocabulary

/// `rdmactl.status/1`. Keys never disappear; what is not known is `null`.
struct StatusPayload: Encodable {
  let adapters: [AdapterPayload]

  init(_ inventory: Inventory) { adapters = inventory.shown.map(AdapterPayload.init) }
}

struct AdapterPayload: Encodable {
  @ExplicitNull var name: String?
  @ExplicitNull var model: String?
  @ExplicitNull var pciAddress: String?
  @ExplicitNull var vendorID: UInt32?
  @ExplicitNull var partID: UInt32?
  @ExplicitNull var hardwareRevision: String?
  @ExplicitNull var firmwareVersion: String?
  @ExplicitNull var psid: String?
  @ExplicitNull var board: String?
  @ExplicitNull var nodeGUID: String?
  @ExplicitNull var systemImageGUID: String?
  @ExplicitNull var nodeType: String?
  @ExplicitNull var transport: String?
  @ExplicitNull var hcaType: String?
  @ExplicitNull var nodeDescription: String?
  @ExplicitNull var driver: String?
  @ExplicitNull var numaNode: Int?
  @ExplicitNull var virtualFunctionOf: String?
  @ExplicitNull var pcie: PCIePayload?
  @ExplicitNull var msix: MSIXPayload?
  @ExplicitNull var limits: [String: UInt64]?
  let portCount: Int
  let ports: [PortPayload]

  init(_ adapter: Adapter) {
    name = adapter.name
    model = adapter.model
    pciAddress = adapter.pciAddress?.description
    vendorID = adapter.vendorID
    partID = adapter.partID
    hardwareRevision = adapter.hardwareRevision
    firmwareVersion = adapter.firmwareVersion
    psid = adapter.psid
    board = adapter.board
    nodeGUID = adapter.nodeGUID?.description
    systemImageGUID = adapter.systemImageGUID?.description
    nodeType = adapter.nodeType?.rawValue
    transport = adapter.transport?.rawValue
    hcaType = adapter.hcaType
    nodeDescription = adapter.nodeDescription
    driver = adapter.driver
    numaNode = adapter.numaNode
    virtualFunctionOf = adapter.virtualFunction?.physicalFunction.description
    pcie = adapter.pcie.map(PCIePayload.init)
    msix = adapter.msix.map(MSIXPayload.init)
    limits = adapter.limits
    portCount = adapter.portCount
    ports = adapter.ports.map(PortPayload.init)
  }
}

struct MSIXPayload: Encodable {
  let enabled: Bool
  let supported: Int
  @ExplicitNull var granted: Int?
  let allMasked: Bool

  init(_ msix: MSIX) {
    enabled = msix.enabled
    supported = msix.supported
    granted = msix.granted
    allMasked = msix.allMasked
  }
}

struct PCIePayload: Encodable {
  struct Link: Encodable {
    let gigatransfers: Double
    let width: Int
    let bandwidthGbps: Double

    init(_ link: PCIeLink) {
      gigatransfers = link.speed
      width = link.width
      bandwidthGbps = (link.bandwidth * 10).rounded() / 10
    }
  }
  struct Hop: Encodable {
    let upper: String
    let lower: String
    let current: Link
    let possible: Link

    init(_ hop: PCIePath.Hop) {
      upper = hop.upper.description
      lower = hop.lower.description
      current = Link(hop.current)
      possible = Link(hop.possible)
    }
  }
  let current: Link
  let maximum: Link
  /// The link that carries least on the way to the root.
  @ExplicitNull var limitedBy: Hop?
  let degraded: Bool

  init(_ path: PCIePath) {
    current = Link(path.current)
    maximum = Link(path.maximum)
    limitedBy = path.narrowest.map(Hop.init)
    degraded = path.degraded != nil
  }
}

struct PortPayload: Encodable {
  struct GIDEntry: Encodable {
    let index: Int
    let gid: String
    @ExplicitNull var address: String?
    @ExplicitNull var type: String?
    @ExplicitNull var netdev: String?
    let linkLocal: Bool
  }
  struct Interface: Encodable {
    let name: String
    @ExplicitNull var mac: String?
    @ExplicitNull var adminUp: Bool?
    @ExplicitNull var carrier: Bool?
    @ExplicitNull var mtu: Int?
    @ExplicitNull var master: String?
    @ExplicitNull var here: Bool?
    @ExplicitNull var pkey: Int?
    @ExplicitNull var mode: String?
  }
  let port: Int
  let state: String
  let physicalState: String
  @ExplicitNull var linkLayer: String?
  @ExplicitNull var rateGbps: Double?
  @ExplicitNull var width: String?
  @ExplicitNull var speed: String?
  @ExplicitNull var lid: Int?
  @ExplicitNull var smLID: Int?
  @ExplicitNull var smSL: Int?
  @ExplicitNull var lmc: Int?
  @ExplicitNull var portGUID: String?
  @ExplicitNull var gids: [GIDEntry]?
  let netdevs: [String]
  let interfaces: [Interface]
  @ExplicitNull var maxMTU: Int?
  @ExplicitNull var activeMTU: Int?
  @ExplicitNull var capabilityMask: UInt32?
  @ExplicitNull var counters: [String: UInt64]?
  @ExplicitNull var hwCounters: [String: UInt64]?
  @ExplicitNull var maxMessageSize: UInt64?
  @ExplicitNull var maxVLs: Int?
  @ExplicitNull var pkeyTableLength: Int?
  @ExplicitNull var gidTableLength: Int?
  @ExplicitNull var badPKeyCounter: Int?
  @ExplicitNull var qkeyViolationCounter: Int?
  @ExplicitNull var subnetTimeout: Int?
  @ExplicitNull var initTypeReply: Int?

  /// Where a name of the field would be cut in the wrong place.
  private enum CodingKeys: String, CodingKey {
    case port, state, physicalState, linkLayer, rateGbps, width, speed, lid, smLID, smSL, lmc, portGUID, gids, netdevs
    case interfaces, maxMTU, activeMTU, capabilityMask, counters, hwCounters, maxMessageSize, maxVLs = "max_vls"
    case pkeyTableLength, gidTableLength, badPKeyCounter = "bad_pkey_counter", qkeyViolationCounter, subnetTimeout
    case initTypeReply
  }

  init(_ port: Port) {
    self.port = port.number
    state = port.state.rawValue
    physicalState = port.physicalState.rawValue
    linkLayer = port.linkLayer?.rawValue
    // Of a port that is down these mean nothing, whatever the driver still shows.
    let isDown = port.state == .down
    rateGbps = isDown ? nil : port.rate
    width = isDown ? nil : port.width
    speed = isDown ? nil : port.speed
    lid = isDown ? nil : port.lid
    smLID = isDown ? nil : port.smLID
    smSL = isDown ? nil : port.smSL
    lmc = isDown ? nil : port.lmc
    portGUID = port.guid?.description
    gids = port.gids?.map {
      GIDEntry(
        index: $0.index, gid: $0.text, address: $0.type == .infiniband ? nil : $0.address?.description,
        type: $0.type?.rawValue, netdev: $0.netdev, linkLocal: $0.isLinkLocal)
    }
    netdevs = port.netdevs.filter { $0.isHere != false }.map(\.name)
    interfaces = port.netdevs.map {
      Interface(
        name: $0.name, mac: $0.mac?.description, adminUp: $0.isAdminUp, carrier: $0.hasCarrier, mtu: $0.mtu,
        master: $0.master, here: $0.isHere, pkey: $0.partitionKey, mode: $0.mode)
    }
    maxMTU = port.maxMTU
    activeMTU = port.activeMTU
    capabilityMask = port.capabilityMask
    counters = port.counters
    hwCounters = port.hardwareCounters
    maxMessageSize = port.detail?.maxMessageSize
    maxVLs = port.detail?.maxVLs
    pkeyTableLength = port.detail?.pkeyTableLength
    gidTableLength = port.detail?.gidTableLength
    badPKeyCounter = port.detail?.badPKeyCounter
    qkeyViolationCounter = port.detail?.qkeyViolationCounter
    subnetTimeout = port.detail?.subnetTimeout
    initTypeReply = port.detail?.initTypeReply
  }
}
