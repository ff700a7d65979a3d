/// What packs bytes and unpacks packed ones.
public protocol Unpacking: Sendable {
  /// The first `limit` bytes that an XZ stream holds, or fewer when it ends before. Memory grows with what comes out.
  func xz(_ packed: [UInt8], limit: Int) throws(UnpackError) -> [UInt8]
  /// An XZ stream with checksums of 32 bits, as the kernel unpacks it.
  func packXZ(_ bytes: [UInt8]) throws(UnpackError) -> [UInt8]
  /// A gzip stream. Source: RFC 1952.
  func packGzip(_ bytes: [UInt8]) throws(UnpackError) -> [UInt8]
}

extension Unpacking {
  public func packXZ(_ bytes: [UInt8]) throws(UnpackError) -> [UInt8] { throw .unavailable("liblzma.so.5") }
  public func packGzip(_ bytes: [UInt8]) throws(UnpackError) -> [UInt8] { throw .unavailable("libz.so.1") }
}

/// Why packed bytes could not be unpacked.
public enum UnpackError: Error, Equatable, Sendable {
  /// The library that knows the format is not installed: its file.
  case unavailable(String)
  /// The bytes are not of that format, or damaged; why in half a sentence.
  case damaged(String)

  /// The reason as half a sentence.
  public var explanation: String {
    switch self {
    case .unavailable(let library): "cannot be unpacked: \(library) is not installed"
    case .damaged(let words): "cannot be unpacked: \(words)"
    }
  }
}
