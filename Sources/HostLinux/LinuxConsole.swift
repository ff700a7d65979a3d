internal import CShims
internal import Glibc
public import HostAccess
internal import Synchronization

/// The three standard streams by `read(2)` and `write(2)`, each result looked at.
public struct LinuxConsole: Console {
  private let environment: [String: String]
  private let input = StandardInput()

  /// - Parameter environment: for `NO_COLOR` and `TERM`.
  public init(environment: [String: String]) {
    self.environment = environment
  }

  public func write(_ bytes: [UInt8], to stream: OutputStream) throws(StreamError) {
    let descriptor: Int32 = stream == .output ? 1 : 2
    // A signal that ended the work before does not cut the answer to it.
    let before = rdmactl_interruptions()
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        switch errno {
        case EINTR: break
        case EAGAIN: waitUntilWritable(descriptor)
        case EPIPE: throw .closed
        case let code: throw .failed(systemWords(code))
        }
      } else {
        rest = rest.dropFirst(count)
      }
      if !rest.isEmpty, rdmactl_interruptions() > before { throw .interrupted }
    }
  }

  public func readLine(limit: Int) throws(StreamError) -> [UInt8]? { try input.line(limit: limit) }

  public func discardInput() {
    guard isTerminal(.input) else { return }
    input.discard()
    tcflush(0, TCIFLUSH)
  }

  public func takeKeys(_ on: Bool) { rdmactl_take_keys(on ? 1 : 0) }

  public func nextKey() -> Character? {
    let key = rdmactl_next_key()
    return (0x20..<0x7f).contains(key) ? UnicodeScalar(UInt32(key)).map(Character.init) : nil
  }

  public func isTerminal(_ stream: StandardStream) -> Bool {
    switch stream {
    case .input: isatty(0) == 1
    case .output: isatty(1) == 1
    case .error: isatty(2) == 1
    }
  }

  public var size: (columns: Int, rows: Int)? {
    var window = winsize()
    guard unsafe ioctl(1, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0 else { return nil }
    return (Int(window.ws_col), Int(window.ws_row))
  }

  public var isDumb: Bool { ["", "dumb"].contains(environment["TERM"] ?? "") }

  public var colourForbidden: Bool { environment["NO_COLOR"].map { !$0.isEmpty } ?? false || isDumb }

  private func waitUntilWritable(_ descriptor: Int32) {
    var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    unsafe poll(&wanted, 1, 1000)
  }
}

/// Standard input by the blockful. A terminal gives a line at a time anyway.
private final class StandardInput: Sendable {
  private struct State {
    var bytes: [UInt8] = []
    var start = 0
    var atEnd = false
  }
  private let state = Mutex(State())

  func line(limit: Int) throws(StreamError) -> [UInt8]? {
    try state.withLock { state throws(StreamError) in
      var searched = state.start
      while true {
        let end = state.bytes[searched...].firstIndex(of: 0x0a)
        if (end ?? state.bytes.count) - state.start > limit {
          // The rest of the line is what the next call reads.
          state.start += limit
          throw .lineTooLong(limit: limit)
        }
        if let end {
          defer { state.start = end + 1 }
          return Array(state.bytes[state.start..<end])
        }
        searched = state.bytes.count
        if state.atEnd {
          defer { state.start = state.bytes.count }
          return state.start < state.bytes.count ? Array(state.bytes[state.start...]) : nil
        }
        searched -= state.start
        try fill(&state)
      }
    }
  }

  /// Forgets what was read and not asked for.
  func discard() { state.withLock { $0 = State() } }

  /// Drops what was read before and adds a block.
  private func fill(_ state: inout State) throws(StreamError) {
    state.bytes.removeFirst(state.start)
    state.start = 0
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      guard rdmactl_wait_for_input() == 0 else { throw .interrupted }
      let count = unsafe block.withUnsafeMutableBytes { unsafe Glibc.read(0, $0.baseAddress, $0.count) }
      if count > 0 { state.bytes += block[..<count] }
      if count == 0 { state.atEnd = true }
      if count >= 0 { return }
      guard errno == EINTR else { throw .failed(systemWords(errno)) }
    }
  }
}
