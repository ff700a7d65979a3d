internal import HostAccess
internal import Testing

@testable internal import FirmwareFlash

/// A vendor specific capability that is told beforehand, access by access, what will be asked of it in which space.
/// Anything else stops the run.
final class ScriptedCapability: PCIFunction {
  enum Step: Equatable, CustomStringConvertible {
    case read(Space, UInt32, gives: UInt32)
    case write(Space, UInt32, UInt32)

    var description: String {
      switch self {
      case .read(let space, let address, let value):
        "read \(space) 0x\(String(address, radix: 16)) = 0x\(String(value, radix: 16))"
      case .write(let space, let address, let value):
        "write 0x\(String(value, radix: 16)) to \(space) 0x\(String(address, radix: 16))"
      }
    }
  }
  typealias Space = VendorCapability.Space

  static let base = 0xc0
  private var steps: [Step]
  private var space: UInt32 = 0
  private var owner: UInt32 = 0
  private var data: UInt32 = 0
  private var answer: [UInt32] = []

  init(_ steps: [Step]) { self.steps = steps }

  var isDone: Bool { steps.isEmpty }
  /// The capability's own semaphore is free.
  var isFree: Bool { owner == 0 }

  func readConfiguration(at offset: Int) throws(PCIError) -> UInt32 {
    switch offset - Self.base {
    case VendorCapability.Offset.control: space | 1 << 29
    case VendorCapability.Offset.counter: 7
    case VendorCapability.Offset.semaphore: owner
    case VendorCapability.Offset.address: 0
    default: fatalError("read at 0x\(String(offset, radix: 16))")
    }
  }

  func readConfiguration(at offset: Int, count: Int) throws(PCIError) -> [UInt32] { answer }

  func writeConfiguration(_ dwords: [UInt32], at offset: Int) throws(PCIError) {
    switch offset - Self.base {
    case VendorCapability.Offset.control: space = dwords[0] & 0xffff
    case VendorCapability.Offset.semaphore: owner = dwords[0]
    case VendorCapability.Offset.data: data = dwords[0]
    case VendorCapability.Offset.address: access(dwords[0])
    default: fatalError("write at 0x\(String(offset, radix: 16))")
    }
  }

  private func access(_ word: UInt32) {
    guard let space = Space(rawValue: space) else { fatalError("space \(space)") }
    let address = word & ~(1 << 31)
    guard !steps.isEmpty else { fatalError("0x\(String(address, radix: 16)) in \(space), after everything expected") }
    let step = steps.removeFirst()
    if word >> 31 == 1 {
      guard step == .write(space, address, data) else {
        fatalError(
          "write 0x\(String(data, radix: 16)) to \(space) 0x\(String(address, radix: 16)), expected was: \(step)")
      }
    } else {
      guard case .read(space, address, let value) = step else {
        fatalError("read \(space) 0x\(String(address, radix: 16)), expected was: \(step)")
      }
      answer = [1 << 31, value]
    }
  }

  func mapBAR0(length: Int) throws(PCIError) -> any RegisterWindow { throw .notFound }
}
