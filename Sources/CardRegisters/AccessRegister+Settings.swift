package import BinaryLayout

/// Whether the firmware has a type of setting.
package enum MNVQC {
  package static let type = LayoutField("type", dword: 0, bits: 0...31)
  package static let canRead = LayoutField("support_rd", dword: 1, bits: 0...0)
  package static let canWrite = LayoutField("support_wr", dword: 1, bits: 1...1)
  package static let version = LayoutField("version", dword: 1, bits: 4...7)
}

/// A setting: a header of twelve bytes and up to 256 bytes of data.
package enum MNVDA {
  /// Which of its values.
  package enum Mode: UInt64, Sendable, CaseIterable {
    case next = 0, current = 1, factory = 2
  }
  package static let length = LayoutField("length", dword: 0, bits: 0...8)
  package static let version = LayoutField("version", dword: 0, bits: 12...15)
  package static let writer = LayoutField("writer_id", dword: 0, bits: 16...20)
  package static let mode = LayoutField("access_mode", dword: 0, bits: 22...23)
  package static let canRead = LayoutField("rd_en", dword: 0, bits: 24...24)
  package static let canOverride = LayoutField("ovr_en", dword: 0, bits: 25...25)
  package static let type = LayoutField("type", dword: 1, bits: 0...31)
  package static let data = (byte: 0xc, count: 256)
  /// ``writer`` of tools such as mstconfig.
  package static let configurationTool: UInt64 = 9
}

/// What of the settings the firmware can tell besides the value of the next boot.
package enum MNVGC {
  package static let readsFactory = LayoutField("nvda_read_factory_settings", dword: 0, bits: 0...0)
  package static let readsCurrent = LayoutField("nvda_read_current_settings", dword: 0, bits: 1...1)
}

/// The type of a setting: a number within a class.
package struct SettingType: Sendable, Hashable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Of the card as a whole.
  package static func global(_ index: UInt32) -> Self { Self(rawValue: index) }
  /// Of a port, counted from 1.
  package static func port(_ port: Int, _ index: UInt32) -> Self {
    Self(rawValue: 1 << 24 | UInt32(clamping: port) << 16 | index)
  }
  /// Of the function that asks.
  package static func function(_ index: UInt32) -> Self { Self(rawValue: 3 << 24 | index) }
  /// Of the host that asks.
  package static func host(_ index: UInt32) -> Self { Self(rawValue: 7 << 24 | index) }

  /// The base MAC and GUID of the card, each 64 bits.
  package static let baseAddresses = global(2)
  /// How many of each the card has.
  package static let allocatedAddresses = global(3)
}
