internal import HostAccess
internal import Testing
internal import Vocabulary

/// A PCI function that is told beforehand, operation by operation, what will be asked of it. Anything else stops the run.
final class ScriptedFunction: PCIFunction {
  enum Step: Equatable, CustomStringConvertible {
    case read(Int, gives: UInt32)
    case readTwo(Int, gives: [UInt32])
    case write([UInt32], at: Int)
    case readFails(Int, PCIError)
    case map(PCIError)

    var description: String {
      switch self {
      case .read(let offset, let value): "read \(hex(offset)) = \(hex(value))"
      case .readTwo(let offset, let values): "read \(hex(offset)) = \(values.map(hex))"
      case .write(let dwords, let offset): "write \(dwords.map(hex)) at \(hex(offset))"
      case .readFails(let offset, let error): "read \(hex(offset)) fails: \(error)"
      case .map(let error): "map BAR 0: \(error)"
      }
    }
  }

  private var steps: [Step]

  init(_ steps: [Step]) { self.steps = steps }

  /// All that was foretold has happened.
  var isDone: Bool { steps.isEmpty }

  func readConfiguration(at offset: Int) throws(PCIError) -> UInt32 {
    switch next("read \(hex(offset))") {
    case .read(offset, let value): return value
    case .readFails(offset, let error): throw error
    case let other: fatalError("read \(hex(offset)), expected was: \(other)")
    }
  }

  func readConfiguration(at offset: Int, count: Int) throws(PCIError) -> [UInt32] {
    switch next("read \(count) dwords at \(hex(offset))") {
    case .readTwo(offset, let values) where count == 2: return values
    case let other: fatalError("read \(count) dwords at \(hex(offset)), expected was: \(other)")
    }
  }

  func writeConfiguration(_ dwords: [UInt32], at offset: Int) throws(PCIError) {
    let step = next("write at \(hex(offset))")
    guard step == .write(dwords, at: offset) else {
      fatalError("write \(dwords.map(hex)) at \(hex(offset)), expected was: \(step)")
    }
  }

  func mapBAR0(length: Int) throws(PCIError) -> any RegisterWindow {
    guard case .map(let error) = next("map BAR 0") else { fatalError("map BAR 0, which was not expected") }
    throw error
  }

  private func next(_ call: String) -> Step {
    guard !steps.isEmpty else { fatalError("\(call), after everything that was expected") }
    return steps.removeFirst()
  }
}

/// One function, or the reason why it does not open.
struct ScriptedPCI: PCIAccess, @unchecked Sendable {
  let function: Result<ScriptedFunction, PCIError>

  init(_ steps: [ScriptedFunction.Step]) { function = .success(ScriptedFunction(steps)) }
  init(failing error: PCIError) { function = .failure(error) }

  func name(vendor: UInt16, device: UInt16) -> String? { nil }
  func configurationSpace(of address: PCIAddress) throws(PCIError) -> [UInt8] { throw .notFound }
  func open(_ address: PCIAddress) throws(PCIError) -> any PCIFunction { try function.get() }
}

func hex(_ value: some BinaryInteger) -> String { "0x" + String(value, radix: 16) }
