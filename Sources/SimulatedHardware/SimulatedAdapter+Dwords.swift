public import HostAccess

extension SimulatedAdapter {
  /// Consecutive dwords as one operation.
  public func readConfiguration(at offset: Int, count: Int) throws(PCIError) -> [UInt32] {
    let bytes = try readConfiguration(offset..<offset + 4 * count)
    return stride(from: 0, to: bytes.count - 3, by: 4).map { start in
      bytes[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
  }
}
