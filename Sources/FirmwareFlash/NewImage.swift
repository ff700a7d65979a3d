internal import AdapterChips
internal import FirmwareImage
internal import Vocabulary

/// The image as it will stand on the flash: checked, and with the identity of the card in it.
struct NewImage {
  let bytes: [UInt8]
  let facts: FirmwareFacts
  let identity: BurnPlan.Identity
  let notes: [String]

  /// - Parameters:
  ///   - present: the images on the flash, the one to spare first.
  ///   - old: that one, where it can be read.
  init(
    _ request: BurnRequest, for card: Card, holding present: [Placement], old: Image?, session: FlashSession
  ) throws(BurnFailure) {
    if old?.facts.isSecure == true { throw .refused(.secured(card)) }
    let given = try Self.checked(request, hasDeviceData: !present.isEmpty, session)
    try Self.passGates(given, on: card, present: present.first?.format, old: old?.facts, request)
    let wish = try IdentityWish(request, image: given, card: card, present: present, old: old, session: session)
    var notes = wish.notes
    if let old, let version = given.version, old.facts.version == version {
      notes.append("the card has this version already, but not these bytes")
    }
    if old == nil, !present.isEmpty {
      notes.append(
        "the PSID and version of the card cannot be read: make sure that this image"
          + (given.psid.map { ", for \($0)," } ?? "") + " is for this card")
    }
    if let change = wish.change {
      (bytes, facts) = try session.translating {
        let changed = try Firmware.changing(request.image, format: request.format, change)
        return (changed, try Self.read(changed, format: request.format).facts)
      }
    } else {
      (bytes, facts) = (request.image, given)
    }
    identity = wish.origins
    self.notes = notes
  }

  private static func read(_ bytes: [UInt8], format: ImageFormat) throws -> Image {
    let source = MemoryBytes(bytes)
    guard let placement = try Firmware.locate(in: source, medium: .file).first(where: { $0.format == format }) else {
      throw ImageError.noImage
    }
    return try Firmware.read(placement, from: source)
  }

  /// What an image that is whole says of itself.
  private static func checked(
    _ request: BurnRequest, hasDeviceData: Bool, _ session: FlashSession
  ) throws(BurnFailure) -> FirmwareFacts {
    let source = MemoryBytes(request.image)
    do {
      let image = try read(request.image, format: request.format)
      let verification = try Firmware.verify(image.placement, in: source)
      // Packages hold images without what belongs to a device; a card that has its own needs none.
      if let bad = hasDeviceData ? verification.firstBadOfImage : verification.firstBad {
        throw BurnFailure.refused(.damagedImage(part: bad.part, why: bad.why))
      }
      return image.facts
    } catch ImageError.damaged(let what, let why) {
      throw .refused(.damagedImage(part: what, why: why))
    } catch {
      return try session.translating { throw error }
    }
  }

  private static func passGates(
    _ image: FirmwareFacts, on card: Card, present: ImageFormat?, old: FirmwareFacts?, _ request: BurnRequest
  ) throws(BurnFailure) {
    if let format = card.format ?? present, format != image.format {
      throw .refused(.format(card: format, image: image.format))
    }
    let supported = image.hardwareIDs.filter { $0 != 0 }
    if request.overrides.contains(.otherHardware) {
      // The user knows better than the image's list.
    } else if let hardware = card.hardwareID, !supported.isEmpty {
      guard supported.contains(hardware) else { throw .refused(.hardware(card: hardware, image: supported)) }
    } else if let device = card.pciDevice, let wanted = image.pciDevice, device != wanted,
      !card.equivalentDevices.contains(wanted)
    {
      throw .refused(.pciDevice(card: device, image: wanted))
    }
    // A short FS1 image has none: the card's stays in its pointer sectors.
    let psid = image.psid ?? (image.format == .fs1 ? old?.psid : nil)
    if let card = old?.psid, card != psid, !request.overrides.contains(.psidChange) {
      throw .refused(.psid(card: card, image: psid ?? "none"))
    }
    if let version = old?.version, let new = image.version, new < version, !request.overrides.contains(.downgrade) {
      throw .refused(.older(card: version, image: new))
    }
    if let mac = [request.macs?.port1, request.macs?.port2].compactMap({ $0 }).first(where: \.isMulticast) {
      throw .refused(.multicast(mac))
    }
  }
}

extension ImageFormat {
  /// GUIDs, MACs and VSD are part of the image, so that a burn must move them into the new one.
  /// Source: DeviceAccess.md#refusals.
  var keepsIdentityInImage: Bool {
    switch self {
    case .fs1, .fs2: true
    case .fs3, .fs4: false
    }
  }
}

/// What becomes of a card's identity, and what that changes in the image.
private struct IdentityWish {
  var change: IdentityChange?
  var origins: BurnPlan.Identity
  var notes: [String] = []

