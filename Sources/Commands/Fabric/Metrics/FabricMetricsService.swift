internal import HostAccess
internal import Metrics
internal import Presentation
internal import Vocabulary

/// `rdmactl fabric metrics --listen`: answers scrapes on the socket of the service manager, one after the other. Scrapes that
/// come while the fabric is swept, or within the interval, share one sweep.
struct FabricMetricsService {
  let host: Host
  let output: Output
  /// Milliseconds between two sweeps at least.
  let interval: Int
  let options: FabricMetrics.Options
  let sweep: () throws -> FabricMetrics.Sweep

  /// A client that is slower has gone, or is no scraper.
  private static let patience = 5000
  private static let longestRequest = 16 << 10

  private enum Outcome {
    case found(FabricMetrics)
    case failed(any Failure)
  }

  /// What was found last, and the texts that were made of it.
  private struct Texts {
    var made: Int
    let outcome: Outcome
    var plain: [Exposition.Format: [UInt8]] = [:]
    var packed: [Exposition.Format: [UInt8]] = [:]
  }

  func run() throws -> ExitStatus {
    let sockets = host.service.sockets
    guard !sockets.isEmpty else { throw ListenFailure.noSocket }
    if let open = sockets.first(where: { !$0.isLocal }) { throw ListenFailure.reachable(open.address) }
    host.clock.holdInterruptions()
    var texts: Texts?
    while !host.clock.interrupted {
      guard let connection = host.service.accept(on: sockets, milliseconds: 60_000) else { continue }
      let bytes = connection.read(
        limit: Self.longestRequest, milliseconds: Self.patience, until: MetricsHTTP.isComplete)
      guard let answer = try answer(to: bytes, &texts) else { break }
      connection.write(answer, milliseconds: Self.patience)
    }
    // A stopped service ends with 0: systemd counts another exit status as a failure.
    return .done
  }

  /// - Returns: `nil` when the user wants to stop.
  private func answer(to bytes: [UInt8], _ texts: inout Texts?) throws -> [UInt8]? {
    guard let request = MetricsHTTP.Request(bytes) else {
      return MetricsHTTP.answer(.badRequest, Array("not a request\n".utf8))
    }
    let withBody = request.method != "HEAD"
    guard request.method == "GET" || request.method == "HEAD" else {
      return MetricsHTTP.answer(.methodNotAllowed, Array("use GET\n".utf8))
    }
    guard request.path == "/metrics" || request.path == "/" else {
      return MetricsHTTP.answer(.notFound, Array("the metrics are at /metrics\n".utf8), withBody: withBody)
    }
    let now = host.clock.milliseconds
    if texts.map({ now - $0.made >= interval }) ?? true {
      guard let fresh = try look(at: now) else { return nil }
      texts = fresh
    }
    guard var known = texts else { return nil }
    defer { texts = known }
    switch known.outcome {
    case .failed(let failure):
      let words = "\(failure.subject.map { "\($0): " } ?? "")\(failure.message) [\(failure.id)]\n"
      return MetricsHTTP.answer(.unavailable, Array(words.utf8), withBody: withBody)
    case .found(let metrics):
      let plain = known.plain[request.format] ?? metrics.text(request.format)
      known.plain[request.format] = plain
      var body = plain
      if request.acceptsGzip, let packed = known.packed[request.format] ?? (try? host.unpacking.packGzip(plain)) {
        known.packed[request.format] = packed
        body = packed
      }
      return MetricsHTTP.answer(
        .ok, type: request.format.contentType, body, isPacked: body.count != plain.count, withBody: withBody)
    }
  }

  private func look(at start: Int) throws -> Texts? {
    do {
      let metrics = FabricMetrics(try sweep(), options, version: Rdmactl.version)
      return Texts(made: start, outcome: .found(metrics))
    } catch is Interrupted {
      return nil
    } catch let failure as any Failure {
      output.talk("rdmactl: \(failure.subject.map { "\($0): " } ?? "")\(failure.message)")
      return Texts(made: start, outcome: .failed(failure))
    }
  }
}

/// Why nothing can be served.
enum ListenFailure: Failure {
  case noSocket
  case reachable(String)

  var id: String {
    switch self {
    case .noSocket: "metrics.no_socket"
    case .reachable: "metrics.socket_not_local"
    }
  }
  var subject: String? {
    switch self {
    case .noSocket: nil
    case .reachable(let address): address
    }
  }
  var message: String {
    switch self {
    case .noSocket: "--listen needs a socket from the service manager (LISTEN_FDS)"
    case .reachable: "other machines can reach this socket; --listen serves loopback addresses and Unix sockets only"
    }
  }
  var fix: [String] {
    switch self {
    case .noSocket:
      [
        "systemctl start rdmactl-fabric-metrics.socket",
        "systemd-socket-activate -l 127.0.0.1:9442 rdmactl fabric metrics --listen",
      ]
    case .reachable: []
    }
  }
  var hint: [String] {
    switch self {
    case .noSocket: []
    case .reachable: ["for scrapes from other machines, put a proxy with TLS and authentication in front"]
    }
  }
  var exitStatus: ExitStatus {
    switch self {
    case .noSocket: .usage
    case .reachable: .refused
    }
  }
}
