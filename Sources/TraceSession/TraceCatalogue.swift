package import HostAccess
package import Vocabulary

/// What of the RDMA stack can be traced on this machine.
package struct TraceCatalogue: Sendable, Equatable {
  package struct Group: Sendable, Equatable {
    package let name: String
    /// The module that brings it.
    package let module: String
    /// Its trace points; `nil` where the module is not loaded.
    package let events: [String]?
  }

  /// Messages of a module that are off until somebody asks for them.
  package struct Module: Sendable, Equatable {
    package let name: String
    /// Places in its source that can print; of these are on.
    package let sites: Int
    package let sitesOn: Int
    /// It has a parameter `debug_level` instead.
    package let hasLevel: Bool
  }

  package let groups: [Group]
  package let modules: [Module]
  package let notes: [Note]

  /// Groups of trace points of Linux 6.1 and their modules. Source: Linux, include/trace/events and
  /// drivers/infiniband/core/*_trace.h.
  static let known: [(group: String, module: String)] = [
    ("rdma_cma", "rdma_cm"), ("ib_cma", "ib_cm"), ("ib_mad", "ib_core"), ("ib_umad", "ib_umad"),
    ("rdma_core", "ib_core"), ("mlx5", "mlx5_core"), ("smc", "smc"), ("rpcrdma", "rpcrdma"), ("devlink", "kernel"),
  ]

  static let knownModules = [
    "ib_core", "ib_cm", "rdma_cm", "ib_umad", "ib_uverbs", "rdma_ucm", "mlx5_core", "mlx5_ib", "mlx4_core", "mlx4_ib",
    "mlx4_en", "ib_mthca", "bnxt_re", "irdma", "rdma_rxe", "siw", "ib_ipoib", "ib_srp", "ib_srpt", "ib_isert",
    "nvme_rdma", "nvmet_rdma",
  ]

  /// - Throws: ``TraceFailure``.
  package init(_ files: any FileReading) throws(TraceFailure) {
    let root = try TraceFiles.root(files)
    groups = Self.known.map { known in
      let events = try? files.list("\(root)/events/\(known.group)")
      return Group(
        name: known.group, module: known.module,
        events: events?.filter { $0 != "enable" && $0 != "filter" })
    }
    var notes: [Note] = []
    var counts: [String: (all: Int, on: Int)] = [:]
    do {
      for site in try DebugSite.all(files) {
        counts[site.module, default: (0, 0)].all += 1
        if site.isOn { counts[site.module, default: (0, 0)].on += 1 }
      }
    } catch {
      notes.append(Note(subject: "dynamic debug", message: error.explanation))
    }
    modules = Self.knownModules.compactMap { name in
      let hasLevel = files.permissions(DebugSite.levelPath(name)) != nil
      guard let count = counts[name] else {
        return hasLevel ? Module(name: name, sites: 0, sitesOn: 0, hasLevel: true) : nil
      }
      return Module(name: name, sites: count.all, sitesOn: count.on, hasLevel: hasLevel)
    }
    self.notes = notes
  }
}

/// Where tracefs is.
enum TraceFiles {
  private static let roots = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"]

  static func root(_ files: any FileReading) throws(TraceFailure) -> String {
    var first: FileError?
    for root in roots {
      do {
        // Before it is mounted the directory is there, and empty.
        if try files.list(root).contains("instances") { return root }
      } catch { if error.reason == .notPermitted { first = first ?? error } }
    }
    if first != nil { throw .notPermitted(roots[0]) }
    throw .notMounted
  }

  static func instance(_ root: String) -> String { "\(root)/instances/rdmactl" }
}

/// A place in the source of a module that can print a message (dynamic debug).
/// Source: Linux, Documentation/admin-guide/dynamic-debug-howto.rst.
struct DebugSite: Hashable {
  static let control = "/proc/dynamic_debug/control"

  let file: String
  let line: Int
  let module: String
  let isOn: Bool

  static func levelPath(_ module: String) -> String { "/sys/module/\(module)/parameters/debug_level" }

  /// `net/core/dev.c:123 [kernel]function =p "format"`
  init?(_ text: Substring) {
    guard let open = text.firstIndex(of: "["), let close = text[open...].firstIndex(of: "]") else { return nil }
    let place = text[..<open].dropLast().split(separator: ":")
    guard place.count == 2, let line = Int(place[1]), let mark = text[close...].firstRange(of: " =") else { return nil }
    file = String(place[0])
    self.line = line
    module = String(text[text.index(after: open)..<close])
    isOn = text[mark.upperBound...].prefix { $0 != " " }.contains("p")
  }

  static func all(_ files: any FileReading) throws(FileError) -> [DebugSite] {
    let bytes = try files.read(control, limit: 64 << 20)
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { DebugSite($0) }
  }
}
