internal import Foundation
internal import TestSupport
internal import Testing

/// Files and locks between rdmactl and others.
@Suite("Files and locks of others")
struct FileNeighbourTests {
  private let scratch: Scratch
  private let lab: String
  private let image: String

  init() throws {
    scratch = try Scratch("files")
    lab = scratch("lab")
    image = scratch("image.bin")
    let words = ["sim", "image", image, "--profile", "connectx3", "--version", "99.12.1234"]
    for call in [["sim", "create", lab, "--profile", "connectx3"], words] {
      let result = try Spawned.run(Spawned.rdmactl, call)
      guard result.status == 0 else { throw SpawnFailure(message: result.error) }
    }
  }

  private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  @Test("The user's own FILE.new beside a written FILE stays") func foreignNew() throws {
    let input = try scratch.write("fw.bin.new", "")
    try Data(contentsOf: URL(fileURLWithPath: image)).write(to: URL(fileURLWithPath: input))
    let guids = ["--guid", "0002c90300aabb00"]
    let result = try Spawned.run(
      Spawned.rdmactl, ["fw", "set-guids", "-i", input, "-o", scratch("fw.bin"), "--yes"] + guids)
    #expect(result.status == 0, "\(result.error)")
    #expect(FileManager.default.contentsEqual(atPath: input, andPath: image))
  }

  /// `flock -n FILE` as nobody must fail for each file and directory that a call has made.
  @Test(
    "A user without rights cannot hold a lock of ours",
    .enabled(if: Neighbour.missing == nil && getuid() == 0, "needs root, setpriv and flock"))
  func foreignLock() throws {
    let query = ["--sim", lab, "fw", "query", "-d", "0000:03:00.0"]
    let burn = ["--sim", lab, "fw", "burn", "-d", "0000:03:00.0", "-i", image, "--yes"]
    for call in [query, burn] { #expect(try Spawned.run(Spawned.rdmactl, call).status == 0) }
    let find = try Spawned.run("find", ["\(lab)/run/rdmactl", "\(lab)/var/lib/rdmactl"])
    #expect(find.output.contains(".lock\n"))
    for path in find.outputLines.map(String.init) {
      let command = Neighbour.asNobody(["flock", "--nonblock", path, "true"])
      let attempt = try Spawned.run(command[0], Array(command.dropFirst()))
      let isDirectory = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType == .typeDirectory
      #expect(attempt.status != 0, "\(path)")
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? 0
      #expect(!isDirectory || mode == 0o700, "\(path)")
    }
  }

  /// `waitpid` would know of no child, and each would seem to run until the time limit.
  @Test("A parent that ignores SIGCHLD costs no waiting and hides no failure") func ignoredChildren() throws {
    let began = Date()
    let command = Neighbour.ignoring("CHLD", [Spawned.rdmactl, "offload", "show", "--json"])
    let result = try Spawned.run(command[0], Array(command.dropFirst()), timeout: 60)
    #expect([0, 6, 8].contains(result.status), "\(result.error)")
    #expect(Date().timeIntervalSince(began) < 10)
  }
}
