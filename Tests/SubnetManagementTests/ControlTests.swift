import BinaryLayout
import FabricDiscovery
import InfiniBandWire
import SubnetManagement
import TestSupport
import Testing
import Vocabulary

/// Set(SMInfo) to a subnet manager that keeps opensm's rules.
@Suite struct ControlTests {
  private let clock = FakeClock()
  private let agent = TestAgent()

  private func control(
    _ control: SMInfo.Control, in state: SMInfo.State, force: Bool = false, course: [SMInfo.State]? = nil
  ) throws -> SMControlResult {
    agent.managers[TestSubnet.there] = TestAgent.Manager(state: state, course: course)
    return try TestSubnet.session(agent, clock).control(
      control, of: TestSubnet.manager(state), in: TestSubnet.fabric, force: force, clock: clock)
  }

  /// What we hold to be possible is what opensm takes: the rest is refused before anything is sent.
  @Test(arguments: SMInfo.Control.allCases, SMInfo.State.allCases)
  func agreesWithOpenSM(about what: SMInfo.Control, in state: SMInfo.State) throws {
    if what.isPossible(in: state) {
      #expect(try control(what, in: state).before.state == state)
      #expect(agent.controls.map(\.modifier) == [what.rawValue])
    } else {
      #expect(throws: SMControlFailure.impossible(what, TestSubnet.manager(state).guid, state)) {
        try control(what, in: state)
      }
      #expect(agent.controls.isEmpty)
      #expect {
        try control(what, in: state, force: true)
      } throws: {
        guard case .refused(what, _, state, let words) = $0 as? SMControlFailure else { return false }
        return words.contains("status 7")
      }
      #expect(agent.controls.count == 1)
    }
  }

  /// The sender's SMInfo: our own port, the master; the one that stands by for an acknowledgement.
  @Test(arguments: [
    (SMInfo.Control.handover, SMInfo.State.standby, SMInfo.State.master), (.disable, .standby, .master),
    (.standby, .notActive, .master), (.discover, .standby, .master), (.acknowledge, .standby, .standby),
  ])
  func sendsOwnSMInfo(what: SMInfo.Control, state: SMInfo.State, sender: SMInfo.State) throws {
    _ = try control(what, in: state)
    let attribute = try #require(agent.controls.first).attribute
    #expect(SMInfo.Layout.guid.read(attribute) == TestSubnet.localGUID.rawValue)
    #expect(SMInfo.Layout.state.read(attribute) == UInt64(sender.rawValue))
    #expect(SMInfo.Layout.smKey.read(attribute) == 0)
  }

  /// The answer to the first of two was lost: the second is refused, for it was disabled already.
  @Test func takenAlthoughTheAnswerWasLost() throws {
    agent.losesFirstControlAnswer = true
    let result = try control(.disable, in: .standby)
    #expect(agent.controls.count == 2)
    #expect(result.reached)
    #expect(result.states == [.standby, .notActive])
  }

  @Test func disables() throws {
    let result = try control(.disable, in: .standby)
    #expect(result.states == [.standby, .notActive])
    #expect(result.after?.state == .notActive)
    #expect(result.reached)
  }

  /// A handover to one that finds a better master: it hands back, and the result says that it did not stay.
  @Test func handsBack() throws {
    let result = try control(.handover, in: .standby, course: [.master, .master, .standby])
    #expect(result.states == [.standby, .master, .standby])
    #expect(!result.reached)
  }

  @Test func discovers() throws {
    let result = try control(.discover, in: .standby, course: [.discovering, .discovering, .discovering, .standby])
    #expect(result.states == [.standby, .discovering, .standby])
    #expect(result.reached)
  }

  /// One that never leaves "discovering" does not hold us for ever.
  @Test func patienceEnds() throws {
    let result = try control(.discover, in: .standby, course: [.discovering])
    #expect(result.after?.state == .discovering)
    #expect(!result.reached)
    #expect(clock.milliseconds <= 5_500)
  }

  @Test func silenceIsNoRefusal() throws {
    agent.managers[TestSubnet.there] = TestAgent.Manager(isSilent: true)
    #expect {
      try TestSubnet.session(agent, clock).control(
        .disable, of: TestSubnet.manager(.standby), in: TestSubnet.fabric, clock: clock)
    } throws: {
      guard case .silent = $0 as? SMControlFailure else { return false }
      return true
    }
  }

  @Test func surveys() throws {
    agent.managers[TestSubnet.there] = TestAgent.Manager(priority: 7, state: .master)
    let survey = try TestSubnet.session(agent, clock).subnetManagers(of: TestSubnet.fabric)
    #expect(survey.unanswered.isEmpty)
    let manager = try #require(survey.managers.first)
    #expect(survey.managers.count == 1)
    #expect(manager.guid == GUID(0x0002_c903_0010_0011))
    #expect(manager.lid == 2)
    #expect(manager.priority == 7)
    #expect(manager.state == .master)
    #expect(manager.nodeDescription == "host1")
  }

  @Test func surveyNamesTheSilent() throws {
    agent.managers[TestSubnet.there] = TestAgent.Manager(isSilent: true)
    let survey = try TestSubnet.session(agent, clock).subnetManagers(of: TestSubnet.fabric)
    #expect(survey.managers.isEmpty)
    #expect(survey.unanswered.map(\.node) == [1])
  }

  @Test func masterComesFirst() throws {
    var fabric = TestSubnet.fabric
    let states: [(SMInfo.State, Int, UInt64)] = [(.standby, 3, 9), (.master, 1, 8), (.standby, 3, 7), (.standby, 5, 6)]
    fabric.nodes.removeLast()
    for (index, (state, priority, guid)) in states.enumerated() {
      let route = try #require(DirectedRoute([1, UInt8(index + 2)]))
      agent.managers[route] = TestAgent.Manager(guid: GUID(guid), priority: priority, state: state)
      var node = TestSubnet.fabric.nodes[1]
      node.route = route
      fabric.nodes.append(node)
    }
    let survey = try TestSubnet.session(agent, clock).subnetManagers(of: fabric)
    #expect(survey.managers.map(\.guid.rawValue) == [8, 6, 7, 9])
  }

  @Test(arguments: [
    (TestAgent.Manager(), ActivityWatch.Verdict.idle), (TestAgent.Manager(countStandsStill: true), .stuck),
    (TestAgent.Manager(isSilent: true), .silent),
  ])
  func activity(manager: TestAgent.Manager, verdict: ActivityWatch.Verdict) throws {
    agent.managers[TestSubnet.there] = manager
    let watch = try TestSubnet.session(agent, clock).watchActivity(at: .directedRoute(TestSubnet.there), clock: clock)
    #expect(watch.verdict == verdict)
  }

  @Test func activityOfAWorkingOne() throws {
    // Its count goes round.
    agent.managers[TestSubnet.there] = TestAgent.Manager(activityCount: .max - 1)
    clock.at(20) { [agent] in agent.managers[TestSubnet.there]?.activityCount = 30 }
    let watch = try TestSubnet.session(agent, clock).watchActivity(at: .directedRoute(TestSubnet.there), clock: clock)
    #expect(watch.verdict == .working)
    #expect(watch.moved == 32)
  }
}
