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
      let isDirectory =
        try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType == .typeDirectory
      #expect(attempt.status != 0, "\(path)")
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? 0
      #expect(!isDirectory || mode == 0o700, "\(path)")
    }
  }

  @Test("A write to a full disk leaves the old file whole", .enabled(if: Neighbour.noNamespaces == nil, "needs root"))
  func fullDisk() throws {
    let space = try NetworkSpace()
    let place = scratch("full")
    let script = """
      mkdir -p \(place) && mount -t tmpfs -o size=64k tmpfs \(place) && cd \(place)
      head -c 20000 /dev/zero >fw.bin; head -c 100000 /dev/zero >filler 2>/dev/null
      "$0" fw set-guids -i \(image) -o fw.bin --guid 0002c90300aabb00 --yes; echo "status $?"
      ls -A; wc -c <fw.bin
      """
    let command = space.command(["sh", "-c", script, Spawned.rdmactl])
    let result = try Spawned.run(command[0], Array(command.dropFirst()))
    #expect(
      result.outputLines.suffix(4) == ["status 1", "filler", "fw.bin", "20000"], "\(result.output)\(result.error)")
    #expect(result.error.contains("No space left on device"))
  }
}
