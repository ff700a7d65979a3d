internal import AdapterChips
internal import FirmwareImage
internal import Foundation
internal import TestSupport

/// An FS2 image with one bit changed at a time, before rdmactl and before mstflint.
struct VerdictTrial {
  let image: [UInt8]

  /// Whether the long form is asked for.
  static var isWanted: Bool { ProcessInfo.processInfo.environment["RDMACTL_TRIALS"] != nil }

  /// Bytes of the header that no checksum but the one over all covers. mstflint prints that it is wrong and calls the
  /// image good all the same; rdmactl does not.
  private static let onlyInFullChecksum = Set(Array(0x10..<0x20) + Array(0x20..<0x28) + Array(0x30..<0x38))
  /// Says whether there is a checksum over all: changed, there is none to be wrong.
  private static let fullChecksumMark = 0x21

  /// Whether rdmactl takes an image: one is found where a chip looks first, and all of it is right.
  static func isAccepted(_ image: [UInt8]) throws -> Bool {
    let source = MemoryBytes(image)
    do {
      guard let placement = try Firmware.locate(in: source, medium: .file).first else { return false }
      _ = try Firmware.read(placement, from: source)
      return try Firmware.verify(placement, in: source).isWhole
    } catch is ImageError {
      return false
    }
  }

  /// Changes a bit of each of these bytes and compares the verdicts.
  /// - Returns: a line for each that differs without a reason.
  func differences(at positions: [Int]) throws -> [String] {
    let judge = try Judge()
    let mutants = positions.map { position in
      var changed = image
      changed[position] ^= UInt8(1 << (position % 8))
      return changed
    }
    let verdicts = try judge.verdicts(mutants)
    guard verdicts.count == mutants.count else {
      return ["mstflint gave \(verdicts.count) of \(mutants.count) verdicts"]
    }
    return try positions.indices.compactMap { index in
      let (position, changed, verdict) = (positions[index], mutants[index], verdicts[index])
      let isAccepted = try Self.isAccepted(changed)
      let isTolerated = Self.onlyInFullChecksum.contains(position) && verdict.output.contains("wrong CRC")
      let expected = verdict.isAccepted && (!isTolerated || position == Self.fullChecksumMark)
      return isAccepted == expected ? nil : "byte \(position): rdmactl \(isAccepted), mstflint \(verdict.output)"
    }
  }
}
