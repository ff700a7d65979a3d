/// 128 bytes of a module's memory: which of its pages, and which half.
package struct ModulePage: Hashable, Sendable {
  /// The lower half, addresses 0 to 127, is the same on every page.
  package let isLower: Bool
  package let page: UInt8
  /// The address on the module's bus: 0x50, and 0x51 for the measurements of an SFP.
  package let device: UInt8

  package static let lower = ModulePage(isLower: true, page: 0, device: 0x50)
  package static func upper(_ page: UInt8) -> ModulePage { ModulePage(isLower: false, page: page, device: 0x50) }
  /// Of an SFP: the second device, which measures.
  package static let diagnostics = ModulePage(isLower: true, page: 0, device: 0x51)

  package static let size = 128
}

/// A module's memory as far as it could be read.
package struct ModuleMemory: Sendable, Equatable {
  package private(set) var pages: [ModulePage: [UInt8]] = [:]

  package init() {}

  package mutating func set(_ bytes: [UInt8], of page: ModulePage) { pages[page] = bytes }

  /// The bytes of a place; `nil` where the page was not read.
  func bytes(_ place: ModulePlace) -> [UInt8]? {
    guard let page = pages[place.page], place.byte + place.count <= page.count else { return nil }
    return Array(page[place.byte..<place.byte + place.count])
  }

  func byte(_ place: ModulePlace) -> UInt8? { bytes(place)?.first }

  func number(_ place: ModulePlace) -> Int? { bytes(place)?.reduce(0) { $0 << 8 | Int($1) } }
}

/// Where a value stands, by the addresses of the specification: 128 and above are of the upper half.
struct ModulePlace: Sendable {
  let page: ModulePage
  let byte: Int
  let count: Int

  init(_ address: Int, _ count: Int = 1, page: UInt8 = 0) {
    self.page = address < ModulePage.size ? .lower : .upper(page)
    byte = address % ModulePage.size
    self.count = count
  }

  init(diagnostics address: Int, _ count: Int = 1) {
    page = .diagnostics
    byte = address
    self.count = count
  }

  /// The place `number` steps of its own size further on.
  func step(_ number: Int) -> ModulePlace { ModulePlace(page: page, byte: byte + number * count, count: count) }

  private init(page: ModulePage, byte: Int, count: Int) {
    self.page = page
    self.byte = byte
    self.count = count
  }
}
