public import HostAccess

/// The end of a log that opensm goes on writing.
public struct OpenSMLogTail {
  public let path: String
  /// Never more bytes at once: what follows is read at the next look.
  private let block: Int
  /// What opensm was told to begin every message with.
  private let prefix: String?
  private var offset: Int
  private var reader: OpenSMLogReader

  /// - Parameter offset: where to begin; a negative one counts from the end.
  public init(path: String, from offset: Int, block: Int = 1 << 20, prefix: String? = nil) {
    self.path = path
    self.offset = offset
    self.block = block
    self.prefix = prefix
    reader = OpenSMLogReader(prefix: prefix)
  }

  /// The messages that were written since the last look; none where the log cannot be read now.
  /// - Parameter atOnce: also the last one, although lines may yet follow that belong to it.
  public mutating func look(_ files: any FileReading, atOnce: Bool) -> [OpenSMLogEntry] {
    // At its limit opensm begins its log anew; between two of them it may be missing.
    guard let part = try? files.part(path, from: offset, limit: block) else { return [] }
    guard part.size >= offset else {
      offset = 0
      reader = OpenSMLogReader(prefix: prefix)
      return []
    }
    offset = part.start + part.bytes.count
    return reader.feed(part.bytes) + (atOnce || part.bytes.isEmpty ? [reader.flush()].compactMap(\.self) : [])
  }
}
