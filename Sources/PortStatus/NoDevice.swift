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
    exitStatus =
      inventory.machine.rdmaClassFailure.map { $0.reason == .notPermitted ? .notPermitted : .failed } ?? .notFound
    let problems = Explanation.problems(of: inventory)
    if let failure = inventory.machine.rdmaClassFailure {
      id = "host.unreadable"
      subject = failure.path
      message = "cannot list the RDMA devices: this directory \(failure.explanation)"
      fix = ["ls -ld \(failure.path)"]
      hint = []
    } else if let adapter = inventory.adapters.first,
      let problem = problems.first(where: { $0.subject == adapter.label })
    {
      id = problem.id
      subject = adapter.label
      message = "no RDMA device found: \(adapter.model ?? "this adapter") is present, but \(problem.message)"
      fix = problem.fix
      hint = problem.hint
    } else if inventory.machine.hasRDMAClass {
      id = Self.id
      subject = nil
      message = "no RDMA device found: the kernel's RDMA modules are loaded, but no adapter is bound to them"
      hint = []
      fix = ["lspci -nn | grep -i -e mellanox -e infiniband", "dmesg | grep -i -e mlx -e infiniband"]
    } else {
      id = Self.id
      subject = nil
      message = "no RDMA device found: no RDMA module is loaded (mlx5_ib, mlx4_ib, ...)"
      hint = ["in a container, /sys/class/infiniband and /dev/infiniband must be passed in"]
      fix = ["lspci -nn | grep -i -e mellanox -e infiniband", "modprobe mlx5_ib", "ls /dev/infiniband"]
    }
  }
}
