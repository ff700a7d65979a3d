internal import Foundation
internal import HostAccess
internal import HostLinux
internal import TestSupport
internal import Testing

@Suite("Unpacking", .enabled(if: Spawned.find("xz") != nil, "xz is not installed"))
struct UnpackingTests {
  /// What the program of the same people packs.
  private static func packed(_ bytes: [UInt8]) throws -> [UInt8] {
    let scratch = try Scratch("xz")
    try Data(bytes).write(to: URL(fileURLWithPath: scratch("plain")))
    let result = try Spawned.run("xz", ["--keep", scratch("plain")])
    #expect(result.status == 0, "\(result.error)")
    return Array(try Data(contentsOf: URL(fileURLWithPath: scratch("plain.xz"))))
  }

  /// More than one block of what is unpacked at once.
  private static let plain = (0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }

  @Test("What was packed comes out, as much of it as is asked for")
  func whole() throws {
    let packed = try Self.packed(Self.plain)
    for limit in [0, 1, 1 << 20, (1 << 20) + 1, Self.plain.count, Self.plain.count + 10, .max] {
      #expect(try LinuxUnpacking().xz(packed, limit: limit) == Array(Self.plain.prefix(limit)), "\(limit)")
    }
  }

  @Test("What is packed here xz unpacks, with the one check that the kernel knows")
  func packing() throws {
    let packed = try LinuxUnpacking().packXZ(Self.plain)
    #expect(packed.count < Self.plain.count && packed[6...7].elementsEqual([0, 1]))
    let scratch = try Scratch("xz")
    try Data(packed).write(to: URL(fileURLWithPath: scratch("packed.xz")))
    #expect(try Spawned.run("xz", ["--decompress", scratch("packed.xz")]).status == 0)
    #expect(Array(try Data(contentsOf: URL(fileURLWithPath: scratch("packed")))) == Self.plain)
  }

  @Test("Bytes after the end do not matter")
  func padded() throws {
    let packed = try Self.packed(Array("text".utf8)) + [UInt8](repeating: 0, count: 1000)
    #expect(try LinuxUnpacking().xz(packed, limit: 100) == Array("text".utf8))
  }

  @Test("What is no XZ stream, or a damaged one, is an error")
  func damaged() throws {
    let packed = try Self.packed(Self.plain)
    let middle = packed.count / 2
    let changed = packed[..<middle] + [packed[middle] ^ 0xff] + packed[(middle + 1)...]
    #expect(throws: UnpackError.self) { try LinuxUnpacking().xz(Array(changed), limit: .max) }
    #expect(throws: UnpackError.damaged("their end is missing")) {
      try LinuxUnpacking().xz(Array(packed.dropLast(packed.count / 2)), limit: .max)
    }
    #expect(throws: UnpackError.damaged("they are not in the XZ format")) {
      try LinuxUnpacking().xz(Array("no XZ stream at all".utf8), limit: 10)
    }
    #expect(throws: UnpackError.damaged("their end is missing")) { try LinuxUnpacking().xz([], limit: 10) }
  }
}
