internal import AdapterChips
internal import HostAccess
internal import Vocabulary

/// Reads PCI functions from sysfs. A parent is reached as `DIRECTORY/..`, which the kernel resolves through the link.
struct PCIBusReader {
  let files: any FileReading

  func identity(_ directory: String) -> PCIIdentity? {
    guard let vendor = hexadecimal("\(directory)/vendor"), let device = hexadecimal("\(directory)/device") else {
      return nil
    }
    return PCIIdentity(vendor: vendor, device: device)
  }

  func virtualFunction(_ directory: String) -> VirtualFunction? {
    address("\(directory)/physfn").map { VirtualFunction(physicalFunction: $0) }
  }

  /// Completes a virtual function with what takes some looking: its number, the policy of the physical function for it, and
  /// the physical function's interfaces.
  func complete(_ function: inout VirtualFunction, _ directory: String, of own: PCIAddress) {
    let physical = "\(directory)/physfn"
    function.physicalNetdevs = (try? files.list("\(physical)/net")) ?? []
    let siblings = (try? files.list(physical)) ?? []
    function.index =
      siblings.first { $0.hasPrefix("virtfn") && address("\(physical)/\($0)") == own }
      .flatMap { Int($0.dropFirst("virtfn".count)) }
    // mlx5 of MLNX_OFED has it; elsewhere it is in the physical interface's netlink attributes.
    function.policy = function.index.flatMap { try? files.text("\(physical)/sriov/\($0)/policy") }
  }

  /// The links from a function to the root. Functions alternate: adapter, port above it, (switch, port above it) …
  ///
  /// - Parameter address: the function's own.
  func path(_ directory: String, of address: PCIAddress) -> PCIePath? {
    guard let current = link(directory, "current"), let maximum = link(directory, "max") else { return nil }
    var hops: [PCIePath.Hop] = []
    var lower = directory
    var lowerAddress = address
    var (now, below): (PCIeLink?, PCIeLink?) = (current, maximum)
    // The deepest trees have a handful of switches; the limit only stops a tree that never ends.
    for _ in 0..<16 {
      let upper = lower + "/.."
      guard let upperAddress = self.address(upper) else { break }
      if let now, let below, let above = link(upper, "max") {
        hops.append(
          PCIePath.Hop(
            upper: upperAddress, lower: lowerAddress, current: now, possible: PCIeLink.best(of: below, and: above)))
      }
      lower = upper + "/.."
      guard let next = self.address(lower) else { break }
      lowerAddress = next
      (now, below) = (link(lower, "current"), link(lower, "max"))
    }
    return PCIePath(current: current, maximum: maximum, hops: hops)
  }

  /// Mellanox adapters on the bus that are not among `known`: those of the table, and network functions that are newer
  /// than the table. A virtual function counts where its physical function is not in this machine.
  func adapters(besides known: [Adapter]) -> [Adapter] {
    let taken = Set(known.compactMap(\.pciAddress))
    let interfaces = Set(known.flatMap(\.ports).flatMap(\.netdevs).map(\.name))
    let names = (try? files.list(Sysfs.pci)) ?? []
    return names.compactMap { PCIAddress($0) }.sorted().compactMap { address in
      let directory = "\(Sysfs.pci)/\(address)"
      guard !taken.contains(address), hexadecimal("\(directory)/vendor") == AdapterChip.vendor,
        let id = identity(directory), id.known != nil || isNetworkFunction(directory),
        virtualFunction(directory) == nil,
        // Of two functions in a bond one device serves both.
        interfaces.isDisjoint(with: masters(directory))
      else { return nil }
      var adapter = Adapter()
      adapter.pciAddress = address
      adapter.pciID = id
      adapter.model = id.known?.chip.name
      adapter.vendorID = VerbsVendor.id(pciVendor: id.vendor)
      adapter.partID = UInt32(id.device)
      adapter.driver = Uevent(files, of: directory).driver
      adapter.numaNode = numaNode(directory)
      adapter.pcie = path(directory, of: address)
      return adapter
    }
  }

  /// Base class 02h (network controller), or 0Ch with 06h (InfiniBand). Source: PCI Code and ID Assignment Specification.
  private func isNetworkFunction(_ directory: String) -> Bool {
    guard let code = (try? files.text("\(directory)/class")).flatMap({ Sysfs.number($0) }) else { return false }
    return code >> 16 == 0x02 || code >> 8 == 0x0c06
  }

  /// The bonds that a function's interfaces belong to.
  private func masters(_ directory: String) -> [String] {
    ((try? files.list("\(directory)/net")) ?? []).compactMap {
      Uevent(files, of: "\(directory)/net/\($0)/master").interface
    }
  }

  /// `nil` where the firmware names none (-1).
  func numaNode(_ directory: String) -> Int? {
    (try? files.text("\(directory)/numa_node")).flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
  }

  /// How many vectors the kernel gave the driver of a function.
  func grantedVectors(_ directory: String) -> Int? { (try? files.list("\(directory)/msi_irqs"))?.count }

  private func address(_ directory: String) -> PCIAddress? {
    Uevent(files, of: directory).pciAddress
  }

  private func hexadecimal(_ path: String) -> UInt16? {
    (try? files.text(path)).flatMap { Sysfs.number($0) }.flatMap { UInt16(exactly: $0) }
  }

  /// `current_link_speed` ("8.0 GT/s PCIe"; "Unknown" where there is none) and `current_link_width`.
  private func link(_ directory: String, _ kind: String) -> PCIeLink? {
    guard let speed = try? files.text("\(directory)/\(kind)_link_speed"),
      let gigatransfers = speed.split(separator: " ").first.flatMap({ Double($0) }),
      gigatransfers > 0, gigatransfers < 1000,
      let width = (try? files.text("\(directory)/\(kind)_link_width")).flatMap({ Int($0) }), (1...32).contains(width)
    else { return nil }
    return PCIeLink(speed: gigatransfers, width: width)
  }
}
