public import Vocabulary

/// Ways out that a recorded machine does not have: every question gets "not here", so that the fields become `null`.
public struct AbsentManagement: ManagementAccess {
  public init() {}
  public func open(device: String, port: Int, classes: [ManagementClass]) throws(ManagementError) -> any ManagementPort
  {
    throw .recorded
  }
}

public struct AbsentVerbs: VerbsAccess {
  public init() {}
  public func attributes(of devices: [String]) -> [String: Result<VerbsDevice, VerbsError>] {
    let answer = VerbsError.unavailable("a recorded machine (--root) has no verbs interface")
    return Dictionary(devices.map { ($0, .failure(answer)) }) { first, _ in first }
  }
}

/// The PCI bus of a recorded machine: what its files tell, and no registers. To reach for those would write into the
/// recording.
public struct RecordedPCI: PCIAccess {
  private let bus: any PCIAccess

  public init(_ bus: any PCIAccess) { self.bus = bus }

  public func name(vendor: UInt16, device: UInt16) -> String? { bus.name(vendor: vendor, device: device) }

  public func configurationSpace(of address: PCIAddress) throws(PCIError) -> [UInt8] {
    try bus.configurationSpace(of: address)
  }

  public func open(_ address: PCIAddress) throws(PCIError) -> any PCIFunction { throw .recorded }
}

/// A recorded machine runs nothing.
public struct AbsentProcesses: ProcessAccess {
  public init() {}
  public func find(_ program: String) -> String? { nil }
  public func run(
    _ program: String, _ arguments: [String], timeoutMilliseconds: Int
  ) throws(ProcessError) -> FinishedProcess { throw .recorded }
  public func launch(
    _ program: String, _ arguments: [String], log: String, directory: String
  ) throws(ProcessError) -> any LaunchedProcess { throw .recorded }
  public func send(_ signal: ProcessSignal, to process: Int32) throws(ProcessError) { throw .recorded }
}
