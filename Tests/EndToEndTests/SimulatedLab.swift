internal import Foundation
internal import TestSupport

/// A machine of `rdmactl sim create` with one adapter, and images for it.
struct SimulatedLab {
  static let address = "0000:03:00.0"
  let profile: String
  private let scratch: Scratch
  var directory: String { scratch("lab") }
  var flash: String { "\(directory)/\(Self.address).flash" }

  init(_ profile: String) throws {
    self.profile = profile
    scratch = try Scratch("lab")
    _ = try Self.done(Spawned.rdmactl("sim", "create", scratch("lab"), "--profile", profile))
  }

  func file(_ name: String) -> String { scratch(name) }

  func image(version: String, codeSize: Int = 0x4000, of other: String? = nil) throws -> String {
    let path = scratch("\(other ?? profile)-\(version)-\(codeSize).bin")
    let words = ["--profile", other ?? profile, "--version", version, "--code-size", "\(codeSize)", "--force"]
    _ = try Self.done(Spawned.run(Spawned.rdmactl, ["sim", "image", path] + words))
    return path
  }

  /// A call of `rdmactl fw` on the adapter.
  func words(_ command: String, _ options: [String] = []) -> [String] {
    ["--sim", directory, "fw", command, "-d", Self.address] + options
  }

  func run(_ command: String, _ options: String...) throws -> Consequences {
    try Spawned.run(Spawned.rdmactl, words(command, options))
  }

  /// A burn that is given a moment to come into the midst of its work.
  func startBurn(_ image: String) throws -> Spawned {
    let burn = try Spawned(
      Spawned.rdmactl, words("burn", ["-i", image, "--yes", "--no-backup", "--progress", "json"]))
    // From here on sector after sector; it takes seconds.
    try burn.wait(until: "writing") { burn.error.contains(#""what":"writing"#) }
    return burn
  }

  func flashContents() throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: flash))) }

  func query() throws -> FirmwareAnswers.Query { try FirmwareAnswers.query(run("query", "--json")) }

  /// What boots now.
  func bootingVersion() throws -> String? { try query().version }

  private static func done(_ result: Consequences) throws -> Consequences {
    guard result.status == 0 else { throw SpawnFailure(message: result.output + result.error) }
    return result
  }
}
