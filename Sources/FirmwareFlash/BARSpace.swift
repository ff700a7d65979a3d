internal import HostAccess

/// CR space in memory: the first megabyte of BAR 0. Needs no configuration operation at all.
final class BARSpace: CRSpace {
  static let size = 0x10_0000

  private let window: any RegisterWindow

  init(_ window: any RegisterWindow) { self.window = window }

  func read(_ address: UInt32) throws(FlashError) -> UInt32 { window.read(at: Int(address)) }

  func write(_ value: UInt32, to address: UInt32) throws(FlashError) { window.write(value, at: Int(address)) }
}
