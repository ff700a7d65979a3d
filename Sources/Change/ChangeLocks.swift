package import HostAccess

/// Locks that are held for a change, released in reverse when the object goes.
package final class HeldLocks {
  private static let pause = 50

  private var locks: [any Lock] = []

  /// - Parameter patience: milliseconds to wait for whoever holds one.
  package init(_ wanted: [ChangeLock], _ host: Host, patience: Int = 0) throws(ChangeFailure) {
    let end = host.clock.milliseconds + patience
    for lock in wanted {
      let path =
        switch lock {
        case .own(let name): "\(host.places.run)/\(name).lock"
        case .foreign(let path): path
        }
      var isTaken = false
      while !isTaken {
        do throws(FileError) {
          locks.append(try host.store.lock(path))
          isTaken = true
        } catch {
          guard error.isHeld, host.clock.milliseconds < end, !host.clock.interrupted else {
            throw .lock(error)
          }
          host.clock.sleep(milliseconds: Self.pause)
        }
      }
    }
  }

  deinit { while locks.popLast() != nil {} }
}
