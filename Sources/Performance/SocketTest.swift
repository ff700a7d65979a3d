package import HostAccess
internal import Sockets

/// A test of sockets by rstream of rdmacm-utils: over RDMA, or over TCP for comparison.
package struct SocketTest: Sendable, Equatable {
  package static let program = "rstream"
  /// rstream's own.
  package static let usualPort = 7471

  package var size = 65536
  package var transfers = 100
  package var port = usualPort
  package var usesTCP = false

  package init() {}

  private var common: [String] { ["-p", String(port)] + (usesTCP ? ["-T", "s"] : []) }
  private func clientWords(_ address: String) -> [String] {
    ["-s", address, "-S", String(size), "-C", String(transfers), "-I", "1"] + common
  }
  /// Both ends must transfer the same.
  private var serverWords: [String] { ["-S", String(size), "-C", String(transfers), "-I", "1"] + common }

  /// The options of `rdmactl perf sock` that say the same.
  package var words: [String] {
    ["--size", String(size), "--count", String(transfers)] + (usesTCP ? ["--tcp"] : [])
      + (port == Self.usualPort ? [] : ["--control-port", String(port)])
  }

  package static let limit = 30_000

  /// The figures of a test to an address where the other end waits, or to ourselves, where it is started too.
  package func measure(
    _ host: Host, _ address: String, startsServer: Bool, limit: Int = limit
  ) throws -> SocketFigures {
    host.clock.holdInterruptions()
    let children = PerfChild(host: host)
    let deadline = host.clock.milliseconds + limit
    var server: (any AttendedProcess)?
    defer { server?.kill() }
    if startsServer {
      let started = try children.start(Self.program, serverWords)
      server = started
      // A socket of rsockets is in no table of the kernel's: the client is tried again instead.
      _ = try children.wait(until: min(deadline, host.clock.milliseconds + 300)) { started.ended() }
    }
    var text = ""
    repeat {
      let client = try children.start(Self.program, clientWords(address))
      defer { client.kill() }
      let end = try children.wait(until: deadline) { client.ended() }
      text = PerfChild.text(client)
      if end == .exited(0), let figures = SocketFigures(text) { return figures }
      guard end != nil else {
        throw PerfFailure(.silent, subject: address, hint: ["start on the peer, with the same options: \(listenLine)"])
      }
      _ = try children.wait(until: min(deadline, host.clock.milliseconds + 300)) { () -> Bool? in nil }
    } while server != nil && server?.ended() == nil && host.clock.milliseconds < deadline
    let words = text.split(whereSeparator: \.isNewline).last { $0.contains(": ") }.map { String($0) }
    let refused = ["refused", "rejected", "unreachable"].contains { text.contains($0) }
    throw PerfFailure(
      refused ? .noListener : .other, subject: address, words: words, hint: ["start on the peer: \(listenLine)"])
  }

  /// Waits for one test.
  package func listen(_ host: Host, limit: Int) throws {
    host.clock.holdInterruptions()
    let children = PerfChild(host: host)
    let server = try children.start(Self.program, serverWords)
    defer { server.kill() }
    let end = try children.wait(until: host.clock.milliseconds + limit) { server.ended() }
    guard end == .exited(0) else {
      let words = PerfChild.text(server).split(whereSeparator: \.isNewline).last { $0.contains(": ") }
      throw PerfFailure(end == nil ? .silent : .other, subject: nil, words: words.map { String($0) })
    }
  }

  package var listenLine: String { (["rdmactl", "perf", "sock", "--listen"] + words).joined(separator: " ") }

  package func clientLine(_ name: String) -> String {
    (["rdmactl", "perf", "sock", name] + words).joined(separator: " ")
  }
}

/// What rstream has printed: `custom    4k      50      1       400k        0.21s      0.02    2117.57`.
package struct SocketFigures: Sendable, Equatable {
  package let seconds: Double
  package let rate: Double
  package let microseconds: Double

  /// - Returns: `nil` without figures.
  package init?(_ text: String) {
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(separator: " ")
      guard words.count == 8, words[5].hasSuffix("s"), let seconds = Double(words[5].dropLast()),
        let rate = Double(words[6]), let microseconds = Double(words[7]), microseconds > 0
      else { continue }
      self.seconds = seconds
      self.rate = rate
      self.microseconds = microseconds
      return
    }
    return nil
  }
}
