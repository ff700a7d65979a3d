internal import BinaryLayout
public import FabricDiscovery
public import HostAccess
public import InfiniBandWire
internal import Vocabulary

extension SMInfo.Control {
  /// Whether opensm takes this in that state. Sources: InfiniBand specification vol. 1, 14.4.1, and
  /// SubnetManagers.md#states, tried on opensm 3.3.23.
  public func isPossible(in state: SMInfo.State) -> Bool {
    switch self {
    case .handover: state != .notActive
    case .acknowledge, .disable, .discover: state == .standby
    case .standby: state == .notActive
    }
  }

  /// The states that it can be in from which this is possible.
  public var possibleStates: [SMInfo.State] { SMInfo.State.allCases.filter(isPossible) }

  /// What it does, in one sentence without its full stop.
  public var effect: String {
    switch self {
    case .handover:
      "it becomes master and sweeps the whole subnet; when it finds a master of a higher priority it hands back at once"
    case .acknowledge: "the handover it made is acknowledged; nothing changes"
    case .disable: "it stops taking part and would not take over from a master that dies"
    case .standby: "it takes part again, and waits behind the master"
    case .discover:
      "it looks for all subnet managers again and then stands by, or becomes master when it is the best one"
    }
  }

  /// Where it ends when all goes well.
  var targets: [SMInfo.State] {
    switch self {
    case .handover: [.master]
    case .acknowledge, .standby: [.standby]
    case .disable: [.notActive]
    case .discover: [.standby, .master]
    }
  }
}

extension SMInfo.State {
  /// As the tools of the field write it, in small letters.
  public var name: String {
    switch self {
    case .notActive: "not active"
    case .discovering: "discovering"
    case .standby: "standby"
    case .master: "master"
    }
  }
}

/// What a Set(SMInfo) that was accepted came to.
public struct SMControlResult: Sendable, Equatable {
  public let control: SMInfo.Control
  public let before: SMInfoReading
  /// Once it had settled, or at the end of our patience; `nil` when it no longer answers.
  public let after: SMInfoReading?
  /// Every state that was seen, one after the other, the first one included. Short ones may be missing.
  public let states: [SMInfo.State]

  /// Whether it ended where the control leads.
  public var reached: Bool { after?.state.map(control.targets.contains) ?? false }
}

/// The patience with a state machine on its way.
private enum Settling {
  static let limitMilliseconds = 5000
  static let stepMilliseconds = 20
  /// A state that has lasted so long after a change is the last one.
  static let steadyMilliseconds = 200
  /// Where nothing has changed so long, nothing will: opensm answers before it changes its state.
  static let unchangedMilliseconds = 1000
}

extension FabricSession {
  /// Sends a Set(SMInfo) to a subnet manager and waits until its state has settled.
  ///
  /// - Parameters:
  ///   - force: send it although it is not possible in the state the subnet manager is in.
  public func control(
    _ control: SMInfo.Control, of manager: SubnetManager, in fabric: Fabric, force: Bool = false,
    clock: any Clock
  ) throws(SMControlFailure) -> SMControlResult {
    guard let route = fabric.route(to: manager.port) else { throw .silent(manager.guid, attempts: 0) }
    let before: SMInfoReading
    switch try ask(FabricRequest(.subnet(.smInfo), to: .directedRoute(route))) {
    case .reading(let reading): before = reading
    case .refused(let words, _): throw .refused(control, manager.guid, manager.state, words)
    case .silent(let attempts): throw .silent(manager.guid, attempts: attempts)
    }
    if let state = before.state, !control.isPossible(in: state), !force {
      throw .impossible(control, manager.guid, state)
    }
    let own = fabric[fabric.origin]?.guid
    let request = FabricRequest(
      .subnet(.smInfo), modifier: control.rawValue, to: .directedRoute(route), method: .set,
      data: control.payload(guid: own?.rawValue ?? 0, priority: before.priority))
    switch try ask(request) {
    case .reading: break
    case .refused(let words, let reading):
      // It may have taken the first of several whose answer was lost; then the next one no longer goes with its state.
      let now = try ask(FabricRequest(.subnet(.smInfo), to: .directedRoute(route))).reading?.state
      guard let now, now != before.state, control.targets.contains(now) else {
        throw .refused(control, manager.guid, reading?.state ?? before.state, words)
      }
    case .silent(let attempts): throw .silent(manager.guid, attempts: attempts)
    }
    return try settle(control, from: before, at: route, clock: clock)
  }

  private func ask(_ request: FabricRequest) throws(SMControlFailure) -> SMInfoOutcome {
    do { return try exchange(request) } catch { throw .session(error) }
  }

  private func settle(
    _ control: SMInfo.Control, from before: SMInfoReading, at route: DirectedRoute, clock: any Clock
  ) throws(SMControlFailure) -> SMControlResult {
    let began = clock.milliseconds
    var changed = began
    var last: SMInfoReading? = before
    var states = [before.state].compactMap { $0 }
    while clock.milliseconds - began < Settling.limitMilliseconds {
      let reading = try ask(FabricRequest(.subnet(.smInfo), to: .directedRoute(route))).reading
      let now = clock.milliseconds
      if reading?.state != last?.state {
        changed = now
        if let state = reading?.state { states.append(state) }
      }
      last = reading
      let isThere = last?.state.map(control.targets.contains) ?? false
      let hasMoved = states.count > 1
      let isSteady = now - changed >= Settling.steadyMilliseconds
      if isThere && hasMoved && isSteady || now - changed >= Settling.unchangedMilliseconds { break }
      clock.sleep(milliseconds: Settling.stepMilliseconds)
    }
    return SMControlResult(control: control, before: before, after: last, states: states)
  }
}

extension SMInfo.Control {
  /// The sender's SMInfo: a control comes from a master, an acknowledgement from the one that stands by. Anything else
  /// is refused. Source: InfiniBand specification vol. 1, 14.4.1; opensm checks just that, and not the SM_Key, which
  /// stays 0.
  func payload(guid: UInt64, priority: Int) -> [UInt8] {
    var attribute = [UInt8](repeating: 0, count: SMInfo.length)
    let state: SMInfo.State = self == .acknowledge ? .standby : .master
    SMInfo.Layout.guid.write(guid, into: &attribute)
    SMInfo.Layout.priority.write(UInt64(clamping: priority), into: &attribute)
    SMInfo.Layout.state.write(UInt64(state.rawValue), into: &attribute)
    return attribute
  }
}
