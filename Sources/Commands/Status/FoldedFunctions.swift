internal import InfiniBandWire
internal import PortStatus
internal import Presentation
internal import Vocabulary

/// Virtual functions as one line below their physical function: a host with 64 of them fits a screen.
struct FoldedFunctions {
  /// Virtual functions by the address of their physical one.
  private let groups: [PCIAddress: [Adapter]]
  private let troubled: Set<String>

  /// - Parameter problems: what was found.
  init(_ adapters: [Adapter], problems: [Problem]) {
    let physical = Set(adapters.filter { $0.name != nil && $0.virtualFunction == nil }.compactMap(\.pciAddress))
    groups = adapters.reduce(into: [:]) { groups, adapter in
      guard let function = adapter.virtualFunction, physical.contains(function.physicalFunction) else { return }
      groups[function.physicalFunction, default: []].append(adapter)
    }
    troubled = Set(problems.filter { $0.severity != .info }.map(\.subject))
  }

  /// Nothing is folded.
  init() { (groups, troubled) = ([:], []) }

  func contains(_ adapter: Adapter) -> Bool {
    adapter.virtualFunction.map { groups[$0.physicalFunction] != nil } ?? false
  }

  /// How many virtual functions of an adapter there are, and how many of them are active and without a problem.
  func count(of adapter: Adapter) -> (all: Int, inOrder: Int)? {
    guard adapter.name != nil, let functions = adapter.pciAddress.flatMap({ groups[$0] }) else { return nil }
    return (functions.count, functions.count(where: isInOrder))
  }

  private func isInOrder(_ adapter: Adapter) -> Bool {
    !troubled.contains(adapter.label)
      && adapter.ports.allSatisfy { $0.state == .active && !troubled.contains("\(adapter.label)/\($0.number)") }
  }

  /// The problems, with those that several virtual functions of one adapter share told once.
  func folded(_ problems: [Problem]) -> [Problem] {
    var owners: [String: PCIAddress] = [:]
    for (physical, functions) in groups {
      for function in functions {
        owners[function.label] = physical
        for port in function.ports { owners["\(function.label)/\(port.number)"] = physical }
      }
    }
    var result: [Problem] = []
    var told: Set<String> = []
    for problem in problems {
      guard let owner = owners[problem.subject] else {
        result.append(problem)
        continue
      }
      guard told.insert("\(owner) \(problem.id)").inserted else { continue }
      let more = problems.count { $0.id == problem.id && owners[$0.subject] == owner } - 1
      result.append(
        more == 0
          ? problem
          : Problem(
            id: problem.id, severity: problem.severity, subject: "\(problem.subject) and \(more) more",
            message: problem.message, evidence: problem.evidence, fix: problem.fix, hint: problem.hint))
    }
    return result
  }
}
