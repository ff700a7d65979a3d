import Foundation
import TestSupport
import Testing

/// The standard streams of the built program, with a reader that is slow, gone, or never there.
@Suite struct LinuxConsoleTests {
  /// What a shell does with the program; `$RDMACTL` and `$ROOT` are its words.
  private func shell(_ script: String, root: String = "/", input: String = "") throws -> Consequences {
    try Spawned.run("sh", ["-c", script], environment: ["RDMACTL": Spawned.rdmactl, "ROOT": root], input: input)
  }

  /// GUIDs whose answer is several times what a pipe holds (64 KiB).
  private static let guids = (0..<1500).map { "0002c9020011" + String(0x1000 + $0, radix: 16) + "\n" }.joined()

  /// The answer to them, through no pipe at all.
  private func answer() throws -> String {
    let whole = try Spawned.rdmactl("guid2mac", "--json", "-", input: Self.guids)
    #expect(whole.status == 0 && whole.error.isEmpty)
    #expect(whole.output.utf8.count > 3 << 16)
    return timeless(whole).output
  }

  /// Without the moment that every answer tells.
  private func timeless(_ call: Consequences) -> Consequences {
    let output = call.output.replacing(#/"time":"[^"]*"/#, with: "")
    return Consequences(status: call.status, output: output, error: call.error)
  }

  /// What does not fit goes through in parts, while the reader sleeps.
  @Test func aSlowReader() throws {
    let slow = try shell("$RDMACTL guid2mac --json - | { sleep 0.3; cat; }", input: Self.guids)
    #expect(timeless(slow) == Consequences(status: 0, output: try answer(), error: ""))
  }

  /// A stream that does not wait (its other end set O_NONBLOCK) is waited for.
  @Test(.enabled(if: Spawned.find("python3") != nil, "python3 is not installed"))
  func aStreamThatDoesNotWait() throws {
    let script = """
      import os, subprocess, sys, time
      reader, writer = os.pipe()
      os.set_blocking(writer, False)
      child = subprocess.Popen(sys.argv[1:], stdout=writer)
      os.close(writer)
      time.sleep(0.3)
      while part := os.read(reader, 5000):
          os.write(1, part)
          time.sleep(0.0005)
      sys.exit(child.wait())
      """
    let result = try Spawned.run(
      "python3", ["-c", script, Spawned.rdmactl, "guid2mac", "--json", "-"], input: Self.guids)
    #expect(timeless(result) == Consequences(status: 0, output: try answer(), error: ""))
  }

  /// A reader that has gone ends the program quietly, before the first byte or in the middle of many.
  @Test(arguments: ["true", "head -c 1000 > part"]) func aGoneReader(reader: String) throws {
    let writer = "{ sleep 0.2; $RDMACTL guid2mac --json -; echo $? > code; }"
    let end = "while [ ! -s code ]; do sleep 0.05; done; cat code"
    let result = try shell("\(writer) | \(reader); \(end)", input: Self.guids)
    #expect(result == Consequences(status: 0, output: "0\n", error: ""))
  }

  @Test func aFullDisk() throws {
    let machine = try RecordedMachine("cx5-dual")
    let result = try shell("$RDMACTL --root $ROOT status > /dev/full", root: machine.root)
    #expect(result.status == 1)
    #expect(result.error.contains("standard output cannot be written: No space left on device"))
    // Nobody can be told of it then, and the exit status still says it.
    #expect(try shell("$RDMACTL --root $ROOT status > /dev/full 2>&1", root: machine.root).status == 1)
  }

  /// A file may not grow past the user's limit: that is a failure to tell of, not a death by signal.
  @Test func aFileAtItsLimit() throws {
    let result = try shell("ulimit -f 8; $RDMACTL guid2mac --json - > file", input: Self.guids)
    #expect(result.status == 1)
    #expect(result.error.contains("standard output cannot be written: File too large"), "\(result.error)")
  }

  @Test func aClosedStream() throws {
    let machine = try RecordedMachine("cx5-dual")
    let result = try shell("$RDMACTL --root $ROOT status >&-", root: machine.root)
    #expect(result.status == 1)
    #expect(result.error.contains("standard output cannot be written"))
    // Without standard error there is still an answer.
    let quiet = try shell("$RDMACTL --root $ROOT status 2>&-", root: machine.root)
    #expect(quiet.status == 0 && quiet.output.contains("mlx5_0/1"))
  }
}
