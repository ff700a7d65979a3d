internal import BinaryLayout

/// What a verification needs to know while it reads: how far it is.
struct ReadingProgress {
  /// A gateway reads slowly enough for one report a piece, and a file is not split too finely.
  static let pieceSize = 0x10000
  var done = 0
  let total: Int
}

extension TabledImage {
  /// Every section, read once. Sections that say they have no checksum are not read at all.
  /// - Parameter checks: what loading found; the rest is added.
  func verify(
    in source: any ByteSource, checks: inout [Verification.Check],
    progress: (_ done: Int, _ total: Int) throws -> Void
  ) throws {
    var reading = ReadingProgress(total: boot.size + entries.reduce(0) { $0 + $1.size })
    // In the order in which mstflint names them: each table before its sections.
    let deviceChecks = checks[(checksBeforeDevice ?? checks.count)...]
    checks.removeLast(deviceChecks.count)
    checks.insert(try verifyBoot(in: source, &reading, progress), at: checksBeforeBoot)
    for entry in itoc.entries { checks.append(try verify(entry, in: source, &reading, progress)) }
    checks += deviceChecks
    var validDeviceInfos = 0
    for entry in dtoc?.entries ?? [] {
      var head: [UInt8] = []
      if entry.type == .deviceInfo {
        head = try DeviceInfo.signature(at: entry.address, size: entry.size, in: source)
        guard head == DeviceInfoLayout.signature else {
          checks.append(
            .unchecked(entry.type.name, address: entry.address, size: entry.size, "it is the free one of two copies"))
          continue
        }
        validDeviceInfos += 1
      }
      checks.append(try verify(entry, head: head, in: source, &reading, progress))
    }
    checks += missingParts(validDeviceInfos: validDeviceInfos)
  }

  private func verifyBoot(
    in source: any ByteSource, _ reading: inout ReadingProgress, _ progress: (Int, Int) throws -> Void
  ) throws -> Verification.Check {
    var crc = CRC16()
    var stored: [UInt8] = []
    do {
      crc.update(boot.head)
      var offset = boot.head.count
      while offset < boot.size {
        let count = min(ReadingProgress.pieceSize, boot.size - offset)
        let piece = try source.read(boot.name, at: start + boot.address + offset, count: count)
        let checked = min(count, max(0, boot.size - 4 - offset))
        crc.update(piece[..<checked])
        stored += piece[checked...]
        offset += count
      }
    } catch ImageError.outOfBounds(_, let position, let limit) {
      return .bad(boot.name, address: boot.address, size: boot.size, "reaches to byte \(position) of \(limit)")
    }
    reading.done += boot.size
    try progress(reading.done, reading.total)
    return .comparing(
      boot.name, address: boot.address, size: boot.size,
      stored: UInt32(truncatingIfNeeded: StoredCRC.field.read(stored) ?? 0),
      computed: UInt32(crc.value))
  }

  /// - Parameter head: bytes at the section's start that have been read already.
  private func verify(
    _ entry: TOCEntry, head: [UInt8] = [], in source: any ByteSource, _ reading: inout ReadingProgress,
    _ progress: (Int, Int) throws -> Void
  ) throws -> Verification.Check {
    let name = entry.type.name
    let position = entry.position(from: start)
    guard entry.size <= source.count, position <= source.count - entry.size else {
      return .bad(name, address: entry.address, size: entry.size, "reaches beyond the \(source.count) bytes there are")
    }
    var checksum = SectionChecksum(of: entry)
    var values: [UInt8] = []
    let hasValues = IdentitySection.types.contains(entry.type)
    if entry.checksumPlace == .nowhere && !hasValues {
      reading.done += entry.size
      try progress(reading.done, reading.total)
    } else {
      var offset = 0
      while offset < entry.size {
        let count = min(ReadingProgress.pieceSize, entry.size - offset)
        let known = offset == 0 ? head : []
        let rest = try source.read(name, at: position + offset + known.count, count: count - known.count)
        let piece = known.isEmpty ? rest : known + rest
        if offset == 0, hasValues { values = piece }
        checksum.update(piece)
        offset += count
        reading.done += count
        try progress(reading.done, reading.total)
      }
    }
    return check(of: entry, checksum, values: values)
  }

  private func check(of entry: TOCEntry, _ checksum: SectionChecksum, values: [UInt8]) -> Verification.Check {
    let name = entry.type.name
    if checksum.verdict.isAcceptable, let complaint = IdentitySection.complaint(about: entry.type, values) {
      return .bad(name, address: entry.address, size: entry.size, complaint)
    }
    if case .unchecked(let why) = checksum.verdict {
      return .unchecked(name, address: entry.address, size: entry.size, why)
    }
    guard let stored = checksum.stored else {
      return .bad(name, address: entry.address, size: entry.size, "is too short for its checksum")
    }
    return .comparing(
      name, address: entry.address, size: entry.size, stored: UInt32(stored), computed: UInt32(checksum.computed))
  }

  /// What every image must have. An update image has nothing of a card's own; mstflint calls it damaged, the firmware
  /// that takes it does not.
  private func missingParts(validDeviceInfos: Int) -> [Verification.Check] {
    var checks: [Verification.Check] = []
    if !isEncrypted, itoc.entry(.imageInfo) == nil { checks.append(.missing(.imageInfo, "is missing")) }
    if isUpdate {
      checks.append(
        .unchecked(
          TOCSectionType.manufacturingInfo.name, address: 0, size: 0,
          "not part of an update image: the card keeps its own"))
    } else if entries(.manufacturingInfo).isEmpty {
      checks.append(.missing(.manufacturingInfo, "is missing"))
    }
    if dtoc != nil, validDeviceInfos != 1 {
      checks.append(
        .missing(.deviceInfo, validDeviceInfos == 0 ? "is missing: both copies are blank" : "is there more than once"))
    }
    return checks
  }
}

extension Verification.Check {
  fileprivate static func missing(_ type: TOCSectionType, _ why: String) -> Verification.Check {
    Verification.Check(
      name: type.name, address: 0, size: 0, expected: nil, actual: nil, verdict: .bad(why),
      isDeviceData: type == .manufacturingInfo || type == .deviceInfo)
  }
}
