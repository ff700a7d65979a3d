extension FileReading {
  /// The capabilities in force of this process, a bit each. Source: proc(5), /proc/pid/status; `linux/capability.h`.
  package var effectiveCapabilities: UInt64? {
    (try? read("/proc/self/status", limit: 1 << 16)).flatMap { bytes in
      String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("CapEff:") }?
        .split(whereSeparator: \.isWhitespace).last.flatMap { UInt64($0, radix: 16) }
    }
  }

  /// Bytes that this process may lock; `nil` where there is no limit, or none that applies to it (CAP_IPC_LOCK).
  /// Source: proc(5), /proc/pid/limits.
  package var lockableMemory: UInt64? {
    guard let limits = try? lines("/proc/self/limits"),
      let line = limits.first(where: { $0.hasPrefix("Max locked memory") }),
      let soft = line.dropFirst("Max locked memory".count).split(separator: " ").first.flatMap({ UInt64($0) })
    else { return nil }
    return (effectiveCapabilities ?? 0) >> 14 & 1 == 1 ? nil : soft
  }
}
