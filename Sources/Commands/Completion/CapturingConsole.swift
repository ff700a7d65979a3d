internal import HostAccess
internal import Synchronization

/// Keeps what is written to standard output and drops the rest; no terminal anywhere.
final class CapturingConsole: Console {
  private let bytes = Mutex<[UInt8]>([])

  func write(_ bytes: [UInt8], to stream: OutputStream) throws(StreamError) {
    if stream == .output { self.bytes.withLock { $0 += bytes } }
  }

  func readLine(limit: Int) throws(StreamError) -> [UInt8]? { nil }
  func discardInput() {}
  func isTerminal(_ stream: StandardStream) -> Bool { false }
  var size: (columns: Int, rows: Int)? { nil }
  var isDumb: Bool { true }
  var colourForbidden: Bool { true }

  var written: [UInt8] { bytes.withLock { $0 } }

  var lines: [String] {
    bytes.withLock { String(decoding: $0, as: UTF8.self) }.split(separator: "\n").map { String($0) }
  }
}
