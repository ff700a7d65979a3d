import Testing

@testable import Fleet

@Suite struct NodeSetTests {
  /// The right sides are what `nodeset -f` of ClusterShell 1.9.1 prints.
  @Test(arguments: [
    (["gpu2", "gpu1", "gpu10"], "gpu[1-2,10]"),
    (["gpu08", "gpu09", "gpu10", "gpu11"], "gpu[08-11]"),
    (["gpu00"], "gpu00"), (["head"], "head"), (["node3.cluster"], "node3.cluster"),
    (["node3-ib0", "node4-ib0"], "node[3-4]-ib0"),
    (["r1n1", "r1n2", "r2n1", "r2n2"], "r[1-2]n[1-2]"),
    (["gpu098", "gpu099", "gpu100", "gpu101"], "gpu[098-101]"),
    (["b1", "a1", "a2", "head"], "a[1-2],b1,head"),
  ])
  func foldsAsClusterShell(names: [String], set: String) {
    #expect(NodeSet.fold(names) == set)
    #expect(NodeSet.fold(names.reversed()) == set)
    #expect(set.split(separator: ",").count > 1 && !set.contains("[") || names.count == 1 || set.contains("["))
  }

  @Test func expandsWhatItFolds() {
    #expect(NodeSet.expand("gpu[08-10,12]") == ["gpu08", "gpu09", "gpu10", "gpu12"])
    #expect(NodeSet.expand("r[1-2]n[3-4]") == ["r1n3", "r1n4", "r2n3", "r2n4"])
    #expect(NodeSet.expand("head") == ["head"])
    #expect(NodeSet.expand("gpu[1-99999999999]").count == 1)
    #expect(NodeSet.expand("gpu[") == ["gpu["])
  }

  @Test func numbersAreSortedAsNumbers() {
    #expect(["gpu10", "gpu9", "a"].sorted(by: NodeSet.precedes) == ["a", "gpu9", "gpu10"])
  }
}
