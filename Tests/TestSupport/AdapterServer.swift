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
      public let gatewayCommands: Int
      /// Commands to the running firmware.
      public let commands: Int
      public let erases4K: Int
      public let erases64K: Int
      public let programs: Int

      /// What a verify and a burn spend their time with.
      public var configurationOperations: Int { configurationReads + configurationWrites }
      public var erases: Int { erases4K + erases64K }
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

  /// The bytes of the flash as the last command left them.
  public var flashContents: [UInt8] {
    get throws { Array(try Data(contentsOf: URL(fileURLWithPath: flash))) }
  }

  /// The settings of a running card that are not the factory's, as the last command left them.
  public var settings: [UInt8] {
    FileManager.default.contents(atPath: flash + ".settings").map { Array($0) } ?? []
  }

  /// Another adapter of this kind, with a copy of this one's flash.
  public func twin() throws -> AdapterServer {
    let twin = try AdapterServer(profile)
    try Data(flashContents).write(to: URL(fileURLWithPath: twin.flash))
    return twin
  }

  /// An image file for this kind of adapter.
  /// - Parameter codeSize: bytes of its largest section.
  public func image(version: String, codeSize: Int = 0x4000) throws -> String {
    let path = scratch("image-\(version)-\(codeSize)")
    let result = try Spawned.run(
      Self.program, ["--profile", profile, "--make-image", path, "--version", version, "--code", "\(codeSize)"])
    guard result.status == 0 else { throw SpawnFailure(message: result.error) }
    return path
  }

  /// Runs a command where function 0000:03:00.0 is the adapter. An rdmactl among it keeps its things beside the flash.
  /// - Parameter faults: options of `adapter-fuse` that interrupt it.
  public func run(
    _ command: [String], faults: [String] = [], timeout: Double = 120
  ) throws -> (result: Consequences, report: Report) {
    let report = scratch("report")
    let result = try Spawned.run(
      Self.program, ["--profile", profile, "--flash", flash, "--report", report] + faults + ["--"] + command,
      environment: ["RDMACTL_STATE_DIR": scratch("state"), "RDMACTL_RUN_DIR": scratch("run")], timeout: timeout)
    guard let json = FileManager.default.contents(atPath: report) else { throw SpawnFailure(message: result.error) }
    return (result, try JSONDecoder().decode(Report.self, from: json))
  }

  /// Runs several commands on the adapter one after the other, whatever becomes of each: between them it keeps its power,
  /// and its semaphores.
  public func run(
    each commands: [[String]], faults: [String] = []
  ) throws -> (results: [Consequences], report: Report) {
    func quoted(_ word: String) -> String { "'" + word.replacingOccurrences(of: "'", with: #"'\''"#) + "'" }
    let steps = commands.enumerated().map { index, words in
      let streams = ["out", "err", "status"].map { quoted(scratch("step\(index).\($0)")) }
      return words.map(quoted).joined(separator: " ") + " >\(streams[0]) 2>\(streams[1]); echo $? >\(streams[2])"
    }
    let report = try run(["sh", "-c", steps.joined(separator: "\n")], faults: faults).report
    let results = try commands.indices.map { index in
      func text(_ what: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: scratch("step\(index).\(what)"))), as: UTF8.self)
      }
      let status = Int32(try text("status").trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1
      return Consequences(status: status, output: try text("out"), error: try text("err"))
    }
    return (results, report)
  }
}
