internal import CShims
public import HostAccess

/// liblzma and zlib, each loaded at its first call.
public struct LinuxUnpacking: Unpacking {
  /// Bytes that are unpacked at once.
  private static let block = 1 << 20

  public init() {}

  public func xz(_ packed: [UInt8], limit: Int) throws(UnpackError) -> [UInt8] {
    let result = unsafe packed.withUnsafeBufferPointer { packed -> Result<[UInt8], UnpackError> in
      guard let state = unsafe rdmactl_xz_begin(packed.baseAddress, packed.count) else {
        return .failure(.unavailable("liblzma.so.5"))
      }
      defer { unsafe rdmactl_xz_end(state) }
      var bytes: [UInt8] = []
      while bytes.count < limit {
        let (block, end) = unsafe next(state, min(Self.block, limit - bytes.count))
        bytes += block
        if end == RDMACTL_XZ_END { break }
        if let error = error(end) { return .failure(error) }
      }
      return .success(bytes)
    }
    return try result.get()
  }

  public func packXZ(_ bytes: [UInt8]) throws(UnpackError) -> [UInt8] {
    let bound = rdmactl_xz_bound(bytes.count)
    guard bound > 0 else { throw .unavailable("liblzma.so.5") }
    let packed = unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe [UInt8](unsafeUninitializedCapacity: bound) { packed, count in
        count = unsafe rdmactl_xz_pack(bytes.baseAddress, bytes.count, packed.baseAddress, bound)
      }
    }
    guard !packed.isEmpty else { throw .damaged("there is not memory enough to pack them") }
    return packed
  }

  public func packGzip(_ bytes: [UInt8]) throws(UnpackError) -> [UInt8] {
    let bound = rdmactl_gzip_bound(bytes.count)
    guard bound > 0 else { throw .unavailable("libz.so.1") }
    let packed = unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe [UInt8](unsafeUninitializedCapacity: bound) { packed, count in
        count = unsafe rdmactl_gzip_pack(bytes.baseAddress, bytes.count, packed.baseAddress, bound)
      }
    }
    guard !packed.isEmpty else { throw .damaged("there is not memory enough to pack them") }
    return packed
  }

  private func next(_ state: UnsafeMutableRawPointer, _ size: Int) -> ([UInt8], rdmactl_xz) {
    var end = RDMACTL_XZ_DAMAGED
    let block = unsafe [UInt8](unsafeUninitializedCapacity: size) { bytes, count in
      let code = unsafe rdmactl_xz_next(state, bytes.baseAddress, size, &count)
      end = rdmactl_xz(UInt32(bitPattern: code))
    }
    return (block, end)
  }

  private func error(_ end: rdmactl_xz) -> UnpackError? {
    switch end {
    case RDMACTL_XZ_MORE, RDMACTL_XZ_END: nil
    case RDMACTL_XZ_NO_XZ: .damaged("they are not in the XZ format")
    case RDMACTL_XZ_SHORT: .damaged("their end is missing")
    case RDMACTL_XZ_MEMORY: .damaged("that would take too much memory")
    default: .damaged("they are damaged")
    }
  }
}
