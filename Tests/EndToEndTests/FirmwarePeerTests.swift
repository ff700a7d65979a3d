internal import Foundation
internal import TestSupport
internal import Testing

/// What rdmactl and Debian's mstflint leave on the very same adapters, each judged by the other.
@Suite("Firmware beside mstflint", .needsAdapterAndMstflint)
struct FirmwarePeerTests {
  /// An image that went on the flash before: its version and the size of its largest part.
  struct Earlier: Sendable { let version: String, codeSize: Int }

  struct Case: Sendable, CustomTestStringConvertible {
    let profile: String
    let history: String
    let earlier: [Earlier]
    /// The slot held more than comes.
    var leaves: Bool { earlier.contains { $0.codeSize > 0x4000 } }
    var testDescription: String { "\(profile), \(history)" }
  }

  /// Both slots were used, by images that are larger and smaller than the one that comes.
  private static let cases = ["connectx3", "connectx4,recovery", "connectx5,recovery"].flatMap { profile in
    [
      Case(profile: profile, history: "new", earlier: []),
      Case(
        profile: profile, history: "both slots used, larger before",
        earlier: [Earlier(version: "90.1.1", codeSize: 40_000), Earlier(version: "90.1.2", codeSize: 30_000)]),
      Case(
        profile: profile, history: "both slots used, smaller before",
        earlier: [.init(version: "90.1.1", codeSize: 5_000), .init(version: "90.1.2", codeSize: 9_000)]
          + [.init(version: "90.1.3", codeSize: 3_000)]),
    ]
  }

  private func adapter(_ trial: Case) throws -> AdapterServer {
    let server = try AdapterServer(trial.profile)
    for (turn, image) in trial.earlier.enumerated() {
      let file = try server.image(version: image.version, codeSize: image.codeSize)
      // Both tools have been at it.
      let burn = turn % 2 == 0 ? FirmwareTool.peer(["-i", file, "-y", "burn"]) : FirmwareTool.burn(file)
      let result = try server.run(burn).result
      #expect(result.status == 0, "\(result.output)\(result.error)")
    }
    if trial.earlier.isEmpty { _ = try server.run(["true"]) }
    return server
  }

  @Test("Each burns, the other verifies and reads the same values, and the flash is the same", arguments: cases)
  func burnsAlike(_ trial: Case) throws {
    let ours = try adapter(trial)
    let theirs = try ours.twin()
    let image = try ours.image(version: "99.12.1234", codeSize: 0x4000)

    let burn = try ours.run(FirmwareTool.burn(image))
    #expect(burn.result.status == 0, "\(burn.result.output)\(burn.result.error)")
    #expect(try FirmwareAnswers.burn(burn.result).result == "written")
    #expect(burn.report.violations == [])
    #expect(!burn.report.flashIsLocked)
    let burnt = try ours.flashContents
    let peer = try theirs.run(FirmwareTool.peer(["-i", image, "-y", "burn"]))
    #expect(peer.result.status == 0, "\(peer.result.output)\(peer.result.error)")
    #expect(burn.report.bootsAt == peer.report.bootsAt)
    let leftover = FlashDifference(burnt, blanked: try theirs.flashContents)
    #expect(leftover.isAll, "the images differ at \(leftover.areas)")
    if trial.leaves {
      // mstflint erases 64 KiB at a time; rdmactl leaves what stands behind the last sector that it needs.
      let area = try #require(leftover.areas.first)
      #expect(leftover.areas.count == 1 && area.lowerBound >> 16 == (area.upperBound - 1) >> 16)
      #expect(area.lowerBound > burn.report.bootsAt ?? 0)
    } else {
      #expect(leftover.areas == [])
    }

    let steps = [
      FirmwareTool.rdmactl(["verify", "-q"]), FirmwareTool.rdmactl(["query", "--json"]), FirmwareTool.peer(["verify"]),
      FirmwareTool.peer(["query"]),
    ]
    let looks = try ours.run(each: steps).results
    #expect(looks.map(\.status) == [0, 0, 0, 0], "\(looks.map { $0.output + $0.error })")
    #expect(looks[2].output.contains("FW image verification succeeded"))
    let judge = PeerQuery(looks[3].output)
    // What is said of one flash holds of the other where they are the same.
    let others = leftover.areas.isEmpty ? [] : try theirs.run(each: Array(steps.prefix(2))).results
    for looks in [looks, others] where !looks.isEmpty {
      #expect(looks[0].output == "ok\n")
      let query = try FirmwareAnswers.query(looks[1])
      #expect(query.format == judge.format)
      #expect(query.version == "99.12.1234" && query.version == judge.version)
      #expect(query.psid == judge.psid)
      #expect(query.guidsAsPeer == judge.guids && !judge.guids.isEmpty)
      #expect(query.macsAsPeer == judge.macs && !judge.macs.isEmpty)
      #expect(query.problems.isEmpty)
    }

    let again = try ours.run(FirmwareTool.burn(image))
    #expect(again.result.status == 0)
    #expect(try FirmwareAnswers.burn(again.result).result == "unchanged")
    #expect(again.report.counters.erases == 0 && again.report.counters.programs == 0)
    #expect(again.report.violations == [])
    #expect(try ours.flashContents == burnt)
  }