  init(
    _ request: BurnRequest, image: FirmwareFacts, card: Card, present: [Placement], old: Image?, session: FlashSession
  ) throws(BurnFailure) {
    origins = BurnPlan.Identity(
      guids: .kept, macs: .kept, vsd: .kept, psid: old?.facts.psid == image.psid ? .kept : .image,
      rom: image.roms.isEmpty ? .none : .image)
    if !image.format.keepsIdentityInImage, !present.isEmpty {
      guard request.guids == nil, request.macs == nil, request.vsd == nil else {
        throw .refused(.identityOfCard(image.format))
      }
      if image.roms.isEmpty, let old, !old.facts.roms.isEmpty {
        notes.append("the card's expansion ROM goes: it is part of the old image, and the new one has none")
      }
      return
    }
    guard !request.isOfThisCard else {
      (origins.guids, origins.macs, origins.vsd) = (.image, .image, .image)
      return
    }
    var change = IdentityChange()
    var oldFacts = old.flatMap { session.trustedIdentity(of: $0, notes: &notes) }
    if present.isEmpty, image.format.keepsIdentityInImage, let ended = try session.endedIdentity(image.format) {
      oldFacts = ended
      notes.append("no image boots; the card's own values are taken from the one that was ended last")
    }
    if oldFacts == nil, request.guids == nil, let placement = present.first {
      throw .refused(
        .identityUnreadable(why: "they are in the image at \(hexadecimal(placement.start)), which is damaged"))
    }
    (change.guids, origins.guids) = Self.choose(request.guids, oldFacts?.guids.nonBlank, image: image.guids.nonBlank)
    if origins.guids == .none {
      // GUIDs may be asked for only where the image takes them.
      let probe = IdentityChange(guids: CardGUIDs(node: GUID(1)))
      try session.translating { _ = try Firmware.changing(request.image, format: request.format, probe) }
      throw .refused(.noGUIDs)
    }
    if origins.guids == .image {
      notes.append("the GUIDs are those in the image file: a second card burnt from the same file gets the same GUIDs")
    }
    // MACs that follow from GUIDs follow from the new ones.
    let oldMACs = request.guids != nil && oldFacts?.macsAreDerived == true ? nil : oldFacts?.macs.nonBlank
    (change.macs, origins.macs) = Self.choose(request.macs, oldMACs, image: image.macs.nonBlank)
    (change.vsd, origins.vsd) = Self.choose(request.vsd, oldFacts?.vsd, image: image.vsd)
    if request.vsd == nil, image.format == .fs1, image.psid == nil {
      // A short image leaves the pointer sectors, which have the VSD, to the card.
      change.vsd = nil
    }
    if request.keepsROM, image.roms.isEmpty, let old, !old.facts.roms.isEmpty {
      change.rom = try session.romBytes(of: old)
      origins.rom = change.rom == nil ? .none : .kept
      if change.rom == nil { notes.append("the card's expansion ROM cannot be read and is not kept") }
    }
    self.change = change
  }

  /// - Returns: what to change (`nil`: the image's own stays), and where the value comes from.
  private static func choose<Value>(_ wished: Value?, _ old: Value?, image: Value?) -> (Value?, BurnPlan.Origin) {
    if let wished { return (wished, .set) }
    if let old { return (old, .kept) }
    return (nil, image == nil ? .none : .image)
  }
}

extension CardGUIDs {
  var nonBlank: CardGUIDs? { isBlank ? nil : self }
}

extension CardMACs {
  var nonBlank: CardMACs? { isBlank ? nil : self }
}

extension FlashSession {
  /// What an image says of its card; `nil` when the part that says it is damaged: wrong GUIDs must not live on.
  fileprivate func trustedIdentity(of image: Image, notes: inout [String]) -> FirmwareFacts? {
    guard let damage = image.facts.identityDamage else { return image.facts }
    notes.append("the image that boots is damaged: \(damage)")
    return nil
  }

  /// What an image that a burn has ended says of its card: the only place of that where no image boots any more.
  fileprivate func endedIdentity(_ format: ImageFormat) throws(BurnFailure) -> FirmwareFacts? {
    for ended in try translating({ try RetiredImage.all(in: bytes) }) where ended.placement.format == format {
      let facts = try toleratingDamage { try Firmware.read(ended.placement, from: ended).facts }
      if let facts, facts.identityDamage == nil { return facts }
    }
    return nil
  }

  /// The expansion ROM of an image on the flash; `nil` when it has none or is damaged.
  func romBytes(of image: Image) throws(BurnFailure) -> [UInt8]? {
    guard !image.facts.roms.isEmpty else { return nil }
    return try toleratingDamage { try Firmware.contents(image.placement, of: bytes) }.flatMap { image.romBytes(in: $0) }
  }
}
