public import Vocabulary

/// Which interface it is, so that it is found again after it was renamed.
public struct InterfaceIdentity: Hashable, Sendable {
  public var name: String
  /// The kernel's number: stays over a rename, is new when the device comes back.
  public var index: Int
  /// IFLA_PERM_ADDRESS: burnt in. Virtual interfaces have none.
  public var permanentMAC: MACAddress?
  public var pciAddress: PCIAddress?

  public init(name: String, index: Int, permanentMAC: MACAddress? = nil, pciAddress: PCIAddress? = nil) {
    self.name = name
    self.index = index
    self.permanentMAC = permanentMAC
    self.pciAddress = pciAddress
  }
}

/// An interface with everything that can be set on it, and what bears on that.
public struct InterfaceState: Sendable, Equatable {
  public var identity: InterfaceIdentity
  /// `mlx5_core`; `nil` of those without a device.
  public var driver: String?
  /// IFLA_INFO_KIND: bond, bridge, vlan, veth, ipoib, …; `nil` of hardware.
  public var kind: String?
  public var isUp: Bool
  public var isLoopback: Bool
  public var isInfiniBand: Bool
  public var knobs: [Knob: KnobState]
  /// The bond or bridge it belongs to, and the members of one that it is itself.
  public var master: String?
  public var masterKind: String?
  public var members: [String]
  /// The interfaces that stand on it: VLANs, macvlans, P_Key children.
  public var uppers: [StackedInterface]
  /// The one it stands on (VLAN, P_Key child).
  public var lower: String?
  /// Whether an XDP program is attached.
  public var hasXDP: Bool
  public var numaNode: Int?
  /// The processors beside the device, as the kernel writes them: "0-7,16-23".
  public var localCPUs: String?
  /// Mb/s; `nil` when it is down or does not tell.
  public var speed: Int?
  public var interrupts: [Interrupt]
  /// SR-IOV: how many virtual functions there are and could be.
  public var virtualFunctions: Int?
  public var maximumVirtualFunctions: Int?
  /// Questions that the driver cannot answer, by kind: not there is not zero.
  public var unsupported: Set<Knob.Kind>

  public init(identity: InterfaceIdentity, knobs: [Knob: KnobState] = [:]) {
    self.identity = identity
    self.knobs = knobs
    driver = nil
    kind = nil
    isUp = false
    isLoopback = false
    isInfiniBand = false
    master = nil
    masterKind = nil
    members = []
    uppers = []
    lower = nil
    hasXDP = false
    numaNode = nil
    localCPUs = nil
    speed = nil
    interrupts = []
    virtualFunctions = nil
    maximumVirtualFunctions = nil
    unsupported = []
  }

  public var name: String { identity.name }
}

/// An interface on top of another.
public struct StackedInterface: Hashable, Sendable {
  public let name: String
  /// vlan, macvlan, ipoib.
  public let kind: String
  /// VLAN id or P_Key.
  public let tag: Int?

  public init(name: String, kind: String, tag: Int?) {
    self.name = name
    self.kind = kind
    self.tag = tag
  }
}

/// One of an interface's interrupts.
public struct Interrupt: Hashable, Sendable {
  public let number: Int
  /// As in `/proc/interrupts`: `mlx5_comp3@pci:0000:3b:00.0`.
  public let name: String

  public init(number: Int, name: String) {
    self.number = number
    self.name = name
  }
}

/// Everything that can be set: of all interfaces, and of the machine.
public struct OffloadState: Sendable, Equatable {
  /// By index.
  public var interfaces: [InterfaceState]
  /// The machine's sysctls.
  public var machine: [Knob: KnobState]
  /// What could not be read, and why.
  public var notes: [Note]
  /// Whether `/sys` shows these interfaces, and not those of another network name space.
  public var ownsSysfs = true

  public init(interfaces: [InterfaceState] = [], machine: [Knob: KnobState] = [:], notes: [Note] = []) {
    self.interfaces = interfaces
    self.machine = machine
    self.notes = notes
  }
}
