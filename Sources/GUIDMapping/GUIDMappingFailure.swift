public import Vocabulary

/// Input that the mapping cannot work with. All of it is the caller's: exit status 64.
public enum GUIDMappingFailure: Failure, Equatable {
  case maskUnreadable(String)
  case maskTooWide(UInt64)
  case maskInvalid(UInt8)
  case guidUnreadable(String)
  case macUnreadable(String)

  public var id: String {
    switch self {
    case .maskUnreadable: "mask.unreadable"
    case .maskTooWide: "mask.too_wide"
    case .maskInvalid: "mask.invalid"
    case .guidUnreadable: "guid.unreadable"
    case .macUnreadable: "mac.unreadable"
    }
  }

  public var subject: String? {
    switch self {
    case .maskUnreadable(let text), .guidUnreadable(let text), .macUnreadable(let text): text
    case .maskTooWide(let value): "0x" + value.hexadecimal()
    case .maskInvalid(let value): "0x" + value.hexadecimal(digits: 2)
    }
  }

  public var message: String {
    switch self {
    case .maskUnreadable:
      "is not a mask: write eight bits as 0xe7 or 0b11100111 (a number without 0x or 0b could be meant in either base)"
    case .maskTooWide:
      "is not a mask: a mask has eight bits, one for each byte of the GUID"
    case .maskInvalid(let value): Self.invalidMask(value)
    case .guidUnreadable(let text): Self.unreadable(text, digits: 16, kind: "a GUID")
    case .macUnreadable(let text): Self.unreadable(text, digits: 12, kind: "a MAC address")
    }
  }

  public var fix: [String] {
    switch self {
    case .maskUnreadable, .maskTooWide: ["rdmactl guid2mac GUID --mask 0xe7"]
    case .maskInvalid(let value):
      GUIDMask.nearest(to: value).prefix(1).map { "rdmactl guid2mac GUID --mask \($0)" }
        + ["rdmactl guid2mac --suggest GUID"]
    case .guidUnreadable(let text):
      if let mac = MACAddress(text) {
        ["rdmactl guid2mac --reverse \(mac)"]
      } else if let guid = Self.lastEightBytes(of: text) {
        ["rdmactl guid2mac \(guid)"]
      } else {
        ["rdmactl guid2mac --check"]
      }
    case .macUnreadable(let text): GUID(text).map { ["rdmactl guid2mac \($0)"] } ?? []
    }
  }

  public var exitStatus: ExitStatus { .usage }

  private static func invalidMask(_ value: UInt8) -> String {
    let bits = value.nonzeroBitCount
    let nearest = GUIDMask.nearest(to: value)
    let shown = nearest.prefix(7).map(\.description).joined(separator: ", ")
    let more = nearest.count > 7 ? " and \(nearest.count - 7) more" : ""
    return "has \(bits) bit\(bits == 1 ? "" : "s") set; a MAC address takes exactly six of the eight bytes "
      + "(nearest valid masks: \(shown)\(more))"
  }

  /// What keeps `text` from being `kind`.
  private static func unreadable(_ text: String, digits wanted: Int, kind: String) -> String {
    if text.isEmpty { return "is empty where \(kind) belongs" }
    let body = text.lowercased().hasPrefix("0x") ? text.dropFirst(2) : text[...]
    if let stranger = body.first(where: { !$0.isHexDigit && !":-.".contains($0) }) {
      return "is not \(kind): \"\(stranger)\" is not a hexadecimal digit"
    }
    let digits = body.count { $0.isHexDigit }
    if MACAddress(text) != nil && wanted == 16 { return "is a MAC address, not a GUID" }
    if GUID(text) != nil && wanted == 12 { return "is a GUID, not a MAC address" }
    if wanted == 16, lastEightBytes(of: text) != nil {
      return "has \(digits) digits, as a GID or an IPoIB hardware address; the GUID is in the last 16"
    }
    guard digits == wanted else { return "is not \(kind): it has \(digits) hexadecimal digits instead of \(wanted)" }
    return "is not \(kind): its bytes are not split evenly by one kind of separator"
  }

  /// The GUID in the tail of a GID (16 bytes) or an IPoIB hardware address (20 bytes).
  private static func lastEightBytes(of text: String) -> GUID? {
    let digits = text.filter(\.isHexDigit)
    guard [32, 40].contains(digits.count), text.allSatisfy({ $0.isHexDigit || $0 == ":" }) else { return nil }
    return GUID(digits.suffix(16))
  }
}

extension GUID {
  /// Reads every spelling of a GUID, and says of anything else what is wrong with it.
  public init(parsing text: some StringProtocol) throws(GUIDMappingFailure) {
    guard let guid = GUID(text) else { throw .guidUnreadable(String(text)) }
    self = guid
  }
}

extension MACAddress {
  /// Reads every spelling of a MAC address, and says of anything else what is wrong with it.
  public init(parsing text: some StringProtocol) throws(GUIDMappingFailure) {
    guard let mac = MACAddress(text) else { throw .macUnreadable(String(text)) }
    self = mac
  }
}
