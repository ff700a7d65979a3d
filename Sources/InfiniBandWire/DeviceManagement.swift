public import BinaryLayout

/// IOUnitInfo: which slots of an I/O unit hold a controller. Source: InfiniBand specification vol. 1, 16.3.3.3; Linux,
/// drivers/infiniband/ulp/srpt/ib_dm_mad.h.
public enum IOUnitInfo {
  public static let length = 132

  public enum Layout {
    public static let changeID = LayoutField("Change_ID", at: 0, bits: 16)
    public static let maxControllers = LayoutField("Max_Controllers", at: 16, bits: 8)
  }

  /// The controllers' list begins here: four bits for each slot.
  private static let list = 4

  /// The numbers of the slots that hold a controller, from 1 on; `nil` of what is too short.
  public static func controllers(_ attribute: some Collection<UInt8>) -> [Int]? {
    guard let record = LayoutRecord(attribute, length: length) else { return nil }
    return (0..<Int(record[Layout.maxControllers])).compactMap { index in
      let byte = record.bytes[list + index / 2]
      return (index.isMultiple(of: 2) ? byte >> 4 : byte & 0xf) == 1 ? index + 1 : nil
    }
  }
}

/// IOControllerProfile: an I/O controller. Source: the same, 16.3.3.4.
public enum IOControllerProfile {
  public static let length = 128

  public enum Layout {
    public static let guid = LayoutField("GUID", at: 0, bits: 64)
    public static let vendorID = LayoutField("VendorID", at: 64, bits: 24)
    public static let deviceID = LayoutField("DeviceID", at: 96, bits: 32)
    public static let ioClass = LayoutField("IOClass", at: 224, bits: 16)
    public static let ioSubclass = LayoutField("IOSubclass", at: 240, bits: 16)
    public static let protocolNumber = LayoutField("Protocol", at: 256, bits: 16)
    public static let protocolVersion = LayoutField("ProtocolVersion", at: 272, bits: 16)
    public static let serviceEntries = LayoutField("ServiceEntries", at: 432, bits: 8)
  }

  private static let text = 64..<128

  /// The controller's description, up to its first zero byte.
  public static func description(_ record: LayoutRecord) -> String {
    String(decoding: record.bytes[text].prefix { $0 != 0 }, as: UTF8.self)
  }
}

/// ServiceEntries: four services of a controller. Source: the same, 16.3.3.5.
public enum ServiceEntries {
  public static let perDatagram = 4
  private static let entryLength = 48
  private static let nameLength = 40

  public struct Entry: Sendable, Equatable {
    public let name: String
    public let identifier: UInt64
  }

  /// - Parameter count: how many entries were asked for.
  public static func entries(_ attribute: some Collection<UInt8>, count: Int) -> [Entry] {
    let bytes = Array(attribute)
    return (0..<min(count, perDatagram)).compactMap { index in
      let start = index * entryLength
      guard bytes.count >= start + entryLength else { return nil }
      let name = bytes[start..<start + nameLength].prefix { $0 != 0 }
      let number = bytes[start + nameLength..<start + entryLength].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return name.isEmpty ? nil : Entry(name: String(decoding: name, as: UTF8.self), identifier: number)
    }
  }
}
