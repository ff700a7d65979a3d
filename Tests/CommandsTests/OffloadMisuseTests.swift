internal import TestSupport
internal import Testing

/// `rdmactl offload` where there is nothing to set, or nothing that can be.
@Suite("offload, misused") struct OffloadMisuseTests {
  private static let recorded = MachineTree()

  @Test(
    "ends as the contract says, and says why on standard error",
    arguments: [
      (["set", "tcp_sack=0", "--yes"], 6, "has no kernel to change"),
      (["set", "eth9", "tso=off", "--yes"], 3, "interface not found"),
      (["set", "eth0"], 64, "key=value"),
      (["undo", "1", "--all"], 64, "cannot be combined with --all"),
      (["try", "tcp_sack=0", "--revert-after", "0"], 64, "1 to 86400 seconds"),
      (["history", "7"], 3, "there is no change of this number"),
    ] as [([String], Int32, String)])
  func refused(_ words: [String], _ status: Int32, _ sentence: String) {
    let result = consequences(of: ["offload"] + words, host: .recorded(Self.recorded))
    #expect(result.status == status)
    #expect(result.output.isEmpty)
    #expect(result.error.contains(sentence), "\(result.error)")
  }

  @Test("finds nothing to undo, and that is no failure") func nothing() {
    let result = consequences(of: ["offload", "undo", "--yes"], host: .recorded(Self.recorded))
    #expect(result.status == 0 && result.output == "nothing to undo\n")
  }
}
