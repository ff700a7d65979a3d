public import HostAccess

/// One rdmactl at a time for each card: held as long as the object lives, gone with the process however it ends.
public final class DeviceLock {
  private let lock: any Lock

  /// - Parameter identifier: of the adapter, whatever name the user gave it (``Card/identifier``).
  /// - Throws: ``BurnFailure/locked(_:)``: held by another process, which is named, or impossible to take.
  public init(of identifier: String, on host: Host) throws(BurnFailure) {
    do { lock = try host.store.lock(host.places.run + "/fw-\(fileNamePart(identifier)).lock") } catch {
      throw .locked(error)
    }
  }

  /// For who only reads: the adapter's own semaphore keeps tools apart too, so that a lock that cannot be had (no right
  /// to its directory) is no hindrance; one that is held is.
  public static func forReading(of identifier: String, on host: Host) throws(BurnFailure) -> DeviceLock? {
    do { return try DeviceLock(of: identifier, on: host) } catch {
      if case .locked(let reason) = error, reason.isHeld { throw error }
      return nil
    }
  }
}
