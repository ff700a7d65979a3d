import FabricLab
import Foundation
import HostAccess
import TestSupport
import Testing

@testable import Commands

/// `rdmactl fabric metrics` on a subnet in memory, and its service with clients of our own.
@Suite struct FabricMetricsTests {
  private func samples(_ text: String) -> [String] {
    text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
  }

  private func names(_ lines: [String]) -> [String: Int] {
    lines.reduce(into: [:]) { $0[String($1.prefix { $0 != "{" && $0 != " " }), default: 0] += 1 }
  }

  @Test func everyPortOfASwitchHasItsSeries() throws {
    let machine = FabricMachine()
    let result = machine.run("fabric", "metrics")
    #expect(result.status == 0, "\(result.error)")
    let lines = samples(result.output)
    let counts = names(lines)
    #expect(lines.contains("rdma_fabric_complete 1") && lines.contains("rdma_fabric_unanswered 0"))
    #expect(lines.contains(#"rdma_fabric_nodes{type="switch"} 4"#))
    let ports = try #require(counts["rdma_fabric_port_active"])
    #expect(counts["rdma_fabric_port_rate_bytes_per_second"] == ports && counts["rdma_fabric_link_info"] == ports)
    #expect(counts["rdma_fabric_node_info"] == 8)
    for line in lines where line.hasPrefix("rdma_fabric_port_") {
      #expect(line.matches(of: /([a-z_]+)="/).map { String($0.1) } == ["guid", "port"])
    }
    let more = names(samples(machine.run("fabric", "metrics", "--hosts", "--counters", "all").output))
    #expect(more["rdma_fabric_port_active"] == ports + 4)
    #expect(more.count > counts.count)
  }

  /// The acceptance of an alert on a port that goes down: the series stays.
  @Test func aPulledCableIsZeroAndNoSeriesVanishes() throws {
    let before = names(samples(FabricMachine().run("fabric", "metrics").output))
    var pulled = 0
    let machine = FabricMachine { net in pulled = net.pullCables(1, seed: 3).count }
    let lines = samples(machine.run("fabric", "metrics").output)
    #expect(pulled == 1)
    for (name, count) in before where name.hasPrefix("rdma_fabric_port_") && name.hasSuffix("active") {
      #expect(names(lines)[name] == count, "\(name)")
    }
    #expect(lines.contains { $0.hasPrefix("rdma_fabric_port_active{") && $0.hasSuffix(" 0") })
  }

  @Test func aSilentNodeMakesTheAnswerIncomplete() throws {
    let machine = FabricMachine()
    machine.lab.silence[machine.lab.topology.switches[3]] = .answers()
    let result = machine.run("fabric", "metrics", "--mad-timeout", "20ms")
    #expect(result.status == 8)
    #expect(samples(result.output).contains("rdma_fabric_complete 0"))
    #expect(!samples(result.output).contains("rdma_fabric_unanswered 0"))
  }

  // MARK: The service

  private func serve(_ machine: FabricMachine, every: String = "30s", _ requests: [FakeClients.Request]) -> (
    Consequences, [String]
  ) {
    let clock = StoppableClock(machine.lab.clock)
    let clients = FakeClients(requests, clock: clock)
    var host = machine.host()
    (host.service, host.clock) = (clients, clock)
    let result = consequences(of: ["fabric", "metrics", "--listen", "--every", every], host: host)
    return (result, clients.answers)
  }

  private let get = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"

  private func time(_ answer: String) -> String? {
    answer.split(separator: "\n").first { $0.hasPrefix("rdma_fabric_time_seconds") }.map(String.init)
  }

  @Test func scrapesWithinTheIntervalShareOneSweep() throws {
    let machine = FabricMachine()
    let (result, answers) = serve(
      machine, [.init(get, at: 0), .init(get, at: 1_000), .init(get, at: 29_000), .init(get, at: 70_000)])
    #expect(result.status == 0 && answers.count == 4, "\(result.error)")
    #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 200 OK\r\n") && $0.contains("rdma_fabric_complete 1\n") })
    #expect(answers[0] == answers[1] && answers[1] == answers[2])
    #expect(time(answers[3]) != time(answers[0]))
  }

