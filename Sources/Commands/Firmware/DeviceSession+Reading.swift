internal import AdapterChips
internal import FirmwareFlash
internal import FirmwareImage
internal import HostAccess
internal import Presentation
internal import Vocabulary

extension DeviceSession {
  func query() throws -> QueryAnswer {
    let (inspection, image) = try inspectBootable()
    let live = inspection.slots.map {
      QueryAnswer.Slot(placement: $0.placement, boots: $0.boots, isValid: $0.isWhole, version: $0.image?.facts.version)
    }
    // Of an ended image only that it is there: its version would cost as much as all the rest.
    let ended = try RetiredImage.all(in: flashSession.bytes).map {
      QueryAnswer.Slot(placement: $0.placement, boots: false, isEnded: true, isValid: nil, version: nil)
    }
    let slots = live + ended
    return QueryAnswer(
      target: name, facts: image.facts, slots: slots, device: device,
      problems: inspection.problems(of: flashSession.card))
  }

  private var device: QueryAnswer.DevicePayload {
    QueryAnswer.DevicePayload(
      pciAddress: adapter.address.description, chip: connection.chip.name,
      hardwareRevision: Int(connection.revision), recovery: connection.isInRecovery, access: connection.way.rawValue,
      accessReason: connection.reason,
      flash: flash.partName,
      flashSize: flash.geometry.size, sectorSize: flash.geometry.sectorSize,
      writeProtected: flash.protectedAreas.map { [$0.lowerBound, $0.count] })
  }

  /// - Parameter withEnded: also checks an image that a burn has ended; else only tells of it, for every byte costs.
  func verify(withEnded: Bool, progress: @escaping (Int, Int) -> Void) throws -> VerifyAnswer {
    let inspection = try flashSession.inspect(thoroughly: false)
    guard !inspection.slots.isEmpty else {
      throw NoImageOnDevice(name: name, problems: inspection.problems(of: flashSession.card))
    }
    func verify(_ placement: Placement, in source: any ByteSource) throws -> Verification {
      try Firmware.verify(placement, in: source) { done, total in
        if clock.interrupted { throw Interrupted() }
        progress(done, total)
      }
    }
    let live = try inspection.slots.map { slot in
      VerifyAnswer.Verified(
        placement: slot.placement, boots: slot.boots, version: slot.image?.facts.version,
        verification: try verify(slot.placement, in: flashSession.bytes))
    }
    let ended = try RetiredImage.all(in: flashSession.bytes).map { image in
      VerifyAnswer.Verified(
        placement: image.placement, boots: false, isEnded: true,
        version: (try? Firmware.read(image.placement, from: image))?.facts.version,
        verification: withEnded ? try verify(image.placement, in: image) : nil)
    }
    let images = live + ended
    return VerifyAnswer(target: name, images: images, problems: inspection.problems(of: flashSession.card))
  }

  func wholeFlash(progress: (Int, Int) -> Void) throws -> [UInt8] {
    let source = flashSession.bytes
    var bytes: [UInt8] = []
    bytes.reserveCapacity(source.count)
    while bytes.count < source.count {
      if clock.interrupted { throw Interrupted() }
      bytes += try source.read(bytes.count..<min(bytes.count + 4096, source.count))
      progress(bytes.count, source.count)
    }
    return bytes
  }

  func bootImage(progress: @escaping (Int, Int) -> Void) throws -> (bytes: [UInt8], image: Image) {
    let (_, image) = try inspectBootable()
    let source = Interruptible(source: flashSession.bytes, clock: clock, total: image.facts.size, progress: progress)
    return (try Firmware.contents(image.placement, of: source), image)
  }

  func side() throws -> DiffAnswer.Side {
    let (bytes, image) = try bootImage { _, _ in }
    return DiffAnswer.Side(name: name, facts: image.facts, bytes: bytes, sections: image.sections)
  }

  /// What is on the flash, of which there must be an image that can be read.
  private func inspectBootable() throws -> (FlashInspection, Image) {
    let inspection = try flashSession.inspect(thoroughly: false)
    guard let image = inspection.booting?.image else {
      throw NoImageOnDevice(name: name, problems: inspection.problems(of: flashSession.card))
    }
    return (inspection, image)
  }
}

/// A source that is read in pieces, with progress, and that ends when the user wants to stop.
private struct Interruptible: ByteSource {
  let source: any ByteSource
  let clock: any Clock
  let total: Int
  let progress: (Int, Int) -> Void

  var count: Int { source.count }

  func read(_ range: Range<Int>) throws -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count)
    while bytes.count < range.count {
      if clock.interrupted { throw Interrupted() }
      let start = range.lowerBound + bytes.count
      bytes += try source.read(start..<min(start + 4096, range.upperBound))
      progress(min(bytes.count, total), total)
    }
    return bytes
  }
}

/// There is nothing on a flash that could be shown.
struct NoImageOnDevice: Failure {
  let id: String
  let message: String
  let subject: String?
  let fix: [String]
  let exitStatus = ExitStatus.checkFailed

  init(name: String, problems: [Problem]) {
    subject = name
    id = problems.first?.id ?? "flash.no_image"
    message = problems.first?.message ?? "there is no firmware image on the flash"
    fix = problems.first?.fix ?? []
  }
}
