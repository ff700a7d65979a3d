internal import HostAccess

/// The megabyte of registers of an adapter ("CR space"), whichever way leads there. Addresses are multiples of four.
///
/// Operations of the host are what costs here (a microsecond each, and there are a hundred thousand), so each way does a
/// dword with the fewest it can.
protocol CRSpace: AnyObject {
  func read(_ address: UInt32) throws(FlashError) -> UInt32
  func write(_ value: UInt32, to address: UInt32) throws(FlashError)
  /// Accesses that belong together: other tools that share the registers are kept out until `body` ends.
  func exclusively<Value>(_ body: () throws(FlashError) -> Value) throws(FlashError) -> Value
  /// Frees for a while what keeps drivers and other tools out; the next access takes it again.
  func rest()
  /// Gives back what the way had to take. Called once, at the end.
  func close()
}

extension CRSpace {
  func exclusively<Value>(_ body: () throws(FlashError) -> Value) throws(FlashError) -> Value { try body() }
  func rest() {}
  func close() {}
}

extension FlashError {
  init(_ error: PCIError) {
    self =
      switch error {
      case .notPermitted: .notPermitted
      case .lockedDown: .lockedDown
      case .notFound: .access("PCI function not found")
      case .recorded: .recorded
      case .failed(let words): .access(words)
      }
  }
}

extension PCIFunction {
  func configuration(at offset: Int) throws(FlashError) -> UInt32 {
    do { return try readConfiguration(at: offset) } catch { throw FlashError(error) }
  }

  func configuration(at offset: Int, count: Int) throws(FlashError) -> [UInt32] {
    do { return try readConfiguration(at: offset, count: count) } catch { throw FlashError(error) }
  }

  func configure(_ dwords: [UInt32], at offset: Int) throws(FlashError) {
    do { try writeConfiguration(dwords, at: offset) } catch { throw FlashError(error) }
  }
}
