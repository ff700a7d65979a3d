internal import HostAccess
public import Vocabulary

/// No RDMA device: an empty answer would look like a healthy machine.
public struct NoDevice: Failure {
  public let id: String
  public let message: String
  public let subject: String?
  public let fix: [String]
  public let hint: [String]
  public let exitStatus: ExitStatus

  private static let id = "host.no_rdma_device"

  /// The finding of an answer that has no adapter at all.
  public static func problem(of inventory: Inventory) -> Problem? {
    guard inventory.devices.isEmpty, inventory.adapters.isEmpty else { return nil }
    let reason = NoDevice(inventory)
    return Problem(
      id: reason.id, severity: .error, subject: reason.subject ?? "host", message: reason.message, fix: reason.fix,
      hint: reason.hint)
  }

  /// For an answer whose table shows the reason.
  /// - Parameter named: the user named certain adapters.
  public static func shown(named: Bool) -> NoDevice {
    NoDevice(message: named ? "not an RDMA device" : "no RDMA device found")
  }

  private init(message: String) {
    id = Self.id
    exitStatus = .notFound
    self.message = message
    subject = nil
    fix = []
    hint = []
  }

  public init(_ inventory: Inventory) {
    let machine = inventory.machine
    exitStatus =
      machine.rdmaClassFailure.map { $0.reason == .notPermitted ? .notPermitted : .failed } ?? .notFound
    let problems = Explanation.problems(of: inventory)
    let steps: (fix: [String], hint: [String])
    if let failure = machine.rdmaClassFailure {
      id = "host.unreadable"
      subject = failure.path
      message = "cannot list the RDMA devices: this directory \(failure.explanation)"
      steps = (["ls -ld \(failure.path)"], [])
    } else if let adapter = inventory.adapters.first,
      let problem = problems.first(where: { $0.subject == adapter.label })
    {
      id = problem.id
      subject = adapter.label
      message = "no RDMA device found: \(adapter.model ?? "this adapter") is present, but \(problem.message)"
      steps = (problem.fix, problem.hint)
    } else if machine.hasExclusiveNamespaces {
      id = "host.rdma_netns_exclusive"
      subject = nil
      message =
        "no RDMA device in this network name space: RDMA devices belong to one network name space each (exclusive mode)"
      steps = (["rdma system show"], [NamespaceAdvice.move])
    } else if machine.hasRDMAClass {
      id = Self.id
      subject = nil
      message = "no RDMA device found: the kernel's RDMA modules are loaded, but no adapter is bound to them"
      steps = (["lspci -nn | grep -i -e mellanox -e infiniband", "dmesg | grep -i -e mlx -e infiniband"], [])
    } else {
      id = Self.id
      subject = nil
      message = "no RDMA device found: no RDMA module is loaded (mlx5_ib, mlx4_ib, ...)"
      steps = (
        ["lspci -nn | grep -i -e mellanox -e infiniband", "modprobe mlx5_ib", "ls /dev/infiniband"],
        ["in a container, /sys/class/infiniband and /dev/infiniband must be passed in"]
      )
    }
    let (fix, more) = machine.toolbox.check(steps.fix)
    (self.fix, hint) = (fix, steps.hint + more)
  }
}
