internal import HostAccess

/// What rdma_cm uses where a program says nothing: the RoCE version of its connections, and their type of service.
package struct ManagerDefaults: Sendable, Equatable {
  /// `v1` or `v2`
  package var version: String
  package var typeOfService: Int
}

/// rdma_cm's settings in configfs. A device's directory shows them, and is made for that; the settings themselves stay when it
/// goes. Source: the kernel's drivers/infiniband/core/cma_configfs.c.
struct ManagerDirectory {
  private static let base = "/sys/kernel/config/rdma_cm"

  let host: Host
  let adapter: String

  private var directory: String { "\(Self.base)/\(adapter)" }

  /// The file of one of the two settings.
  func path(_ setting: String, port: Int) -> String { "\(directory)/ports/\(port)/default_roce_\(setting)" }

  /// Does `body` while the directory is there; it goes again if it was not there before.
  ///
  /// - Throws: what the kernel says, also where rdma_cm or configfs is not loaded.
  func open<Result>(_ body: () throws -> Result) throws -> Result {
    if host.files.directoryExists(directory) { return try body() }
    guard host.files.directoryExists(Self.base) else {
      throw NetworkFailure.failed("\(Self.base) is missing: rdma_cm is not loaded, or configfs is not mounted")
    }
    let isNew = try host.network.configure(directory, true)
    defer { if isNew { _ = try? host.network.configure(directory, false) } }
    return try body()
  }

  static let words = ["v1": "IB/RoCE v1", "v2": "RoCE v2"]

  func read(port: Int) -> ManagerDefaults? {
    guard let mode = try? host.files.text(path("mode", port: port)),
      let version = Self.words.first(where: { $0.value == mode })?.key,
      let type = (try? host.files.text(path("tos", port: port))).flatMap({ Int($0) })
    else { return nil }
    return ManagerDefaults(version: version, typeOfService: type)
  }
}
