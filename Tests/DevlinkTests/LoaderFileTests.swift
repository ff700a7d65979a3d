import HostAccess
import HostLinux
import TestSupport
import Testing
import Vocabulary

@testable import Devlink

/// An image where the kernel looks for it: there for a while, and then gone.
@Suite struct LoaderFileTests {
  private let handle = DevlinkHandle(bus: "pci", device: "0000:3b:00.0")
  private let path = "/lib/firmware/rdmactl/pci_0000:3b:00.0.bin"
  private let parameter = "/sys/module/firmware_class/parameters/path"

  private func files(_ entries: [String: FakeFiles.Entry] = [:]) -> FakeFiles {
    let files = FakeFiles(entries)
    files.allowWriting(below: "/lib/firmware")
    return files
  }

  @Test func isThereAndGone() throws {
    let files = files()
    let host = Host.fake(files: files)
    #expect(LoaderFile.plannedPath(for: handle, on: host) == path)
    let placed = try LoaderFile([1, 2, 3], for: handle, on: host)
    #expect(placed.path == path && placed.name == "rdmactl/pci_0000:3b:00.0.bin")
    #expect(try files.read(path, limit: 10) == [1, 2, 3])
    #expect(LoaderFile.leftBehind(for: handle, on: host) == [path])
    try placed.remove()
    #expect(files.removals == [path, "/lib/firmware/rdmactl"])
    #expect(LoaderFile.leftBehind(for: handle, on: host).isEmpty)
  }

  /// Another device is flashed meanwhile.
  @Test func theDirectoryOfOthersStays() throws {
    let files = files(["/lib/firmware/rdmactl/pci_0000:af:00.0.bin": .bytes([9])])
    let host = Host.fake(files: files)
    try LoaderFile([1], for: handle, on: host).remove()
    #expect(files.removals == [path])
    #expect(try files.list("/lib/firmware/rdmactl") == ["pci_0000:af:00.0.bin"])
  }

  /// What a killed process has left is seen, and goes before the next image is put there.
  @Test func whatIsLeftBehind() throws {
    let old = "/srv/fw/rdmactl/pci_0000:3b:00.0.bin.new"
    let files = files([parameter: .text("/srv/fw"), old: .bytes([7]), path: .bytes([8])])
    files.allowWriting(below: "/srv/fw")
    let host = Host.fake(files: files)
    #expect(LoaderFile.leftBehind(for: handle, on: host) == [old, path])
    let placed = try LoaderFile([1], for: handle, on: host)
    #expect(files.removals == [old, path])
    #expect(placed.path == "/srv/fw/rdmactl/pci_0000:3b:00.0.bin")
    #expect(LoaderFile.leftBehind(for: handle, on: host) == [placed.path])
  }

  @Test(arguments: ["", "relative", "/lib/firmware"]) func theUsualDirectory(named: String) throws {
    let host = Host.fake(files: files([parameter: .text(named)]))
    #expect(try LoaderFile([1], for: handle, on: host).path == path)
  }

  @Test func theNamedDirectoryCannotBeWritten() throws {
    let named = "/mnt/fw/rdmactl/pci_0000:3b:00.0.bin"
    let files = files([parameter: .text("/mnt/fw/"), named: .error(.other("Read-only file system (30)"))])
    files.allowWriting(below: "/mnt/fw")
    #expect(try LoaderFile([1], for: handle, on: .fake(files: files)).path == path)
  }

  @Test func nothingCanBeWritten() {
    let files = files([path: .error(.other("Read-only file system (30)"))])
    let failure = #expect(throws: DevlinkFailure.self) { try LoaderFile([1], for: handle, on: .fake(files: files)) }
    #expect(failure?.exitStatus == .refused && failure?.id == "devlink.no_place")
    #expect(failure?.message.contains("\(path) cannot be written: Read-only file system (30)") == true)
    #expect(failure?.fix.first?.contains("> \(parameter)") == true)
  }

  @Test func thatItMayNotOutliveAPowerCutIsNoHindrance() throws {
    let files = files([path: .error(.notDurable("Input/output error (5)"))])
    #expect(try LoaderFile([1], for: handle, on: .fake(files: files)).path == path)
  }

  /// Nothing in a device's name leads elsewhere, and no name is too long for a file.
  @Test func namesOfFiles() {
    let host = Host.fake(files: files())
    let names = ["../../etc", "a b;c", String(repeating: "x", count: 5000), "ü\u{1b}"]
    for name in names {
      let path = LoaderFile.plannedPath(for: DevlinkHandle(bus: "x", device: name), on: host)
      let last = path.dropFirst("/lib/firmware/rdmactl/".count)
      #expect(path.hasPrefix("/lib/firmware/rdmactl/x_") && !last.contains("/") && last.utf8.count < 250, "\(path)")
    }
  }

  @Test func onADisk() throws {
    let scratch = try Scratch("loader")
    var host = Host.fake(files: FakeFiles())
    let files = LinuxFiles(root: scratch.path)
    host.store = files
    let placed = try LoaderFile([1, 2], for: handle, on: host)
    #expect(try files.read(path, limit: 10) == [1, 2] && files.permissions(path).map { $0 & 0o444 } == 0o444)
    try placed.remove()
    #expect(try files.list("/lib/firmware").isEmpty)
  }
}
