internal import Foundation

/// The program `adapter-fuse` beside the test bundle: a simulated adapter, shown to programs that know nothing of it.
public struct AdapterServer {
  /// What a command did to the adapter: the part of the report that tests look at.
  public struct Report: Decodable, Sendable {
    public struct Counters: Decodable, Sendable {
      public let configurationReads: Int
      public let configurationWrites: Int
      public let registerReads: Int
      public let registerWrites: Int
      public let unknownRegisterReads: Int
      public let erases4K: Int
      public let erases64K: Int
      public let programs: Int
    }

    public let counters: Counters
    /// How often each opcode was sent to serial flash, by its two hexadecimal digits.
    public let opcodes: [String: Int]
    public let violations: [String]
    public let bootsAt: Int?
    public let flashIsLocked: Bool
  }

  private static var program: String {
    URL(fileURLWithPath: Spawned.rdmactl).deletingLastPathComponent().appendingPathComponent("adapter-fuse").path
  }

  /// Why it cannot be used here; `nil` when it can.
  public static let missing: String? = {
    guard let scratch = try? Scratch("adapter-fuse"), Spawned.find(program) != nil else {
      return "adapter-fuse was not built"
    }
    let trial = try? Spawned.run(program, ["--profile", "connectx3", "--flash", scratch("flash"), "--", "true"])
    guard let trial else { return "adapter-fuse does not run" }
    return trial.status == 0 ? nil : trial.error.trimmingCharacters(in: .whitespacesAndNewlines)
  }()

  public let profile: String
  private let scratch: Scratch

  /// An adapter with the flash of a new one.
  public init(_ profile: String) throws {
    self.profile = profile
    scratch = try Scratch("adapter")
  }

  /// The file that holds the flash between commands.
  public var flash: String { scratch("flash") }
  public func file(_ name: String) -> String { scratch(name) }

  /// An image file for this kind of adapter.
  public func image(version: String) throws -> String {
    let path = scratch("image-\(version)")
    let result = try Spawned.run(
      Self.program, ["--profile", profile, "--make-image", path, "--version", version])
    guard result.status == 0 else { throw SpawnFailure(message: result.error) }
    return path
  }

  /// Runs a command where function 0000:03:00.0 is the adapter.
  /// - Parameter faults: options of `adapter-fuse` that interrupt it.
  public func run(
    _ command: [String], faults: [String] = [], timeout: Double = 120
  ) throws -> (result: Consequences, report: Report) {
    let report = scratch("report")
    let result = try Spawned.run(
      Self.program, ["--profile", profile, "--flash", flash, "--report", report] + faults + ["--"] + command,
      timeout: timeout)
    guard let json = FileManager.default.contents(atPath: report) else { throw SpawnFailure(message: result.error) }
    return (result, try JSONDecoder().decode(Report.self, from: json))
  }
}
