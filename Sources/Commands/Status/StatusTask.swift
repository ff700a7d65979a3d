internal import HostAccess
internal import PortStatus
internal import Presentation
internal import Vocabulary

/// Reading and showing once; waiting and watching do it again and again.
struct StatusTask {
  struct Options {
    let names: [String]
    let sections: StatusReport.Sections
    let format: StatusFormat
  }

  let host: Host
  let output: Output
  let options: Options
  let expectation: Expectation?
  private let reader: InventoryReader

  init(host: Host, output: Output, options: Options, expectation: Expectation?) {
    self.host = host
    self.output = output
    self.options = options
    self.expectation = expectation
    reader = InventoryReader(host: host)
  }

  /// What there is, limited to what was named.
  ///
  /// - Parameter live: the states as the ports' own agents tell them now.
  func read(streaming: Bool = false, live: Bool = false) throws -> Inventory {
    let everything = output.format == .json || streaming || options.sections.verbose
    let request = InventoryRequest(
      gids: everything || options.sections.gids, counters: options.sections.counters,
      detail: everything || options.format == .vstat || expectation != nil)
    var inventory = reader.read(request)
    if live { reader.refresh(&inventory) }
    if !everything { inventory.notes = [] }
    return try inventory.limited(to: options.names)
  }

  /// - Throws: `NoDevice` when there is nothing to show, which is never a success.
  func show(_ inventory: Inventory) throws -> ExitStatus {
    let report = report(on: inventory)
    guard !inventory.devices.isEmpty || expectation != nil else {
      guard output.format == .text, options.format == .text, !inventory.adapters.isEmpty else {
        throw NoDevice(inventory)
      }
      try output.show(report)
      throw NoDevice.told
    }
    switch options.format {
    case .text: try output.show(report)
    case .vstat:
      let sections = options.sections
      try output.write(VStatText.make(inventory, verbose: sections.verbose, counters: sections.counters))
      if let expectation { tell(expectation.failures(in: inventory)) }
    }
    return status(of: inventory)
  }

  func report(on inventory: Inventory) -> StatusReport {
    StatusReport(
      inventory, sections: options.sections, failures: expectation?.failures(in: inventory) ?? [])
  }

  func status(of inventory: Inventory) -> ExitStatus {
    if let expectation, !expectation.failures(in: inventory).isEmpty { return .checkFailed }
    return inventory.adapters.contains { !$0.unreadable.isEmpty } ? .partial : .done
  }

  /// vstat's text has no place for what an expectation found.
  private func tell(_ failures: [Problem]) {
    for failure in failures { output.talk("rdmactl: \(failure.subject): \(failure.message)") }
  }
}

/// There is no RDMA device: an empty answer would look like a healthy one.
struct NoDevice: Failure {
  let id: String
  let message: String
  let subject: String?
  let fix: [String]
  let exitStatus = ExitStatus.notFound

  private static let id = "host.no_rdma_device"

  /// When the reason stands in the table's own lines.
  static let told = NoDevice(message: "there is no RDMA device", subject: nil, fix: [])

  private init(message: String, subject: String?, fix: [String]) {
    id = Self.id
    self.message = message
    self.subject = subject
    self.fix = fix
  }

  init(_ inventory: Inventory) {
    let problems = Explanation.problems(of: inventory)
    if let adapter = inventory.adapters.first, let problem = problems.first(where: { $0.subject == adapter.label }) {
      id = problem.id
      subject = adapter.label
      message = "there is no RDMA device: \(adapter.model ?? "this adapter") is here, but \(problem.message)"
      fix = problem.fix
    } else if inventory.machine.hasRDMAClass {
      id = Self.id
      subject = nil
      message = "there is no RDMA device: the kernel's RDMA modules are loaded but drive no adapter"
      fix = ["lspci -nn | grep -i -e mellanox -e infiniband", "dmesg | grep -i -e mlx -e infiniband"]
    } else {
      id = Self.id
      subject = nil
      message =
        "there is no RDMA device: no RDMA module is loaded (mlx5_ib, mlx4_ib, …), no adapter that needs one is on the "
        + "PCI bus, or this is a container that was not given /sys/class/infiniband and /dev/infiniband"
      fix = ["lspci -nn | grep -i -e mellanox -e infiniband", "modprobe mlx5_ib", "ls /dev/infiniband"]
    }
  }
}
