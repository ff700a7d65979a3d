internal import Foundation

/// `fabric-lab proxy` between programs and ibsim: delay, silence, duplicates, and a count of what goes through.
final class FabricProxy {
  let socket: String
  private let scratch: Scratch
  private let process: Spawned

  init(upstream: String, options: [String]) throws {
    socket = upstream + "-proxy"
    scratch = try Scratch("proxy")
    let arguments = ["proxy", "--upstream", upstream, "--name", socket, "--count", scratch("count")] + options
    process = try Spawned(Spawned.beside("fabric-lab"), arguments)
    try process.wait(timeout: 20, until: "serving") { [socket] in Self.isServing(socket) }
  }

  /// Whether the last of the sockets that a fabric binds is there.
  static func isServing(_ socket: String) -> Bool {
    // Bytes, not text: the names of other programs' sockets are whatever these like.
    let sockets = (try? FileHandle(forReadingAtPath: "/proc/net/unix")?.readToEnd()) ?? Data()
    return sockets.range(of: Data("@\(socket):out9".utf8)) != nil
  }

  /// The proxy writes them whenever nothing has come for a moment: two equal readings are the last word.
  func counts() throws -> [UInt16: Int] {
    var before = [UInt16: Int]()
    for _ in 0..<100 {
      usleep(100_000)
      guard process.isRunning else { break }
      let counts = read()
      if counts == before, !counts.isEmpty { return counts }
      before = counts
    }
    throw SpawnFailure(message: "the proxy does not count:\n\(process.output)\(process.error)")
  }

  /// Lines of attribute ID and number.
  private func read() -> [UInt16: Int] {
    let text = (try? String(contentsOfFile: scratch("count"), encoding: .utf8)) ?? ""
    let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
    return Dictionary(
      lines.compactMap { words in
        guard words.count == 2, let attribute = UInt16(words[0].dropFirst(2), radix: 16), let number = Int(words[1])
        else { return nil }
        return (attribute, number)
      }, uniquingKeysWith: +)
  }
}
