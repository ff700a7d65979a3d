public import HostAccess
public import Vocabulary

/// The lock files by which mstflint's tools keep each other out of a PCI function's registers:
/// `/tmp/mstflint_lockfiles/0000:03:00.0_config` and `…_mem`. A tool locks one of both, by the method that it opened the
/// function with, so both are taken.
///
/// Everybody may create and lock them. So a lock counts only when its holder could reach the registers: when it runs as
/// root. Sources: `mtcr_ul/mtcr_ul_com.c` of mstflint (LOCK_FILE_FORMAT), and strace of mstflint 4.21.
public final class ToolLocks {
  enum Outcome: Equatable {
    case taken
    /// The lock files cannot be used, or nobody who could reach the registers holds them.
    case absent
    /// By this process, where known.
    case held(LockHolder?)
  }

  private let files: [any FieldLock]
  private let store: any FileReading
  private let clock: any Clock

  public init(_ address: PCIAddress, on host: Host) {
    (store, clock) = (host.store, host.clock)
    files = ["config", "mem"].compactMap { kind in
      try? host.store.openFieldLock("/tmp/mstflint_lockfiles/\(address)_\(kind)")
    }
  }

  /// - Parameter milliseconds: how long to wait for a tool that holds one.
  func take(waiting milliseconds: Int) -> Outcome {
    guard !files.isEmpty else { return .absent }
    for (index, file) in files.enumerated() {
      let outcome = take(file, milliseconds)
      guard outcome == .taken else {
        for taken in files[..<index] { taken.release() }
        return outcome
      }
    }
    return .taken
  }

  func release() { for file in files.reversed() { file.release() } }

  private func take(_ file: any FieldLock, _ milliseconds: Int) -> Outcome {
    let start = clock.milliseconds
    while true {
      do {
        try file.take()
        return .taken
      } catch {
        guard error.isHeld else { return .absent }
        if clock.milliseconds - start >= milliseconds {
          return error.holder.map(isRoots) == false ? .absent : .held(error.holder)
        }
      }
      clock.sleep(milliseconds: 1)
    }
  }

  private func isRoots(_ holder: LockHolder) -> Bool {
    let lines = (try? store.read("/proc/\(holder.process)/status", limit: 1 << 16)) ?? []
    let line = lines.split(separator: 0x0a).first { $0.starts(with: "Uid:".utf8) }
    // Real, effective, saved and file system user: the second decides.
    let numbers = line.map { String(decoding: $0, as: UTF8.self).split(whereSeparator: \.isWhitespace) } ?? []
    return numbers.count < 3 || numbers[2] == "0"
  }
}
