import HostAccess
import Testing

@testable import TestSupport

@Suite struct FakeFilesTests {
  private let files = FakeFiles([
    "/sys/class/infiniband/mlx5_0": .link("../../devices/pci0000:00/infiniband/mlx5_0"),
    "/sys/devices/pci0000:00/infiniband/mlx5_0/fw_ver": .text("16.35.2000"),
    "/sys/devices/pci0000:00/infiniband/mlx5_0/board_id": .error(.other("Invalid argument (22)")),
    "/sys/devices/pci0000:00/infiniband/mlx5_0/ports": .directory,
    "/sys/loop": .link("loop"),
  ])

  @Test func followsLinksLikeTheKernel() throws {
    #expect(try files.text("/sys/class/infiniband/mlx5_0/fw_ver") == "16.35.2000")
    #expect(try files.text("/sys/class/infiniband/mlx5_0/../mlx5_0/fw_ver") == "16.35.2000")
    #expect(try files.link("/sys/class/infiniband/mlx5_0") == "../../devices/pci0000:00/infiniband/mlx5_0")
    #expect(try files.list("/sys/class/infiniband/mlx5_0") == ["board_id", "fw_ver", "ports"])
    #expect(try files.list("/") == ["sys"])
    #expect(try files.list("/sys/class/infiniband/mlx5_0/ports").isEmpty)
    #expect(files.reads(of: "/sys/class/infiniband/mlx5_0/fw_ver") == 1)
  }

  @Test(arguments: [
    ("/sys/class/infiniband/mlx5_1/fw_ver", FileError.Reason.notFound), ("/sys/loop", .notFound),
    ("/sys/class/infiniband/mlx5_0/ports", .wrongKind),
    ("/sys/class/infiniband/mlx5_0/board_id", .other("Invalid argument (22)")),
  ])
  func refuses(path: String, reason: FileError.Reason) {
    #expect(throws: FileError(path: path, reason: reason)) { try files.read(path, limit: 100) }
  }

  @Test func limitsLength() {
    let path = "/sys/class/infiniband/mlx5_0/fw_ver"
    #expect(throws: FileError(path: path, reason: .tooLarge(limit: 10))) { try files.read(path, limit: 10) }
  }

  @Test func filesMayVanish() throws {
    files.interfere { path, count in count > 1 && path.hasPrefix("/sys/class/infiniband/") ? .notFound : nil }
    #expect(try files.text("/sys/class/infiniband/mlx5_0/fw_ver") == "16.35.2000")
    #expect(throws: FileError.self) { try files.text("/sys/class/infiniband/mlx5_0/fw_ver") }
  }

  @Test func writesAndLocksWhereAllowed() throws {
    files.allowWriting(below: "/var/lib/rdmactl")
    try files.replace("/var/lib/rdmactl/journal", with: Array("a".utf8))
    #expect(try files.text("/var/lib/rdmactl/journal") == "a")
    #expect(files.replacements.map(\.text) == ["a"])
    files.allowLocking("/run/rdmactl/lock")
    do {
      let lock = try files.lock("/run/rdmactl/lock")
      #expect(throws: FileError.self) { _ = try files.lock("/run/rdmactl/lock") }
      withExtendedLifetime(lock) {}
    }
    _ = try files.lock("/run/rdmactl/lock")
    files.holdLock("/run/rdmactl/lock", by: 77)
    #expect(throws: FileError(path: "/run/rdmactl/lock", reason: .locked(by: LockHolder(process: 77)))) {
      _ = try files.lock("/run/rdmactl/lock")
    }
  }
}
