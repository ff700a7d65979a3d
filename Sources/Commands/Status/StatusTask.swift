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
    /// Whether an error among the problems decides the exit status.
    var isCheck = false
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

  /// The inventory, limited to the names of the call.
  ///
  /// - Throws: `NoDevice` when the devices may not be seen, `NameFailure`.
  /// - Parameter live: the states as the ports' own agents tell them now.
  func read(streaming: Bool = false, live: Bool = false) throws -> Inventory {
    let everything = output.format == .json || streaming || options.sections.verbose
    let request = InventoryRequest(
      gids: everything || options.sections.gids, counters: options.sections.counters,
      detail: everything || options.format == .vstat || expectation != nil, names: options.names)
    var inventory = reader.read(request)
    // Neither a name nor an expectation can be judged by one who may not see the devices.
    if inventory.machine.rdmaClassFailure != nil { throw NoDevice(inventory) }
    if live { reader.refresh(&inventory) }
    if expectation?.asksManagers == true { reader.askManagers(&inventory) }
    // The table says itself what it does not know.
    if !everything && !options.sections.gids && !options.sections.counters { inventory.notes = [] }
    return try inventory.limited(to: options.names)
  }

  /// - Returns: `.notFound` for a JSON answer without a device, whose problems say why.
  /// - Throws: `NoDevice` when there is nothing to show, which is never a success.
  func show(_ inventory: Inventory) throws -> ExitStatus {
    let report = report(on: inventory)
    guard !inventory.devices.isEmpty || expectation != nil else {
      let hasReason =
        output.format == .json || output.format == .text && (!inventory.adapters.isEmpty || options.sections.brief)
      guard hasReason, options.format == .text else { throw NoDevice(inventory) }
      try output.show(report)
      if output.format == .json { return .notFound }
      throw NoDevice.shown(named: !options.names.isEmpty)
    }
    switch options.format {
    case .text, .vstat: try show(report)
    case .nagios:
      let (line, status) = MonitoringText(report: report).nagios
      try output.write(line)
      return status
    case .local:
      try output.write(MonitoringText(report: report).local)
      return .done
    }
    if report.isFailed { return .checkFailed }
    return inventory.adapters.contains { !$0.unreadable.isEmpty } ? .partial : .done
  }

  func show(_ report: StatusReport) throws {
    switch options.format {
    case .text, .nagios, .local: try output.show(report)
    case .vstat:
      let sections = options.sections
      try output.write(VStatText.make(report.inventory, verbose: sections.verbose, counters: sections.counters))
      output.tellDecisive(report)
    }
  }

  /// - Parameters:
  ///   - more: failures beside those of the expectation.
  ///   - live: the ports' own agents are open, and their subnet managers are not asked again and again.
  func report(on inventory: Inventory, more: [Problem] = [], live: Bool = false) -> StatusReport {
    let asked =
      live
      ? [] : SilentManagers(host: host).problems(of: inventory) + PendingFirmware(host: host).problems(of: inventory)
    return StatusReport(
      inventory, sections: options.sections, failures: more, expectation: expectation,
      asked: asked, isCheck: options.isCheck)
  }
}
