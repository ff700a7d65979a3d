import HostAccess
import HostLinux
import Testing

@testable import TestSupport

@Suite struct MachineTreeTests {
  private let text = """
    # a machine
    dir /sys/class/infiniband_mad
    link /sys/class/infiniband/mlx5_0 -> ../../devices/mlx5_0
    file /sys/devices/mlx5_0/fw_ver = 16.35 = 2000
    file /sys/devices/mlx5_0/empty =
    lines /sys/devices/mlx5_0/uevent
      DRIVER=mlx5_core
      PCI_ID=15B3:1017
    hex /sys/devices/mlx5_0/config = b31517
    hex /dev/infiniband/umad0 =
    """

  @Test func readsEveryKindOfLine() throws {
    let tree = try MachineTree(parsing: text)
    #expect(tree["/sys/class/infiniband_mad"] == .directory)
    #expect(tree["/sys/class/infiniband/mlx5_0"] == .link("../../devices/mlx5_0"))
    #expect(tree["/sys/devices/mlx5_0/fw_ver"] == .text("16.35 = 2000"))
    #expect(tree["/sys/devices/mlx5_0/empty"] == .text(""))
    #expect(tree["/sys/devices/mlx5_0/config"] == .bytes([0xb3, 0x15, 0x17]))
    #expect(tree["/dev/infiniband/umad0"] == .bytes([]))
  }

  @Test func onDiskAndInMemoryAreTheSame() throws {
    let machine = try RecordedMachine(tree: MachineTree(parsing: text))
    let disk = LinuxFiles(root: machine.root)
    let memory = FakeFiles(machine.tree.entries)
    for directory in [
      "/", "/sys/class", "/sys/class/infiniband/mlx5_0", "/sys/class/infiniband_mad", "/dev/infiniband",
    ] {
      #expect(try disk.list(directory) == memory.list(directory))
    }
    for file in ["fw_ver", "empty", "uevent", "config"].map({ "/sys/class/infiniband/mlx5_0/\($0)" }) {
      #expect(try disk.read(file, limit: 4096) == memory.read(file, limit: 4096))
    }
  }

  @Test(arguments: [
    "file /a", "link /a -> /b", "link /a", "hex /a = 0", "hex /a = zz", "file a = b", "other /a", "dir /a/../b",
  ])
  func refusesOtherLines(line: String) {
    #expect(throws: MachineTreeFailure.self) { try MachineTree(parsing: line) }
  }

  @Test func everyRecordedMachineCanBeRead() throws {
    for name in MachineTree.names { #expect(throws: Never.self, "\(name)") { try MachineTree(named: name) } }
  }
}
