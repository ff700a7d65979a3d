internal import CShims
internal import Glibc
public import HostAccess

/// The three standard streams by `read(2)` and `write(2)`, each result looked at.
public struct LinuxConsole: Console {
  private let environment: [String: String]

  /// - Parameter environment: for `NO_COLOR` and `TERM`.
  public init(environment: [String: String]) {
    self.environment = environment
    // A reader that has gone is told by write(2) then, and not by the death of the process.
    signal(SIGPIPE, SIG_IGN)
  }

  public func write(_ bytes: [UInt8], to stream: OutputStream) throws(StreamError) {
    let descriptor: Int32 = stream == .output ? 1 : 2
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        switch errno {
        case let code where code == EINTR || code == EAGAIN:
          if rdmactl_interruptions() > 0 { throw .interrupted }
          if code == EAGAIN { waitUntilWritable(descriptor) }
        case EPIPE: throw .closed
        case let code: throw .failed(systemWords(code))
        }
      } else {
        rest = rest.dropFirst(count)
      }
    }
  }

  public func readLine(limit: Int) throws(StreamError) -> [UInt8]? {
    var line: [UInt8] = []
    while true {
      // Byte by byte: what follows the line stays for whoever reads next.
      var byte: UInt8 = 0
      let count = unsafe Glibc.read(0, &byte, 1)
      if count < 0 {
        if errno == EINTR { continue }
        throw .failed(systemWords(errno))
      }
      if count == 0 { return line.isEmpty ? nil : line }
      if byte == 0x0a { return line }
      line.append(byte)
      if line.count > limit { throw .lineTooLong(limit: limit) }
    }
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

  public var colourForbidden: Bool {
    environment["NO_COLOR"].map { !$0.isEmpty } ?? false || environment["TERM"] == "dumb"
  }

  private func waitUntilWritable(_ descriptor: Int32) {
    var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    unsafe poll(&wanted, 1, 1000)
  }
}
