package import HostAccess
package import Vocabulary

/// The kernel's log of this machine, or of a recorded one, and its messages about adapters.
package final class EventLog {
  /// Where a log is looked for; the first that is there is read. Of a machine that runs only the kernel's own counts.
  private static let places = ["/dev/kmsg", "/var/log/kern.log", "/var/log/dmesg"]

  private let host: Host
  private let records: any RecordSource
  private let bootTime: Double?
  /// Error counts of devlink's reporters at the last look.
  private var counts: [String: UInt64] = [:]
  private var links: [String: Bool] = [:]

  /// - Throws: ``EventFailure``.
  package init(_ host: Host) throws(EventFailure) {
    self.host = host
    bootTime = Self.bootTime(host.files)
    var failure: FileError?
    for place in Self.places {
      do {
        records = try host.files.records(place)
        return
      } catch {
        failure = failure ?? error
        if error.reason != .notFound { break }
      }
    }
    throw EventFailure(failure ?? FileError(path: Self.places[0], reason: .notFound))
  }

  /// What has come into the log since the last call; at the first call everything that is in it.
  package func next() throws(EventFailure) -> [KernelEvent] {
    var events: [KernelEvent] = []
    do throws(FileError) {
      while let record = try records.next() {
        guard let message = KernelMessage(record), let kind = EventPattern.kind(of: message.text) else { continue }
        events.append(KernelEvent(message, kind, bootTime: bootTime))
      }
    } catch { throw EventFailure(error) }
    return events
  }

  /// Errors that drivers have counted since the last call (devlink health); at the first call since they were loaded.
  package func changes(in reporters: [ReporterCount]) -> [KernelEvent] {
    var events: [KernelEvent] = []
    for reporter in reporters {
      let known = counts.updateValue(reporter.errors, forKey: "\(reporter.handle) \(reporter.name)") ?? 0
      guard reporter.errors > known else { continue }
      let state = reporter.isHealthy ? "healthy now" : "in error"
      events.append(
        KernelEvent(
          time: reporter.dumpTime, kind: .reporterError, source: .devlink,
          message: "\(reporter.name): \(reporter.errors) errors, \(reporter.recoveries) recoveries, \(state)",
          address: reporter.handle.split(separator: "/").last.flatMap { PCIAddress($0) }, handle: reporter.handle))
    }
    return events
  }

  /// Links that have come up or gone down since the last call; none at the first.
  /// - Parameter devices: names of RDMA devices.
  package func linkChanges(of devices: [String]) -> [KernelEvent] {
    var events: [KernelEvent] = []
    for device in devices {
      let directory = "/sys/class/infiniband/\(device)/ports"
      for port in (try? host.files.list(directory)) ?? [] {
        guard let state = try? host.files.text("\(directory)/\(port)/state") else { continue }
        // "1: DOWN": every other state has a link.
        let isUp = !state.hasPrefix("1:")
        guard let known = links.updateValue(isUp, forKey: "\(device)/\(port)"), known != isUp else { continue }
        events.append(
          KernelEvent(
            time: host.clock.secondsSince1970, kind: isUp ? .linkUp : .linkDown, source: .link,
            message: "port \(port) of \(device): \(state)", device: device))
      }
    }
    return events
  }

  /// `btime` of `/proc/stat`.
  private static func bootTime(_ files: any FileReading) -> Double? {
    let bytes = (try? files.read("/proc/stat", limit: 1 << 20)) ?? []
    let line = bytes.split(separator: 0x0a).first { $0.starts(with: "btime ".utf8) }
    return line.flatMap { Double(String(decoding: $0.dropFirst(6), as: UTF8.self)) }
  }
}

/// What a driver has counted of its failures.
package struct ReporterCount: Sendable, Equatable {
  /// `pci/0000:3b:00.0`
  package let handle: String
  package let name: String
  package let isHealthy: Bool
  package let errors: UInt64
  package let recoveries: UInt64
  /// Seconds since 1970 of the last dump; `nil` without one.
  package let dumpTime: Double?

  package init(
    handle: String, name: String, isHealthy: Bool, errors: UInt64, recoveries: UInt64, dumpTime: Double? = nil
  ) {
    self.handle = handle
    self.name = name
    self.isHealthy = isHealthy
    self.errors = errors
    self.recoveries = recoveries
    self.dumpTime = dumpTime
  }
}

/// The kernel's log cannot be read.
package struct EventFailure: Failure {
  package let id: String
  package let subject: String?
  package let message: String
  package let fix: [String]
  package let hint: [String]
  package let exitStatus: ExitStatus

  init(_ error: FileError) {
    subject = error.path
    if error.reason == .notPermitted {
      id = "events.not_permitted"
      message = "the kernel's log may not be read by this user: needs CAP_SYSLOG (kernel.dmesg_restrict is 1)"
      fix = ["sudo rdmactl events", "journalctl -k"]
      hint = []
      exitStatus = .notPermitted
    } else {
      id = "events.no_log"
      message = "the kernel's log \(error.explanation)"
      fix = ["journalctl -k", "dmesg"]
      hint = error.reason == .notFound ? ["in a container, /dev/kmsg must be passed in"] : []
      exitStatus = error.reason == .notFound ? .notFound : .failed
    }
  }
}
