import Testing

@testable import TestSupport

@Suite struct SpawnedTests {
  @Test func capturesEverything() throws {
    let result = try Spawned.run(
      "sh", ["-c", "cat; echo $WORD; echo talk >&2; exit 7"], environment: ["WORD": "w"], input: "in\n")
    #expect(result == Consequences(status: 7, output: "in\nw\n", error: "talk\n"))
  }

  @Test func neverHangs() {
    #expect(throws: SpawnFailure.self) { try Spawned.run("sleep", ["60"], timeout: 0.2) }
    // A grandchild that keeps the streams open holds nobody up.
    #expect(throws: Never.self) { try Spawned.run("sh", ["-c", "sleep 1 & exit 0"], timeout: 0.9) }
    #expect(throws: SpawnFailure.self) { try Spawned.run("no-such-program") }
  }

  @Test func tellsADeathBySignal() throws {
    #expect(try Spawned.run("sh", ["-c", "kill -9 $$"]).status == 137)
  }

  @Test func findsTheBuiltProgram() throws {
    #expect(try Spawned.rdmactl("--version").output.hasPrefix("rdmactl "))
  }
}
