internal import Performance
internal import Presentation
internal import Vocabulary

/// What the commands of `perf` can find.
enum PerfProblem: String, CaseIterable, Sendable {
  case belowExpectation = "perf.below_expectation"
  case loopback = "perf.loopback"

  var severity: Severity { self == .loopback ? .info : .error }

  var meaning: String {
    switch self {
    case .belowExpectation: "the bandwidth is below the expected share of the link"
    case .loopback: "both sides are this host: the network was not measured"
    }
  }

  static var descriptions: [ProblemDescription] {
    allCases.map { ProblemDescription(id: $0.rawValue, severity: $0.severity, meaning: $0.meaning) }
  }

  func at(_ subject: String, evidence: [String] = [], fix: [String] = []) -> Problem {
    Problem(id: rawValue, severity: severity, subject: subject, message: meaning, evidence: evidence, fix: fix)
  }
}

/// The answer of `rdmactl perf bw` and `lat`.
struct PerfAnswer: Presentable {
  struct Payload: Encodable {
    let op: String
    let kind: String
    let transport: String
    let local: String
    @ExplicitNull var peer: String?
    @ExplicitNull var mtu: Int?
    @ExplicitNull var gidIndex: Int?
    let queuePairs: Int
    let engine: String
    let results: [Row]
    @ExplicitNull var linkRateGbps: Double?
    @ExplicitNull var shareOfLink: Double?
  }

  struct Row: Encodable {
    let bytes: Int
    let iterations: Int
    @ExplicitNull var bwPeakGbps: Double?
    @ExplicitNull var bwAverageGbps: Double?
    @ExplicitNull var messageRateMpps: Double?
    @ExplicitNull var tMinUs: Double?
    @ExplicitNull var tTypicalUs: Double?
    @ExplicitNull var tAvgUs: Double?
    @ExplicitNull var tMaxUs: Double?
    @ExplicitNull var t99Us: Double?
    @ExplicitNull var t999Us: Double?

    private enum CodingKeys: String, CodingKey {
      case bytes, iterations, bwPeakGbps, bwAverageGbps, messageRateMpps, tMinUs, tTypicalUs, tAvgUs, tMaxUs
      case t99Us = "t_99_us"
      case t999Us = "t_99_9_us"
    }
  }

  static let schema = "rdmactl.perf/1"
  let test: PerfTest
  let endpoint: PerfEndpoint
  let peer: String?
  let isLocal: Bool
  let figures: PerfText
  let expected: Double?

  /// The best average of all sizes.
  private var best: Double? { figures.results.compactMap(\.average).max() }
  private var share: Double? {
    guard let best, let rate = endpoint.linkRate, rate > 0 else { return nil }
    return best / rate
  }

  private var isBelow: Bool { expected.map { wanted in share.map { $0 < wanted } ?? false } ?? false }

  var status: ExitStatus { isBelow ? .checkFailed : expected != nil && share == nil ? .partial : .done }

  var problems: [Problem] {
    var problems: [Problem] = []
    if isBelow, let share, let expected {
      problems.append(
        PerfProblem.belowExpectation.at(
          endpoint.place,
          evidence: ["share=\(Self.percent(share))", "expected=\(Self.percent(expected))"],
          fix: ["rdmactl status -v \(endpoint.place)", "rdmactl counters \(endpoint.adapter)"]))
    }
    if isLocal { problems.append(PerfProblem.loopback.at(endpoint.place)) }
    return problems
  }

  var notes: [Note] {
    expected != nil && share == nil ? [Note(subject: endpoint.place, message: "the rate of the link is not known")] : []
  }

  var quietLines: [String] {
    figures.results.compactMap { result in (result.average ?? result.typical ?? result.mean).map { Self.number($0) } }
  }

  var payload: Payload {
    Payload(
      op: test.operation.rawValue, kind: test.kind.rawValue, transport: test.transport.rawValue,
      local: endpoint.place, peer: peer, mtu: figures.mtu, gidIndex: endpoint.gidIndex,
      queuePairs: test.queuePairs, engine: test.program,
      results: figures.results.map { result in
        Row(
          bytes: result.bytes, iterations: result.iterations, bwPeakGbps: result.peak,
          bwAverageGbps: result.average, messageRateMpps: result.messageRate, tMinUs: result.minimum,
          tTypicalUs: result.typical, tAvgUs: result.mean, tMaxUs: result.maximum, t99Us: result.percentile99,
          t999Us: result.percentile999)
      }, linkRateGbps: endpoint.linkRate, shareOfLink: share)
  }

  /// perftest's own digits: at most six after the point.
  static func number(_ value: Double) -> String {
    let millionths = (value * 1_000_000).rounded()
    guard millionths < 1e15 else { return "\(value)" }
    var text = String(Int(millionths) % 1_000_000)
    text = String(repeating: "0", count: 6 - text.count) + text
    while text.count > 2, text.last == "0" { text.removeLast() }
    return "\(Int(millionths) / 1_000_000).\(text)"
  }

  private static func rate(_ value: Double) -> String {
    value == value.rounded() ? String(Int(value)) : "\(value)"
  }

  private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded()))%" }

  private var fields: [Table.Field<PerfResult>] {
    func field(
      _ title: String, _ unit: String, rank: Int = 0, _ value: @escaping (PerfResult) -> Double?
    ) -> Table.Field<PerfResult> {
      Table.Field(title, .right, rank: rank) { (result: PerfResult) in
        let number = value(result).map { Self.number($0) }
        return Table.Cell(number.map { "\($0) \(unit)" }, value: number)
      }
    }
    return [
      Table.Field("BYTES", number: { (result: PerfResult) in result.bytes }),
      Table.Field("MESSAGES", number: { (result: PerfResult) in result.iterations }),
      field("PEAK", "Gb/s") { $0.peak }, field("AVERAGE", "Gb/s") { $0.average },
      field("RATE", "M/s", rank: 1) { $0.messageRate }, field("MINIMUM", "us") { $0.minimum },
      field("TYPICAL", "us") { $0.typical }, field("MEAN", "us") { $0.mean }, field("MAXIMUM", "us") { $0.maximum },
      field("99%", "us", rank: 1) { $0.percentile99 }, field("99.9%", "us", rank: 1) { $0.percentile999 },
    ]
  }

  func write(to page: inout Page) {
    var words = "\(test.operation.rawValue) \(test.transport.rawValue), \(endpoint.place)"
    words += isLocal ? " with itself" : " to \(peer ?? "")"
    if let index = endpoint.gidIndex { words += ", GID index \(index)" }
    if let mtu = figures.mtu { words += ", MTU \(mtu)" }
    page.line(words, tone: .faint)
    page.table(Table(fields, rows: figures.results))
    if let share, let rate = endpoint.linkRate {
      page.line("\(Self.percent(share)) of the link's \(Self.rate(rate)) Gb/s")
    }
    page.problems(problems)
  }
}
