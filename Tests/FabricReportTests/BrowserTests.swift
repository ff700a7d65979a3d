internal import BinaryLayout
internal import FabricLab
internal import Foundation
internal import TestSupport
internal import Testing

@testable internal import FabricReport

/// The page in a real browser, where one is installed.
@Suite(.enabled(if: Spawned.find("chromium") != nil, "chromium is not installed"), .serialized) struct BrowserTests {
  private static let net: Topology = {
    var net = Topology.fatTree(hosts: 64, radix: 16, levels: 2)
    net.pullCables(2, seed: 3)
    net.setErrors(40, seed: 9)
    net.nodes[net.switches[2]].description = "a switch <b>with a name of sixty-four bytes, which is the longest on"
    return net
  }()

  /// The document as the browser has it in the end.
  private func dom(_ html: String, word: String = "") throws -> String {
    let scratch = try Scratch("page")
    try Data(html.utf8).write(to: URL(fileURLWithPath: scratch("page.html")))
    let result = try Spawned.run(
      "chromium",
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(scratch("profile"))", "--dump-dom",
        "--virtual-time-budget=2000", "file://\(scratch("page.html"))#\(word)",
      ], timeout: 120)
    try #require(result.status == 0, "\(result.error)")
    return result.output
  }

  /// The script and the style are those of the content security policy: otherwise nothing would be filtered.
  @Test func aWordInTheAddressFiltersTheTable() throws {
    let drawn = try Drawn(Self.net)
    let wanted = Self.net.counters.count { $0.counter.field.name == "SymbolErrorCounter" }
    let dom = try dom(drawn.html, word: "symbol")
    #expect(wanted > 0 && dom.contains(">\(wanted) of \(drawn.page.rows.count)<"))
    #expect(dom.ranges(of: "hidden=\"\"").count == drawn.page.rows.count - wanted)
    #expect(dom.contains("<html lang=\"en\" class=\"js\">"))
  }

  /// A test's own script measures: it takes the place of the page's policy.
  @Test func noTextIsClippedAndNothingIsLoaded() throws {
    for net in [Self.net, .fatTree(hosts: 128, radix: 8, levels: 3), .torus([3, 3], hostsPerSwitch: 2)] {
      let html = try Drawn(net).html
      let policy = try #require(html.firstRange(of: /<meta http-equiv=[^>]*>/))
      let measure = """
        <script>var bad = 0, texts = 0; document.querySelectorAll('svg').forEach(function (svg) {
        var box = svg.getBoundingClientRect(); svg.querySelectorAll('text').forEach(function (text) { texts += 1;
        var own = text.getBoundingClientRect(); if (own.left < box.left - 1 || own.right > box.right + 1
        || own.top < box.top - 1 || own.bottom > box.bottom + 1) bad += 1; }); });
        document.title = 'clipped ' + bad + ' requests ' + performance.getEntriesByType('resource').length;</script>
        """
      let dom = try dom(html.replacingCharacters(in: policy, with: "").replacing("</body>", with: measure + "</body>"))
      #expect(
        dom.contains("<title>clipped 0 requests 0</title>"), "\(dom.firstMatch(of: /<title>[^<]*/)?.output ?? "")")
    }
  }
}
