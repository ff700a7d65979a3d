public import HostAccess
public import Vocabulary

/// A machine whose adapters are simulated and live in a directory: flash contents, semaphores and all, so that what one
/// call does the next one finds, and a call that is killed leaves what real hardware would.
///
/// In the directory: `adapters` (a line for each, PCI address and profile), and for each adapter `ADDRESS.flash` (the raw
/// bytes of its flash) and `ADDRESS.state`.
public struct SimulatedMachine: Sendable {
  public let adapters: [PCIAddress: SimulatedAdapter]
  public var pci: SimulatedPCI { SimulatedPCI(adapters) }
  public var files: SimulatedSysfs { SimulatedSysfs(adapters, hasDriver: true) }

  private static let list = "adapters"
  private static let largestList = 1 << 16

  /// A PCI address for each adapter, from bus 3 on.
  package static func addressed(
    _ profiles: [AdapterProfile]
  ) throws(SimulationFailure) -> [(address: PCIAddress, profile: AdapterProfile)] {
    guard profiles.count <= 0x20 else { throw .tooMany(limit: 0x20) }
    return profiles.enumerated().compactMap { index, profile in
      PCIAddress("0000:\(UInt8(index + 3).hexadecimal(digits: 2)):00.0").map { (address: $0, profile: profile) }
    }
  }

  /// Makes the directory and what is in it. Nothing is changed when there is a machine already.
  /// - Parameter flash: what the flash of each profile holds at first.
  /// - Returns: the adapters, in the order of `profiles`.
  /// - Throws: ``SimulationFailure``, or what `flash` throws.
  public static func create(
    _ profiles: [AdapterProfile], in directory: String, files: any FileReading & FileWriting,
    flash: (AdapterProfile) throws -> [UInt8]
  ) throws -> [(address: PCIAddress, profile: AdapterProfile)] {
    try checkFree(directory, files)
    let adapters = try addressed(profiles)
    do {
      for (address, profile) in adapters {
        let cells = FlashCells(try flash(profile), count: profile.flashSize)
        let device = Device(profile: profile, cells: cells, faults: FaultPlan())
        try files.replace("\(directory)/\(address).flash", with: cells.bytes)
        try files.replace("\(directory)/\(address).state", with: device.state(generation: 1).bytes)
      }
      // Last: what was not finished is no machine yet.
      let lines = adapters.map { "\($0.address) \($0.profile.name)\n" }.joined()
      try files.replace("\(directory)/\(list)", with: Array(lines.utf8))
    } catch let error as FileError {
      throw SimulationFailure.file(error)
    }
    return adapters
  }

  private static func checkFree(_ directory: String, _ files: any FileReading) throws(SimulationFailure) {
    do { _ = try files.read("\(directory)/\(list)", limit: largestList) } catch {
      guard error.reason == .notFound else { throw .file(error) }
      return
    }
    throw .alreadyThere(directory)
  }

  /// Opens the machine in `directory`.
  public static func load(
    from directory: String, files: any FileReading & ByteStoreOpening
  ) throws(SimulationFailure) -> SimulatedMachine {
    var adapters: [PCIAddress: SimulatedAdapter] = [:]
    do {
      for line in try files.lines("\(directory)/\(list)", limit: largestList) where !line.isEmpty {
        let words = line.split(separator: " ")
        guard words.count == 2, let address = PCIAddress(words[0]) else {
          throw SimulationFailure.malformed(directory: directory, line: line)
        }
        guard let profile = AdapterProfile.named(String(words[1])) else {
          throw SimulationFailure.unknownProfile(String(words[1]))
        }
        let keeper = DiskKeeper(
          flash: try files.openStore("\(directory)/\(address).flash"),
          state: try files.openStore("\(directory)/\(address).state"))
        adapters[address] = try SimulatedAdapter(profile, kept: keeper)
      }
    } catch let failure as SimulationFailure {
      throw failure
    } catch let error as FileError where error.reason == .notFound && error.path == "\(directory)/\(list)" {
      throw .notAMachine(directory)
    } catch {
      throw .file(error as? FileError ?? FileError(path: directory, reason: .other("\(error)")))
    }
    return SimulatedMachine(adapters: adapters)
  }
}

/// Why there is no simulated machine.
public enum SimulationFailure: Failure, Equatable {
  case alreadyThere(String)
  case notAMachine(String)
  case malformed(directory: String, line: String)
  case unknownProfile(String)
  case tooMany(limit: Int)
  case file(FileError)

  public var id: String {
    switch self {
    case .alreadyThere: "sim.exists"
    case .notAMachine: "sim.missing"
    case .malformed, .file: "sim.unreadable"
    case .unknownProfile: "sim.unknown_profile"
    case .tooMany: "sim.too_many"
    }
  }

  public var subject: String? {
    switch self {
    case .alreadyThere(let directory), .notAMachine(let directory), .malformed(let directory, _): directory
    case .unknownProfile(let name): name
    case .tooMany: nil
    case .file(let error): error.path
    }
  }

  public var message: String {
    switch self {
    case .alreadyThere(let directory): "there is a simulated machine in \(directory) already"
    case .notAMachine(let directory): "there is no simulated machine in \(directory)"
    case .malformed(_, let line):
      "the list of simulated adapters has a line that means nothing: \(line.debugDescription)"
    case .unknownProfile:
      "there is no simulated adapter of this name; there are: "
        + AdapterProfile.choices.map(\.name).joined(separator: ", ")
    case .tooMany(let limit): "a simulated machine has room for \(limit) adapters"
    case .file(let error): "the file \(error.explanation)"
    }
  }

  public var fix: [String] {
    switch self {
    case .notAMachine(let directory): ["rdmactl sim create \(ShellWord.quoted(directory))"]
    case .malformed(let directory, _): Self.anew(directory)
    case .file(let error) where error.reason != .notPermitted:
      Self.anew(error.path.lastIndex(of: "/").map { String(error.path[..<$0]) } ?? ".")
    default: []
    }
  }

  /// A simulated machine is made again, not mended.
  private static func anew(_ directory: String) -> [String] {
    ["ls -l \(ShellWord.quoted(directory))", "make another one: rdmactl sim create DIR"]
  }

  public var exitStatus: ExitStatus {
    switch self {
    case .alreadyThere: .refused
    case .notAMachine: .notFound
    case .unknownProfile, .tooMany: .usage
    case .file(let error): error.reason == .notPermitted ? .notPermitted : .failed
    case .malformed: .failed
    }
  }
}
