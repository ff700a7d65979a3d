internal import Foundation

/// What a guest is made of: QEMU, the prepared kernel and initramfs, and the programs of this package that run in it.
struct GuestParts {
  let emulator: String
  /// What Tests/guest/build has prepared.
  let directory: String
  /// Whether the host's kvm is one of the processor's. A kvm without VT-x or SVM opens as well, and interprets a stock
  /// kernel far more slowly than QEMU's own translation.
  let accelerated: Bool

  static let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// Looked for once in a test process.
  static let found: Result<GuestParts, GuestFailure> = Result { () throws(GuestFailure) in try find() }

  private static func find() throws(GuestFailure) -> GuestParts {
    guard let emulator = executable("qemu-system-x86_64") else {
      throw GuestFailure("qemu-system-x86 is not installed")
    }
    for tool in ["setpriv", "modprobe", "ip"] where executable(tool) == nil {
      throw GuestFailure("\(tool) is not installed")
    }
    let build = Process()
    build.executableURL = URL(fileURLWithPath: "\(package)/Tests/guest/build")
    build.arguments = ["--find"]
    let (output, error) = (Pipe(), Pipe())
    build.standardOutput = output
    build.standardError = error
    func words(_ pipe: Pipe) -> String {
      String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        .trimmingCharacters(in: .whitespacesAndNewlines)
    }
    do { try build.run() } catch { throw GuestFailure("Tests/guest/build cannot be run: \(error)") }
    let directory = words(output)
    let why = words(error)
    build.waitUntilExit()
    guard build.terminationStatus == 0 else { throw GuestFailure(why) }
    let files = FileManager.default
    let processor = ["kvm_intel", "kvm_amd"].contains { files.fileExists(atPath: "/sys/module/\($0)") }
    return GuestParts(
      emulator: emulator, directory: directory, accelerated: processor && files.isWritableFile(atPath: "/dev/kvm"))
  }

  private static func executable(_ name: String) -> String? {
    let path = (ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/usr/bin:/usr/sbin:/sbin"
    return path.split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// The release program when it is not older than the debug one: it starts faster under emulation.
  static let rdmactl: String = {
    let files = FileManager.default
    func age(_ path: String) -> Date? { try? files.attributesOfItem(atPath: path)[.modificationDate] as? Date }
    let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
    let beside = bundle.appendingPathComponent("rdmactl").path
    let debug = files.fileExists(atPath: beside) ? beside : "\(package)/.build/debug/rdmactl"
    let release = "\(package)/.build/stripped/rdmactl"
    guard let built = age(release) else { return debug }
    return built >= age(debug) ?? .distantPast ? release : debug
  }()
}

/// A guest that cannot be had, or that did not do what it was asked.
public struct GuestFailure: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
