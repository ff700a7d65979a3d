import Testing
import Vocabulary

@Suite struct HostListTests {
  /// As `scontrol show hostlist` folds them, but in the order of names.
  @Test(arguments: [
    (["host1", "host2", "host10"], "host[1-2,10]"), (["a01", "a02", "a10", "a3"], "a[3,01-02,10]"),
    (["n8", "n9", "n10", "n11"], "n[8-11]"), (["n08", "n09", "n10"], "n[08-10]"), (["n7"], "n7"),
    (["rack1-node03", "rack1-node04", "rack2-node03"], "rack1-node[03-04],rack2-node03"),
    (["login", "n1-ib", "n2-ib", "login"], "login,n1-ib,n2-ib"),
    (["x99999999999", "x99999999998"], "x99999999998,x99999999999"),
    ([], ""), (["12", "13"], "12,13"),
  ])
  func folding(names: [String], folded: String) { #expect(HostList.folded(names) == folded) }

  @Test func numbersCountInTheOrder() {
    let names = ["leaf10", "leaf9", "leaf", "a10", "a9", "a5b"]
    #expect(names.sorted(by: HostList.isOrdered) == ["a9", "a10", "a5b", "leaf", "leaf9", "leaf10"])
  }

  @Test func patterns() throws {
    func names(_ text: String) throws -> [String] {
      let pattern = try #require(NamePattern(text))
      return ["mlx5_0", "mlx5_1", "mlx5_10", "mlx5_bond_0", "hfi1_0", ""].filter(pattern.matches)
    }
    #expect(try names("mlx5_[0-3]") == ["mlx5_0", "mlx5_1"])
    #expect(try names("mlx5_*") == ["mlx5_0", "mlx5_1", "mlx5_10", "mlx5_bond_0"])
    #expect(try names("*_[!1],hfi?_0") == ["mlx5_0", "mlx5_bond_0", "hfi1_0"])
    #expect(try names("*1*0") == ["mlx5_10", "hfi1_0"])
    for bad in ["", "a,", "mlx5_[0", "[]"] { #expect(NamePattern(bad) == nil, "\(bad)") }
    // No pattern takes for ever.
    #expect(
      NamePattern(String(repeating: "*a", count: 200))?.matches(String(repeating: "a", count: 5000) + "b") == false)
  }
}
