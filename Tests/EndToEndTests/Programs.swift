internal import Foundation

/// Programs that the tests start, and where they are.
enum Programs {
  /// The root of the package.
  static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// An executable of this package: it is built beside the test bundle.
  static func built(_ name: String) -> String {
    let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    return bundle.deletingLastPathComponent().appendingPathComponent(name).path
  }

  static func find(_ name: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return path.split(separator: ":").map { "\($0)/\(name)" }.first(where: FileManager.default.isExecutableFile)
  }

  struct Outcome {
    let status: Int32
    /// Both streams.
    let output: String
  }

  struct NotInstalled: Error { let name: String }

  /// Runs a program to its end; after 30 seconds it is killed, which shows in the status.
  static func run(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], input: String = "",
    directory: String? = nil
  ) throws -> Outcome {
    guard let timeout = find("timeout") else { throw NotInstalled(name: "timeout") }
    let folder = try TemporaryFolder()
    try folder.write("in", input)
    try folder.write("out", "")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: timeout)
    process.arguments = ["-k", "5", "30", program] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.currentDirectoryURL = URL(fileURLWithPath: directory ?? package)
    process.standardInput = FileHandle(forReadingAtPath: folder.path + "/in")
    let output = FileHandle(forWritingAtPath: folder.path + "/out")
    process.standardOutput = output
    process.standardError = output
    try process.run()
    process.waitUntilExit()
    return Outcome(status: process.terminationStatus, output: try folder.read("out"))
  }
}

/// A folder that goes with the object.
final class TemporaryFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("rdmactl-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ text: String, executable: Bool = false) throws {
    let file = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    if executable { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path) }
  }

  /// What is in the file; nothing when it is not there.
  func read(_ name: String) throws -> String {
    guard FileManager.default.fileExists(atPath: "\(path)/\(name)") else { return "" }
    return try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
  }
}
