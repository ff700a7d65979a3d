import Foundation
import Testing

@testable import KernelEvents

/// The table of messages against the kernel's own strings (kernel-strings.txt).
@Suite struct PatternTests {
  /// By the file below the driver's folder.
  private static let strings: [String: Set<String>] = {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "kernel-strings.txt")
    let text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
    var strings: [String: Set<String>] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { continue }
      strings[String(parts[0].prefix { $0 != ":" }), default: []].insert(String(parts[1]))
    }
    return strings
  }()

  @Test("Each format is a string of the kernel, in the file that the table names", arguments: EventPattern.all)
  func formats(_ pattern: EventPattern) {
    #expect(Self.strings.count > 10)
    let found = Self.strings.contains {
      "/\($0.key)".hasSuffix("/\(pattern.file)") && $0.value.contains(pattern.format)
    }
    #expect(found, "\(pattern.file): \(pattern.format)")
  }

  /// What the kernel would print: each value replaced by something of its kind.
  private static func printed(_ pattern: EventPattern) -> String {
    let heads = [
      "rdma_rxe": "infiniband rxe0: ", "ib_srp": "scsi host0: ib_srp: ", "ib_ipoib": "ib0: ",
      "mlx4_en": "mlx4_en: eth2: ",
    ]
    let value = pattern.value.map { String($0, radix: 16) } ?? "7"
    return (heads[pattern.driver] ?? "\(pattern.driver) 0000:3b:00.0: ")
      + EventPattern.literals(of: pattern.format).joined(separator: value)
  }

  @Test("A message made with a format is known by it, and has a meaning of its own", arguments: EventPattern.all)
  func messages(_ pattern: EventPattern) {
    let text = Self.printed(pattern)
    #expect(EventPattern.kind(of: text) == pattern.kind, "\(text)")
    #expect(EventPattern.kind(of: "systemd[1]: \(text)") == nil)
  }

  @Test(
    "What only looks alike is no event",
    arguments: [
      "mlx5_core 0000:3b:00.0: PCI Link up later", "infiniband rxe0: set down by somebody",
      "e1000e 0000:00:02.0 eth0: Link down",
      "scsi host0:   REJ reason 0x18", "scsi host0: ib_srp: SRP LOGIN REJECTED, reason 0x00010001",
      "mlx5_core 0000:3b:00.0: health recovery", "",
    ])
  func strangers(_ text: String) { #expect(EventPattern.kind(of: text) == nil) }

  @Test("Literals of a format") func literals() {
    #expect(EventPattern.literals(of: "%smulticast %pI6, %-5d%% %.*s") == ["", "multicast ", ", ", "% ", ""])
    #expect(EventPattern.literals(of: "dest=%pISpsc;") == ["dest=", ";"])
  }
}

extension EventPattern: CustomTestStringConvertible {
  public var testDescription: String { "\(driver): \(format)" }
}
