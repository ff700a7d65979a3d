internal import CShims
internal import Glibc
public import HostAccess

/// Files by `open`, `read`, `opendir` and `readdir` alone: the InfiniBand simulator's preload replaces just these.
public struct LinuxFiles: FileReading, FileWriting {
  /// "" for this machine, or the directory of a recorded one.
  let root: String
  /// rdmactl's own directories (state, run): nobody else may enter what is at or below one of them.
  let own: [String]

  /// Of these the kernel gives a whole at once.
  private static let attributes = ["/sys/", "/proc/sys/"]
  private static let writersPause: UInt32 = 2_000

  /// For the check whether `/sys/class/net` is this network name space's; `nil` for files that need none.
  private let network: LinuxNetwork?

  public init(root: String = "", own: [String] = []) { self.init(root: root, own: own, network: nil) }

  init(root: String = "", own: [String] = [], network: LinuxNetwork?) {
    self.root = root.hasSuffix("/") ? String(root.dropLast()) : root
    self.own = own
    self.network = network
  }

  /// What `/sys` shows of interfaces is believed only where it is of the name space of the sockets.
  private func believe(_ path: String) throws(FileError) {
    guard let network, path.hasPrefix(NetworkNamespace.sysfs), !network.ownsSysfs else { return }
    throw FileError(path: path, reason: .other(NetworkNamespace.foreign))
  }

  public func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    try believe(path)
    // O_NONBLOCK: a FIFO in a recorded tree must not hold us up.
    let descriptor = unsafe open(root + path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    defer { close(descriptor) }
    let expected = Self.isOfKernel(path) ? nil : Self.size(of: descriptor)
    if let expected, expected > limit { throw FileError(path: path, reason: .tooLarge(limit: limit)) }
    // One byte more than there should be, so that the end is seen with it.
    var room = min(limit + 1, max(4096, (expected ?? 0) + 1))
    var bytes: [UInt8] = []
    while true {
      let (piece, code) = Self.piece(of: descriptor, room: room)
      if code == EINTR { continue }
      // A pipe whose writer is not ready yet: "rdmactl fabric diff <(ssh host2 rdmactl fabric discover --json)".
      if code == EAGAIN {
        usleep(Self.writersPause)
        continue
      }
      guard code == 0 else { throw FileError(path: path, code: code) }
      if piece.isEmpty { break }
      if bytes.isEmpty { bytes = piece } else { bytes += piece }
      if bytes.count > limit { throw FileError(path: path, reason: .tooLarge(limit: limit)) }
      // What is shorter than the room for it is all of an attribute; a trace comes in pieces of any length.
      if piece.count < room, Self.attributes.contains(where: path.hasPrefix), !path.hasPrefix("/sys/kernel/") { break }
      room = min(max(4096, bytes.count), limit + 1 - bytes.count)
    }
    return bytes
  }

  /// What one `read` gives, or its `errno`. Files are read by the thousand: their room is not cleared before.
  private static func piece(of descriptor: Int32, room: Int) -> (bytes: [UInt8], code: Int32) {
    var code: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      let got = unsafe Glibc.read(descriptor, buffer.baseAddress, room)
      if got < 0 { code = errno }
      count = max(0, got)
    }
    return (bytes, code)
  }

  /// Counters come by the dozen: their files are closed by the row, which saves a call for each.
  public func contents(of directory: String, limit: Int) throws(FileError) -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    var row: ClosedRange<Int32>?
    func closeRow() {
      if let row { rdmactl_close_row(row.lowerBound, row.upperBound) }
      row = nil
    }
    for name in try list(directory) {
      let descriptor = unsafe open("\(root)\(directory)/\(name)", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      guard descriptor >= 0 else { continue }
      if let open = row, open.upperBound + 1 == descriptor, open.count < Self.longestRow {
        row = open.lowerBound...descriptor
      } else {
        closeRow()
        row = descriptor...descriptor
      }
      let (piece, code) = Self.piece(of: descriptor, room: limit + 1)
      if code == 0, piece.count <= limit { contents[name] = piece }
    }
    closeRow()
    return contents
  }

  /// Far below the 1,024 descriptors that a process may have.
  private static let longestRow = 64

  /// A device gives one record at each read; a file its lines.
  public func records(_ path: String) throws(FileError) -> any RecordSource {
    var facts = stat()
    guard unsafe stat(root + path, &facts) == 0 else { throw FileError(path: path, code: errno) }
    guard facts.st_mode & S_IFMT == S_IFCHR else { return FileLines(try read(path, limit: 64 << 20)) }
    return try LinuxRecords(root + path, path: path)
  }

  public func permissions(_ path: String) -> UInt16? {
    var facts = stat()
    return unsafe stat(root + path, &facts) == 0 ? UInt16(facts.st_mode & 0o7777) : nil
  }

  public func part(_ path: String, from offset: Int, limit: Int) throws(FileError) -> FilePart {
    try believe(path)
    let descriptor = unsafe open(root + path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    defer { close(descriptor) }
    guard let size = Self.size(of: descriptor) else { throw FileError(path: path, reason: .wrongKind) }
    let start = offset < 0 ? size + max(offset, -size) : min(offset, size)
    var bytes = [UInt8](repeating: 0, count: min(max(0, limit), size - start))
    var filled = 0
    while filled < bytes.count {
      let done = filled
      let got = unsafe bytes.withUnsafeMutableBytes {
        unsafe pread(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done, start + done)
      }
      if got < 0 && errno == EINTR { continue }
      if got < 0 { throw FileError(path: path, code: errno) }
      if got == 0 { break }
      filled += got
    }
    bytes.removeLast(bytes.count - filled)
    return FilePart(bytes: bytes, start: start, size: size)
  }

  /// The kernel's own files do not know their size, and are asked for by the thousand.
  private static func isOfKernel(_ path: String) -> Bool { path.hasPrefix("/sys/") || path.hasPrefix("/proc/") }

  /// - Returns: `nil` for what is no regular file.
  private static func size(of descriptor: Int32) -> Int? {
    var facts = stat()
    guard unsafe fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(facts.st_size)
  }

  public func list(_ path: String) throws(FileError) -> [String] {
    try believe(path)
    guard let directory = unsafe opendir(root + path) else { throw FileError(path: path, code: errno) }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while true {
      // A null pointer is the end, or a failure that only errno tells.
      errno = 0
      guard let entry = unsafe readdir(directory) else {
        if errno != 0 { throw FileError(path: path, code: errno) }
        break
      }
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  public func link(_ path: String) throws(FileError) -> String {
    try believe(path)
    var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let length = unsafe bytes.withUnsafeMutableBytes {
      unsafe readlink(root + path, $0.assumingMemoryBound(to: CChar.self).baseAddress.unsafelyUnwrapped, $0.count)
    }
    guard length >= 0 else { throw FileError(path: path, code: errno) }
    return String(decoding: bytes[..<length], as: UTF8.self)
  }
}

extension FileError {
  /// The reason for an `errno`.
  init(path: String, code: Int32) {
    let reason: Reason =
      switch code {
      case ENOENT: .notFound
      case EACCES, EPERM: .notPermitted
      case EISDIR, ENOTDIR: .wrongKind
      default: .other(systemWords(code))
      }
    self.init(path: path, reason: reason)
  }
}

/// The system's words for an `errno`, with its number: "Input/output error (5)".
func systemWords(_ code: Int32) -> String {
  let words = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error"
  return "\(words) (\(code))"
}