  @Test func whatIsNotAScrape() {
    let (_, answers) = serve(
      FabricMachine(),
      [
        .init("GET /etc/passwd HTTP/1.1\r\n\r\n", at: 0), .init("POST /metrics HTTP/1.1\r\n\r\n", at: 0),
        .init("\u{0}\u{1}nonsense", at: 0), .init("HEAD /metrics HTTP/1.1\r\n\r\n", at: 0),
      ])
    #expect(answers.map { $0.prefix(12) } == ["HTTP/1.1 404", "HTTP/1.1 405", "HTTP/1.1 400", "HTTP/1.1 200"])
    #expect(!answers[3].contains("rdma_fabric"))
  }

  @Test func aPortThatCannotBeAskedIsUnavailableAndTheServiceGoesOn() {
    let machine = FabricMachine()
    machine.refusal = .notPermitted(path: "/dev/infiniband/umad0")
    let (result, answers) = serve(machine, every: "1s", [.init(get, at: 0), .init(get, at: 5_000)])
    #expect(result.status == 0 && answers.count == 2)
    #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 503 ") && $0.contains("management.not_permitted") })
  }

  @Test func aSocketThatOthersCanReachIsRefused() {
    let machine = FabricMachine()
    var host = machine.host()
    host.service = FakeClients([], clock: StoppableClock(machine.lab.clock), isLocal: false)
    let result = consequences(of: ["fabric", "metrics", "--listen"], host: host)
    #expect(result.status == 7 && result.error.contains("other machines can reach this socket"))
    let without = machine.run("fabric", "metrics", "--listen")
    #expect(without.status == 64 && without.error.contains("systemctl start rdmactl-fabric-metrics.socket"))
  }
}

/// Clients that come one after the other, each at its time; after the last the user stops the service.
private final class FakeClients: ServiceAccess, @unchecked Sendable {
  struct Request {
    let text: String
    let time: Int

    init(_ text: String, at time: Int) { (self.text, self.time) = (text, time) }
  }

  private var requests: [Request]
  private let clock: StoppableClock
  private let isLocal: Bool
  private(set) var answers: [String] = []

  init(_ requests: [Request], clock: StoppableClock, isLocal: Bool = true) {
    (self.requests, self.clock, self.isLocal) = (requests, clock, isLocal)
  }

  var sockets: [ServiceSocket] { [ServiceSocket(descriptor: 3, address: "test", isLocal: isLocal)] }

  func accept(on sockets: [ServiceSocket], milliseconds: Int) -> (any ServiceConnection)? {
    guard !requests.isEmpty else {
      clock.interrupted = true
      return nil
    }
    let request = requests.removeFirst()
    if request.time > clock.milliseconds { clock.sleep(milliseconds: request.time - clock.milliseconds) }
    return Client(request.text) { self.answers.append($0) }
  }

  private final class Client: ServiceConnection {
    private let text: String
    private let take: (String) -> Void

    init(_ text: String, _ take: @escaping (String) -> Void) { (self.text, self.take) = (text, take) }

    func read(limit: Int, milliseconds: Int, until isComplete: ([UInt8]) -> Bool) -> [UInt8] { Array(text.utf8) }

    func write(_ bytes: [UInt8], milliseconds: Int) -> Bool {
      take(String(decoding: bytes, as: UTF8.self))
      return true
    }
  }
}

/// The clock of a lab fabric, which somebody can stop the program by.
private final class StoppableClock: Clock, @unchecked Sendable {
  private let clock: any Clock
  var interrupted = false

  init(_ clock: any Clock) { self.clock = clock }

  var milliseconds: Int { clock.milliseconds }
  var timestamp: String { clock.timestamp }
  var secondsSince1970: Double { clock.secondsSince1970 }
  func localTime(secondsSince1970 time: Double) -> LocalTime { clock.localTime(secondsSince1970: time) }
  func sleep(milliseconds: Int) { clock.sleep(milliseconds: milliseconds) }
  func holdInterruptions() {}
  func takeSuspension() -> Bool { false }
  func suspend() {}
}
