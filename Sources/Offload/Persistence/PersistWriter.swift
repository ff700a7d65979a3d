package import Change
package import HostAccess

/// The files that bring settings back at each boot, for the change engine.
package struct PersistWriter: ChangeWriter {
  package typealias Access = NoAccess

  package let kind = "persist"
  package let action = "persist"
  package let locks = [ChangeLock.own("persist")]
  private let store: any FileReading & FileWriting
  private let files: [PersistentFile]

  /// - Parameter files: all that there should be; none: ours are removed.
  package init(_ host: Host, files: [PersistentFile] = []) {
    store = host.store
    self.files = files
  }

  package func plan(_ access: NoAccess) throws -> ChangePlan<[Persistence.Step]> {
    let steps = try Persistence(store).plan(files)
    let changes = try steps.filter { $0.action != .unchanged }.map { step in
      let file = ChangedFile(step.path, store)
      let after = step.text.map { ChangedFile.value(of: Array($0.utf8)) } ?? .absent
      return ChangeStep([PlannedChange(file.place, before: try value(of: file), after: after)])
    }
    return ChangePlan(steps, steps: changes, subject: "files", question: "Write these files?")
  }

  package func read(_ places: Set<ChangePlace>, _ access: NoAccess) throws -> ChangeSnapshot {
    var snapshot: ChangeSnapshot = [:]
    for place in places {
      if let file = ChangedFile(place, store) { snapshot[place] = try value(of: file) }
    }
    return snapshot
  }

  package func write(_ changes: [PlannedChange], _ access: NoAccess, _ log: ChangeLog) throws {
    for change in changes {
      do throws(FileError) { try ChangedFile(change.place, store)?.write(change.after) } catch {
        throw PersistenceFailure.unwritable(error)
      }
    }
  }

  private func value(of file: ChangedFile) throws(PersistenceFailure) -> ChangeValue {
    do { return try file.read() } catch { throw .unreadable(error) }
  }
}
