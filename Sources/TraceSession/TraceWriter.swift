package import Change
package import HostAccess

/// Switches tracing on, in an instance of its own, and debug messages of modules that were off: `trace run`.
package struct TraceWriter: ChangeWriter {
  package typealias Access = NoAccess

  package let kind = "trace"
  package let action = "run"
  package let locks = [ChangeLock.own("trace")]
  package var endsWithBoot: Bool { true }
  private let host: Host
  private let groups: [String]
  private let filter: String?
  private let modules: [String]

  private enum Key {
    static let instance = "instance"
    static let sites = "debug messages"
    static let level = "debug_level"
  }

  /// The instance exists.
  private static let present = ChangeValue("present")
  private static let all = "all"
  private static let none = "none"

  /// - Parameters:
  ///   - groups: empty with `modules` for undo alone.
  ///   - filter: of the kernel, for every group.
  package init(_ host: Host, groups: [String] = [], filter: String? = nil, modules: [String] = []) {
    self.host = host
    self.groups = groups
    self.filter = filter
    self.modules = modules
  }

  package func plan(_ access: NoAccess) throws -> ChangePlan<[String]> {
    let root = try TraceFiles.root(host.files)
    var changes: [PlannedChange] = []
    if !groups.isEmpty {
      let present = (try? host.files.list("\(root)/events")) ?? []
      for group in groups where !present.contains(group) {
        throw TraceFailure.unknownGroup(group, known: TraceCatalogue.known.map(\.group).filter(present.contains))
      }
      let instance = TraceFiles.instance(root)
      guard !host.files.directoryExists(instance) else { throw TraceFailure.foreignInstance(instance) }
      changes.append(
        PlannedChange(ChangePlace(ChangeObject(instance), Key.instance), before: .absent, after: Self.present))
    }
    for module in modules {
      let object = ChangeObject(module)
      let sites = try sites(of: module)
      if !sites.isEmpty {
        changes.append(
          PlannedChange(ChangePlace(object, Key.sites), before: Self.value(of: sites), after: ChangeValue(Self.all)))
      } else {
        guard let level = try? host.files.text(DebugSite.levelPath(module)) else {
          throw TraceFailure.unknownModule(module)
        }
        changes.append(
          PlannedChange(ChangePlace(object, Key.level), before: ChangeValue(level), after: ChangeValue("1")))
      }
    }
    return ChangePlan(
      groups, steps: changes.filter { $0.before.text != $0.after.text }.map { ChangeStep([$0]) },
      subject: (groups + modules).joined(separator: ", "), question: "Trace this?")
  }

  private func sites(of module: String) throws(TraceFailure) -> [DebugSite] {
    do { return try DebugSite.all(host.files).filter { $0.module == module } } catch {
      if error.reason == .notFound { return [] }
      throw .unreadable(error)
    }
  }

  /// `all`, `none`, or which are on.
  private static func value(of sites: [DebugSite]) -> ChangeValue {
    let on = sites.filter(\.isOn)
    if on.count == sites.count { return ChangeValue(all) }
    return ChangeValue(on.isEmpty ? none : Set(on.map(name)).sorted().joined(separator: " "))
  }

  private static func name(_ site: DebugSite) -> String { "\(site.file):\(site.line)" }

  package func read(_ places: Set<ChangePlace>, _ access: NoAccess) throws -> ChangeSnapshot {
    var values: ChangeSnapshot = [:]
    for place in places {
      guard let name = place.object?.name else { continue }
      switch place.key {
      case Key.instance: values[place] = host.files.directoryExists(name) ? Self.present : .absent
      case Key.level: values[place] = (try? host.files.text(DebugSite.levelPath(name))).map { ChangeValue($0) }
      default:
        let sites = try sites(of: name)
        // A module that was unloaded prints nothing.
        if !sites.isEmpty { values[place] = Self.value(of: sites) }
      }
    }
    return values
  }

  package func write(_ changes: [PlannedChange], _ access: NoAccess, _ log: ChangeLog) throws {
    for change in changes {
      guard let name = change.place.object?.name else { continue }
      switch change.place.key {
      case Key.instance: try write(instance: name, change.after == Self.present)
      case Key.level: try write(change.after.text, to: DebugSite.levelPath(name))
      default: try write(sites: name, change.after.text)
      }
    }
  }

  private func write(instance: String, _ on: Bool) throws(TraceFailure) {
    do { _ = try host.network.configure(instance, on) } catch { throw .refused(instance, error) }
    guard on else { return }
    for group in groups {
      let directory = "\(instance)/events/\(group)"
      if let filter {
        do { try host.network.write(filter, to: "\(directory)/filter") } catch { throw .badFilter(filter, error) }
      }
      try write("1", to: "\(directory)/enable")
    }
  }

  /// The kernel takes a page of orders at a time.
  private static let longestOrder = 4000

  private func write(sites module: String, _ wanted: String) throws(TraceFailure) {
    let names = Set(wanted.split(separator: " ").map { String($0) })
    var orders = ""
    for site in try sites(of: module) {
      let shall = wanted == Self.all || names.contains(Self.name(site))
      guard shall != site.isOn else { continue }
      let order = "file \(site.file) line \(site.line) \(shall ? "+" : "-")p;"
      if orders.utf8.count + order.utf8.count > Self.longestOrder {
        try write(orders, to: DebugSite.control)
        orders = ""
      }
      orders += order
    }
    if !orders.isEmpty { try write(orders, to: DebugSite.control) }
  }

  private func write(_ text: String, to path: String) throws(TraceFailure) {
    do { try host.network.write(text, to: path) } catch { throw .refused(path, error) }
  }
}
