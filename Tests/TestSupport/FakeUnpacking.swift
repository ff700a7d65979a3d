public import HostAccess

/// Unpacked bytes by packed ones.
public struct FakeUnpacking: Unpacking {
  private let contents: [[UInt8]: Result<[UInt8], UnpackError>]

  public init(_ contents: [[UInt8]: Result<[UInt8], UnpackError>] = [:]) { self.contents = contents }

  public func xz(_ packed: [UInt8], limit: Int) throws(UnpackError) -> [UInt8] {
    guard let answer = contents[packed] else { stop("FakeUnpacking", "to unpack \(packed.count) bytes") }
    return Array(try answer.get().prefix(limit))
  }
}
