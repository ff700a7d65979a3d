internal import HostAccess

/// What a driver watches of its device, and how often it failed (`devlink health show`).
package struct HealthReporter: Sendable, Equatable {
  package let handle: DevlinkHandle
  package let name: String
  package let isHealthy: Bool
  package let errors: UInt64
  package let recoveries: UInt64
  /// Seconds since 1970 of the last dump; `nil` without one.
  package let dumpTime: Double?

  init?(_ message: NetlinkMessage) {
    guard let handle = DevlinkHandle(message),
      let members = message.attributes.nests(DevlinkAttribute.healthReporter).first,
      let name = members.text(DevlinkAttribute.healthReporterName)
    else { return nil }
    self.handle = handle
    self.name = name
    // 0: healthy, 1: error. Source: `linux/devlink.h`, enum devlink_health_reporter_state.
    isHealthy = members.number(DevlinkAttribute.healthReporterState) == 0
    errors = members.number(DevlinkAttribute.healthReporterErrors) ?? 0
    recoveries = members.number(DevlinkAttribute.healthReporterRecoveries) ?? 0
    dumpTime = members.number(DevlinkAttribute.healthReporterDumpTime).map { Double($0) / 1e9 }
  }
}

extension DevlinkClient {
  /// The reporters of every device. Everybody may ask.
  package func healthReporters() throws(DevlinkFailure) -> [HealthReporter] {
    let request = NetlinkRequest(
      .generic(Self.family), DevlinkCommand.healthReporterGet, isDump: true,
      nests: NetlinkNests([DevlinkAttribute.healthReporter: NetlinkNests()]))
    do { return try network.ask(request).messages.compactMap { HealthReporter($0) } } catch {
      throw DevlinkFailure(error, of: nil)
    }
  }
}