  @Test("GUIDs and MAC addresses set on the adapter", arguments: ["connectx3", "connectx5,recovery"])
  func setsGUIDs(_ profile: String) throws {
    let server = try AdapterServer(profile)
    let wanted = ["--guid", "0002c90300aabb00", "--mac", "00:02:c9:aa:bb:00", "--yes", "--no-backup", "--json"]
    let set = try server.run(FirmwareTool.rdmactl(["set-guids"] + wanted))
    #expect(set.result.status == 0, "\(set.result.error)")
    #expect(set.report.violations == [])
    let looks = try server.run(each: [FirmwareTool.peer(["query"]), FirmwareTool.peer(["verify"])]).results
    let judge = PeerQuery(looks[0].output)
    let all = profile == "connectx3"
    #expect(judge.guids == (0..<(all ? 4 : 1)).map { "0002c90300aabb0\($0)" })
    #expect(judge.macs == (0..<(all ? 2 : 1)).map { "0002c9aabb0\($0)" })
    #expect(looks[1].output.contains("FW image verification succeeded"), "\(looks[1].output)")
    let again = try server.run(FirmwareTool.rdmactl(["set-guids"] + wanted))
    #expect(try FirmwareAnswers.burn(again.result).result == "unchanged")
    #expect(again.report.counters.erases == 0 && again.report.counters.programs == 0)
  }
}

/// The commands of both tools for the adapter that `AdapterServer` shows.
enum FirmwareTool {
  static let address = "0000:03:00.0"

  static func peer(_ words: [String]) -> [String] { ["mstflint", "-d", address] + words }

  static func rdmactl(_ words: [String]) -> [String] {
    [Spawned.rdmactl, "fw"] + words.prefix(1) + ["-d", address] + words.dropFirst()
  }

  /// As mstflint does it: without a backup, which that does not make.
  static func burn(_ image: String) -> [String] { rdmactl(["burn", "-i", image, "--yes", "--no-backup", "--json"]) }
}

/// Where a flash differs from another, in sectors of 4 KiB.
struct FlashDifference {
  private(set) var areas: [Range<Int>] = []
  /// Wherever they differ, the other is blank.
  private(set) var isAll = true

  init(_ flash: [UInt8], blanked other: [UInt8]) {
    isAll = flash.count == other.count
    for start in stride(from: 0, to: min(flash.count, other.count), by: 4096) {
      let (mine, its) = (flash[start...].prefix(4096), other[start...].prefix(4096))
      guard mine != its else { continue }
      if areas.last?.upperBound == start {
        areas[areas.count - 1] = areas[areas.count - 1].lowerBound..<start + 4096
      } else {
        areas.append(start..<start + 4096)
      }
      if its.contains(where: { $0 != 0xff }) { isAll = false }
    }
  }
}

extension Trait where Self == ConditionTrait {
  /// Debian's mstflint on an adapter that is not there: root, /dev/fuse and the program.
  static var needsAdapterAndMstflint: Self {
    let reason =
      Spawned.find("mstflint") == nil
      ? "mstflint is not installed" : AdapterServer.missing.map { "no adapter can be shown: \($0)" }
    return .enabled(if: reason == nil, "\(reason ?? "")")
  }

  static var needsAdapter: Self {
    .enabled(if: AdapterServer.missing == nil, "no adapter can be shown: \(AdapterServer.missing ?? "")")
  }
}
