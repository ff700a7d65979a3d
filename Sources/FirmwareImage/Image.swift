public import AdapterChips

/// Where an image lies among the bytes of a source.
public struct Placement: Sendable, Equatable, Hashable {
  public let format: ImageFormat
  /// Where it starts, in physical bytes.
  public let start: Int
  /// Log2 of the chunk size when the image is striped over even or odd chunks (FS2 on a flash), else `nil`.
  public let chunkLog2: Int?

  public init(format: ImageFormat, start: Int, chunkLog2: Int? = nil) {
    self.format = format
    self.start = start
    self.chunkLog2 = chunkLog2
  }
}

/// Whether the bytes are an image file (contiguous) or lie as on a flash (FS2 striped, several slots, stale ones too).
public enum Medium: Sendable {
  case file, flash
}

/// An image that was found and could be read: its values, and its parts without their bytes.
public struct Image: Sendable, Equatable {
  public let placement: Placement
  public let facts: FirmwareFacts
  public let sections: [Section]

  public init(placement: Placement, facts: FirmwareFacts, sections: [Section]) {
    self.placement = placement
    self.facts = facts
    self.sections = sections
  }

  /// A part of an image: "BOOT2", "Configuration", "IMAGE_INFO". Addresses count from the image's start, unstriped;
  /// of parts that belong to the device (FS3/FS4 device data), from the start of the flash.
  public struct Section: Sendable, Equatable {
    public let name: String
    public let address: Int
    public let size: Int
    /// MFG_INFO, DEV_INFO, NV data…: not part of what a burn writes.
    public let isDeviceData: Bool
    /// The addresses of what it holds: without the header and the checksum that FS1 and FS2 put around each section.
    public let data: Range<Int>

    public init(name: String, address: Int, size: Int, isDeviceData: Bool = false, data: Range<Int>? = nil) {
      self.data = data ?? address..<address + max(0, size)
      self.name = name
      self.address = address
      self.size = size
      self.isDeviceData = isDeviceData
    }
  }
}

extension Image {
  /// The bytes of its expansion ROM.
  /// - Parameter contents: of the image, as `Firmware.contents` gives them.
  /// - Returns: `nil` when it has none.
  package func romBytes(in contents: [UInt8]) -> [UInt8]? {
    guard let section = sections.first(where: { $0.name.uppercased().contains("ROM") && !$0.isDeviceData }),
      section.data.lowerBound >= 0, section.data.upperBound <= contents.count
    else { return nil }
    return Array(contents[section.data])
  }
}

/// What `fw verify` found.
public struct Verification: Sendable, Equatable {
  public struct Check: Sendable, Equatable {
    public enum Verdict: Sendable, Equatable {
      /// Stored and computed checksum are the same.
      case good
      /// The section says that it has no checksum, or its content is blank by design.
      case unchecked(String)
      /// Checksums differ, or the reason in half a sentence.
      case bad(String)
    }

    public let name: String
    public let address: Int
    public let size: Int
    /// The checksum stored, and the one computed; `nil` where there is none.
    public let expected: UInt32?
    public let actual: UInt32?
    public let verdict: Verdict
    /// It is about what belongs to the device (MFG_INFO, DEV_INFO), which a burn on a device that has its own leaves alone.
    public let isDeviceData: Bool

    /// Nothing is wrong with it.
    public var isGood: Bool { if case .bad = verdict { false } else { true } }

    public init(
      name: String, address: Int, size: Int, expected: UInt32?, actual: UInt32?, verdict: Verdict,
      isDeviceData: Bool = false
    ) {
      self.isDeviceData = isDeviceData
      self.name = name
      self.address = address
      self.size = size
      self.expected = expected
      self.actual = actual
      self.verdict = verdict
    }
  }

  public let checks: [Check]
  /// Every part is whole, and all that must be there is there.
  public var isWhole: Bool {
    !checks.isEmpty
      && checks.allSatisfy(\.isGood)
  }

  public init(checks: [Check]) { self.checks = checks }
}

/// What is to be written into an image in place of its own values; `nil` leaves a value as it is.
public struct IdentityChange: Sendable, Equatable {
  public var guids: CardGUIDs?
  public var macs: CardMACs?
  public var vsd: String?
  public var psid: String?
  /// The bytes of the expansion ROM section (FS2: inserted when the image has none).
  public var rom: [UInt8]?

  public init(
    guids: CardGUIDs? = nil, macs: CardMACs? = nil, vsd: String? = nil, psid: String? = nil, rom: [UInt8]? = nil
  ) {
    self.guids = guids
    self.macs = macs
    self.vsd = vsd
    self.psid = psid
    self.rom = rom
  }
}
