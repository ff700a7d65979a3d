internal import Change
internal import GUIDMapping
internal import HostAccess
internal import MaskStore
internal import PortStatus
internal import Presentation
internal import Vocabulary

/// `rdmactl guid2mac --check`: judges the local ports and, where asked to, stores or forgets their masks.
struct MaskCheckTask {
  let host: Host
  let output: Output
  let names: [String]
  let rules: RuleSet
  let mask: GUIDMask?
  let change: MaskChange.Action?
  let dryRun: Bool
  let yes: Bool

  func run() throws -> ExitStatus {
    let file = MaskFile(host)
    let inventory = LocalPorts(host).inventory
    // A mask can be forgotten by its GUID alone; everything else needs to see the devices.
    if inventory.machine.rdmaClassFailure != nil && change != .forget { throw NoDevice(inventory) }
    // Who writes must know what is there; who looks can do without.
    let known = change == nil ? file.readForUse() : (stored: try file.read(), problems: [])
    let (here, gone) = try select(from: inventory, stored: known.stored)
    guard !inventory.devices.isEmpty || !gone.isEmpty else { throw NoDevice(inventory) }
    let ports = LocalPorts.ports(of: here)
    let others = LocalPorts.ports(of: inventory).filter { !ports.contains($0) }

    func judge(_ stored: StoredMasks) -> [PortVerdict] {
      PortChecker(rules: rules, given: mask, stored: stored.masks).verdicts(for: ports, others: others)
    }
    var stored = known.stored
    var verdicts = judge(stored)
    let plan = plan(verdicts, gone: gone, stored: stored)
    var changed = false
    if change != nil {
      let run = ChangeRun(MaskWriter(host, wish: plan), on: host, kinds: .all(host))
      let outcome = try run.perform(Change.ChangeOptions(yes: yes, dryRun: dryRun)) { tell($0.detail, path: file.path) }
      if case .unchanged = outcome.result { tell([], path: file.path) }
      changed = outcome.record != nil
      if changed {
        stored = try file.read()
        verdicts = judge(stored)
      }
    }
    let problems = change == nil ? known.problems : stored.problems(path: file.path)
    let answer = CheckAnswer(
      verdicts: verdicts, plan: plan, changed: changed, dryRun: dryRun,
      notes: missing(in: here), more: problems)
    let status = try output.finish(answer, partial: LocalPorts.isPartial(here))
    return holds(verdicts, plan) ? status : .checkFailed
  }

  /// The named part of the machine, and the GUIDs of ports that are gone but have a mask to forget.
  private func select(from inventory: Inventory, stored: StoredMasks) throws(NameFailure) -> (Inventory, [GUID]) {
    var present: [String] = []
    var gone: [GUID] = []
    for name in names {
      do {
        _ = try inventory.resolve(name)
        present.append(name)
      } catch {
        guard change == .forget, let guid = GUID(name), stored.masks[guid] != nil else { throw error }
        gone.append(guid)
      }
    }
    var here = try inventory.limited(to: present)
    // No name is every port to the inventory; here it means none when the named ones are gone.
    if present.isEmpty && !gone.isEmpty { here.adapters = [] }
    return (here, gone)
  }

  private func plan(_ verdicts: [PortVerdict], gone: [GUID], stored: StoredMasks) -> [MaskChange] {
    switch change {
    case nil: return []
    case .store:
      return verdicts.compactMap { verdict in
        verdict.maskToStore.map {
          MaskChange(action: .store, guid: verdict.port.guid, mask: $0, port: verdict.port.name)
        }
      }
    case .forget:
      let here = verdicts.filter { stored.masks[$0.port.guid] != nil }.map {
        MaskChange(action: .forget, guid: $0.port.guid, mask: nil, port: $0.port.name)
      }
      return here + gone.map { MaskChange(action: .forget, guid: $0, mask: nil, port: "not on this machine") }
    }
  }

  private func tell(_ plan: [MaskChange], path: String) {
    guard let change else { return }
    if plan.isEmpty {
      output.talk(
        change == .store ? "no mask to store, nothing to do" : "no mask is stored for these ports, nothing to do")
      return
    }
    output.talk("\(path):")
    for step in plan {
      let word = step.mask.map { "store \($0) for" } ?? "forget the mask of"
      output.talk("  \(word) \(step.guid) (\(step.port))")
    }
    if dryRun { output.talk("Dry run: nothing was written.") }
  }

  private func missing(in inventory: Inventory) -> [Note] {
    inventory.devices.flatMap { adapter in
      adapter.ports.filter(LocalPorts.isUnchecked).map {
        Note(
          subject: "\(adapter.label)/\($0.number)", message: "not checked: its GUID cannot be read")
      }
    }
  }

  /// Exit status 0: every port is recognized or has a mask, or would have by the plan. To forget is done when it is done.
  private func holds(_ verdicts: [PortVerdict], _ plan: [MaskChange]) -> Bool {
    if change == .forget { return true }
    let planned = Set(plan.map(\.guid))
    return verdicts.allSatisfy { $0.kind.holds || planned.contains($0.port.guid) }
  }
}
