// A simulated adapter for programs that know nothing of it: Debian's mstflint reads and writes the function's `config`
// in sysfs, and here that is a file of ours. What mstflint opens: DeviceAccess.md#a-simulated-adapter.
import CFUSEFile
import Foundation
import SimulatedHardware
import Vocabulary

@main enum AdapterFUSE {
  /// mstflint's own locks: two runs that share them starve each other.
  static let locks = "/tmp/mstflint_lockfiles"

  static func main() throws {
    guard let options = Options(Array(CommandLine.arguments.dropFirst())), let address = PCIAddress(options.address)
    else { leave(64, Options.usage) }
    if let file = options.image {
      let image = try InitialFlash.image(
        for: options.profile, version: options.version, codeSize: options.codeSize, seed: options.faults.seed)
      try Data(image).write(to: URL(fileURLWithPath: file))
      return
    }
    let flash =
      try FileManager.default.contents(atPath: options.flash).map { Array($0) }
      ?? InitialFlash.flash(for: options.profile)
    let settings = FileManager.default.contents(atPath: options.settings).map { Array($0) } ?? []
    let session = Session(
      SimulatedAdapter(options.profile, flash: flash, settings: settings, faults: options.faults))
    let status = run(options.command, session, at: address)
    try Data(session.adapter.flash).write(to: URL(fileURLWithPath: options.flash))
    if !settings.isEmpty || !session.adapter.settings.isEmpty {
      try Data(session.adapter.settings).write(to: URL(fileURLWithPath: options.settings))
    }
    if let report = options.report { try Report(session.adapter).json.write(to: URL(fileURLWithPath: report)) }
    exit(status)
  }

  /// Runs the command where `address` is the session's adapter.
  static func run(_ command: [String], _ session: Session, at address: PCIAddress) -> Int32 {
    need(fuse_file_own_namespace(), "a mount namespace of its own (root)")
    unsafe mkdir(locks, 0o777)
    for directory in [SimulatedSysfs.devices, locks] {
      need(unsafe fuse_file_lay_empty(directory), "a file system over \(directory)")
    }
    unsafe mkdir("\(SimulatedSysfs.devices)/\(address)", 0o755)
    for (path, bytes) in SimulatedSysfs([address: session.adapter], listsBAR: false).files {
      guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
        leave(1, "cannot write \(path)")
      }
    }
    let descriptor = unsafe fuse_file_lay("\(SimulatedSysfs.devices)/\(address)/config")
    need(-min(descriptor, 0), "/dev/fuse")

    var words = unsafe command.map { unsafe strdup($0) } + [nil]
    let process = unsafe fuse_file_start(&words)
    if process < 0 { leave(127, "\(command[0]): \(unsafe String(cString: strerror(-process)))") }
    return unsafe fuse_file_serve(
      descriptor, UInt64(Session.size), process, Unmanaged.passUnretained(session).toOpaque(),
      { context, process, offset, buffer, size in
        let session = unsafe Unmanaged<Session>.fromOpaque(context).takeUnretainedValue()
        guard let bytes = session.read(at: offset, size, for: process) else { return -EIO }
        for (index, byte) in bytes.enumerated() { unsafe buffer[index] = byte }
        return Int32(bytes.count)
      },
      { context, process, offset, bytes, size in
        let session = unsafe Unmanaged<Session>.fromOpaque(context).takeUnretainedValue()
        let bytes = unsafe Array(UnsafeBufferPointer(start: bytes, count: Int(size)))
        return session.write(bytes, at: offset, for: process) ? Int32(size) : -EIO
      })
  }

  /// Says what a machine lacks, so that a test skips aloud.
  static func need(_ error: Int32, _ what: String) {
    if error != 0 { leave(77, "skipped: \(what): \(unsafe String(cString: strerror(error)))") }
  }

  static func leave(_ status: Int32, _ words: String) -> Never {
    FileHandle.standardError.write(Data("adapter-fuse: \(words)\n".utf8))
    exit(status)
  }
}

/// The adapter behind the file.
final class Session {
  static let size = 256
  private(set) var adapter: SimulatedAdapter

  init(_ adapter: SimulatedAdapter) { self.adapter = adapter }

  func read(at offset: UInt64, _ size: UInt32, for process: pid_t) -> [UInt8]? {
    guard offset < Self.size else { return [] }
    let end = min(Self.size, Int(offset) + Int(size))
    return (try? adapter.readConfiguration(Int(offset)..<end)) ?? fail(process)
  }

  func write(_ bytes: [UInt8], at offset: UInt64, for process: pid_t) -> Bool {
    guard offset + UInt64(bytes.count) <= Self.size else { return false }
    // Registers are dwords; single bytes are for the header, which stays as it is.
    guard offset % 4 == 0, bytes.count % 4 == 0 else { return true }
    let dwords = stride(from: 0, to: bytes.count, by: 4).map { start in
      (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
    }
    return (try? adapter.writeConfiguration(dwords, at: Int(offset))) != nil || fail(process) ?? false
  }

  /// A tool whose hour has come is killed; the adapter lives on for the next. Without power there is no next.
  private func fail<T>(_ process: pid_t) -> T? {
    if adapter.hasPower {
      kill(process, SIGKILL)
      adapter = adapter.nextTool()
    }
    return nil
  }
}
