public import HostAccess
internal import Vocabulary

/// A recorded machine laid out in a temporary directory, for `rdmactl --root`.
public final class RecordedMachine: Sendable {
  public let tree: MachineTree
  private let scratch: Scratch

  /// The directory to give to `--root`; it is removed with the object.
  public var root: String { scratch.path }

  public convenience init(_ name: String) throws { try self.init(tree: MachineTree(named: name)) }

  public init(tree: MachineTree) throws {
    self.tree = tree
    scratch = try Scratch("machine")
    try tree.layOut(in: scratch.path)
  }
}

extension Host {
  /// A recorded machine in memory: the same answers as `--root`, without a file.
  /// - Parameter files: the tree's files, where the test wants to keep a hand on them.
  public static func recorded(
    _ tree: MachineTree, files: FakeFiles? = nil, clock: any Clock = FakeClock(), console: any Console = FakeConsole()
  ) -> Host {
    let files = files ?? FakeFiles(tree.entries)
    return Host(
      files: files, store: files, management: AbsentManagement(), verbs: AbsentVerbs(), pci: RecordedPCI(files: files),
      unpacking: FakeUnpacking(), processes: AbsentProcesses(), network: AbsentNetwork(),
      clock: clock,
      console: console, places: Places())
  }
}

/// PCI from the files of a recorded machine, as libpci would read them.
struct RecordedPCI: PCIAccess {
  let files: FakeFiles

  func name(vendor: UInt16, device: UInt16) -> String? {
    guard let list = try? files.read("/usr/share/misc/pci.ids", limit: 1 << 22) else { return nil }
    var inVendor = false
    for line in String(decoding: list, as: UTF8.self).split(separator: "\n") where !line.hasPrefix("#") {
      if !line.hasPrefix("\t") {
        inVendor = line.hasPrefix(vendor.hexadecimal(digits: 4) + "  ")
      } else if inVendor, line.hasPrefix("\t" + device.hexadecimal(digits: 4) + "  ") {
        return String(line.dropFirst(7))
      }
    }
    return nil
  }

  func open(_ address: PCIAddress) throws(PCIError) -> any PCIFunction { throw .notFound }

  func configurationSpace(of address: PCIAddress) throws(PCIError) -> [UInt8] {
    do throws(FileError) {
      let bytes = try files.read("/sys/bus/pci/devices/\(address)/config", limit: 4096)
      guard let length = [4096, 256, 64].first(where: { $0 <= bytes.count }) else {
        throw FileError(path: "config", reason: .other("its configuration space cannot be read"))
      }
      return Array(bytes[..<length])
    } catch {
      throw .failed(error.explanation)
    }
  }
}
