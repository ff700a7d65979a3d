internal import HostAccess
internal import PortStatus
internal import Vocabulary

/// There is no RDMA device: an empty answer would look like a healthy one.
struct NoDevice: Failure {
  let id: String
  let message: String
  let subject: String?
  let fix: [String]
  let exitStatus: ExitStatus

  private static let id = "host.no_rdma_device"

  /// When the reason stands in the table's own lines.
  /// - Parameter named: the user asked for certain adapters, and these are none.
  static func told(named: Bool) -> NoDevice {
    NoDevice(message: named ? "what was named is no RDMA device" : "there is no RDMA device", subject: nil, fix: [])
  }

  private init(message: String, subject: String?, fix: [String]) {
    id = Self.id
    exitStatus = .notFound
    self.message = message
    self.subject = subject
    self.fix = fix
  }

  init(_ inventory: Inventory) {
    exitStatus =
      inventory.machine.rdmaClassFailure.map { $0.reason == .notPermitted ? .notPermitted : .failed } ?? .notFound
    let problems = Explanation.problems(of: inventory)
    if let failure = inventory.machine.rdmaClassFailure {
      id = "host.unreadable"
      subject = failure.path
      message = "the RDMA devices cannot be told: this directory \(failure.explanation)"
      fix = ["ls -ld \(failure.path)"]
    } else if let adapter = inventory.adapters.first,
      let problem = problems.first(where: { $0.subject == adapter.label })
    {
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

/// The user pressed Ctrl-C, or somebody sent SIGTERM, before there was an answer.
struct Interrupted: Failure {
  let id = "interrupted"
  let message = "interrupted"
  let subject: String? = nil
  let fix: [String] = []
  let exitStatus = ExitStatus.interrupted
}
