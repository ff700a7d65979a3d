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
