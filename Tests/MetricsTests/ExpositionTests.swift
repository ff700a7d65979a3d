import Testing

@testable import Metrics

@Suite struct ExpositionTests {
  private func text(_ families: MetricFamily..., format: Exposition.Format = .prometheus) -> String {
    var text = Exposition(format)
    for family in families { text.add(family) }
    return String(decoding: text.finish(), as: UTF8.self)
  }

  private var bytes: MetricFamily {
    var family = MetricFamily("rdma_port_xmit_data", .counter, unit: "bytes", help: "Data \\ sent.")
    family.add([MetricLabel("device", "a\"b\\c\nd")], .whole(.max))
    family.add([MetricLabel("device", "unknown")], UInt64?.none)
    return family
  }

  @Test func theOlderFormat() {
    #expect(
      text(bytes) == """
        # HELP rdma_port_xmit_data_bytes_total Data \\\\ sent.
        # TYPE rdma_port_xmit_data_bytes_total counter
        rdma_port_xmit_data_bytes_total{device="a\\"b\\\\c\\nd"} 18446744073709551615

        """)
  }

  @Test func openMetricsHasUnitsStatesAndAnEnd() {
    var states = MetricFamily("rdma_port_state", .stateset, help: "State.")
    states.add([MetricLabel("rdma_port_state", "active")], MetricValue(true))
    var info = MetricFamily("rdma_build", .info, help: "Program.")
    info.add([MetricLabel("version", "1")], .whole(1))
    let text = text(bytes, states, info, format: .openMetrics)
    #expect(text.contains("# TYPE rdma_port_xmit_data_bytes counter\n# UNIT rdma_port_xmit_data_bytes bytes\n"))
    #expect(text.contains("rdma_port_xmit_data_bytes_total{"))
    #expect(text.contains("# TYPE rdma_port_state stateset\nrdma_port_state{rdma_port_state=\"active\"} 1\n"))
    #expect(text.contains("# TYPE rdma_build info\nrdma_build_info{version=\"1\"} 1\n"))
    #expect(text.hasSuffix("# EOF\n"))
    // What has no form in the older format is left out there.
    #expect(self.text(states).isEmpty)
  }

  @Test func whatIsNotKnownIsAbsentAndNeverZero() {
    var family = MetricFamily("rdma_port_rate", unit: "bytes_per_second", help: "Rate.")
    family.add([], Double?.none)
    #expect(text(family).isEmpty)
    family.add([], 0.0)
    #expect(text(family).hasSuffix("rdma_port_rate_bytes_per_second 0\n"))
  }

  @Test(arguments: [
    ("port_rcv_data", false, "rdma_port_rcv_data_bytes", UInt64(4)),
    ("symbol_error", false, "rdma_port_symbol_error", 1),
    ("vl15_dropped", false, "rdma_port_vl15_dropped", 1),
    ("port_xmit_wait", false, "rdma_port_xmit_wait_ticks", 1),
    ("cnpSent", true, "rdma_port_hw_cnp_sent", 1), ("RxECNMrkd", true, "rdma_port_hw_rx_ecn_mrkd", 1),
    ("tcpRetransSegs", true, "rdma_port_hw_tcp_retrans_segs", 1),
    ("weird-name total", true, "rdma_port_hw_weird_name_totaled", 1),
  ])
  func counters(name: String, ofDriver: Bool, metric: String, factor: UInt64) {
    let counter = CounterName(name, ofDriver: ofDriver)
    #expect(counter.metric == metric && counter.factor == factor)
    #expect(counter.family.name == metric && counter.family.kind == .counter)
  }

  @Test func aGaugeOfADriverIsNoCounter() {
    #expect(CounterName("active_qps", ofDriver: true).family.kind == .gauge)
  }

  // MARK: HTTP

  private func request(_ text: String) -> MetricsHTTP.Request? { MetricsHTTP.Request(Array(text.utf8)) }

  @Test func requests() throws {
    let scrape = try #require(
      request(
        "GET /metrics?x=1 HTTP/1.1\r\nAccept: application/openmetrics-text;version=1.0.0,*/*;q=0.1\r\n"
          + "Accept-Encoding: deflate, gzip\r\n\r\n"
      ))
    #expect(scrape.path == "/metrics" && scrape.format == .openMetrics && scrape.acceptsGzip)
    let plain = try #require(request("HEAD / HTTP/1.0\r\n\r\n"))
    #expect(plain.method == "HEAD" && plain.format == .prometheus && !plain.acceptsGzip)
    #expect(request("GET / HTTP/1.1\r\nAccept-Encoding: gzip;q=0\r\n\r\n")?.acceptsGzip == false)
    #expect(request("GET / HTTP/1.1\r\nAccept-Encoding: gzip;q=0.5\r\n\r\n")?.acceptsGzip == true)
    for bad in ["", "GET", "GET /\r\n\r\n", "GET / FTP/1\r\n\r\n", "GET / HTTP/1.1\r\nnonsense\r\n\r\n"] {
      #expect(request(bad) == nil, "\(bad)")
    }
    #expect(!MetricsHTTP.isComplete(Array("GET / HTTP/1.1\r\n".utf8)))
    #expect(MetricsHTTP.isComplete(Array("GET / HTTP/1.1\r\n\r\n".utf8)))
  }
}
