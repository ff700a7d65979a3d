package import HostAccess
package import Vocabulary

/// A connection over RDMA, a queue pair, or a socket that stayed on TCP, with the process or module that has it.
package struct SocketUse: Sendable, Equatable {
  /// `nil` of the kernel's own and of an owner that cannot be seen.
  package var process: Int32?
  package var thread: Int32?
  /// The name of the process, or of the kernel's module.
  package var name: String?
  package var isOfKernel = false
  /// `rsockets`, `rdma_cm`, `verbs`, `tcp`, or the kernel's module.
  package var via: String
  package var device: String?
  package var port: Int?
  package var local: SocketAddress?
  package var remote: SocketAddress?
  package var type: String?
  package var state: String?
  package var localQP: Int?
  package var remoteQP: Int?

  package static let tcp = "tcp"

  /// The queue pairs of management agents, which every port has.
  package var isManagement: Bool { type == "gsi" || type == "smi" }
}

/// What a process, or a module of the kernel, holds of a device.
package struct ResourceHolder: Sendable, Equatable {
  package var process: Int32?
  package var name: String?
  package var isOfKernel: Bool
  package var device: String
  package var counts: [RDMAResource.Kind: Int] = [:]
  /// Bytes of its memory regions.
  package var registered = 0
}

/// Who uses RDMA on this machine, and who does not although it was meant to.
package struct SocketSurvey: Sendable {
  package internal(set) var uses: [SocketUse] = []
  package internal(set) var holders: [ResourceHolder] = []
  package internal(set) var problems: [Problem] = []
  package internal(set) var notes: [Note] = []
  package internal(set) var devices: [String] = []

  /// Sockets of TCP in processes that have the library of rsockets.
  package var onTCP: [SocketUse] { uses.filter { $0.via == SocketUse.tcp } }
}

/// Makes the survey of the kernel's resources and of `/proc`.
package struct SocketSurveyor {
  package static let library = "librspreload"
  private let host: Host
  private let table: ProcessTable

  package init(_ host: Host) {
    self.host = host
    table = ProcessTable(host.files)
  }

  /// - Parameter only: the processes to look at; `nil` for all.
  /// - Throws: ``SocketFailure``
  package func survey(only: Set<Int32>? = nil) throws(SocketFailure) -> SocketSurvey {
    let found: (resources: [RDMAResource], devices: [String], notes: [Note])
    do { found = try RDMAResourceReader(network: host.network).read() } catch { throw .noNetlink(error) }
    var survey = SocketSurvey()
    survey.notes = found.notes
    survey.devices = found.devices
    var owners: [Int32: ProcessTable.Owner] = [:]
    for thread in Set(found.resources.compactMap(\.thread)) { owners[thread] = table.owner(of: thread) }
    let holding = Set(owners.values.map(\.process))
    let looked = only ?? holding.union(table.processes)
    var preloaded: [Int32: Bool] = [:]
    for process in looked { preloaded[process] = table.maps(process, Self.library) }
    survey.uses = uses(found.resources, owners, preloaded)
    survey.holders = holders(found.resources, owners)
    addTCP(to: &survey, preloaded.filter(\.value).keys.sorted())
    if let only {
      survey.uses.removeAll { use in !(use.process.map(only.contains) ?? false) }
      survey.holders.removeAll { holder in !(holder.process.map(only.contains) ?? false) }
    }
    let unknown = holding.filter { preloaded[$0] == nil && (only?.contains($0) ?? true) }.sorted()
    if !unknown.isEmpty {
      survey.notes.append(
        Note(
          subject: unknown.map { "PID \($0)" }.joined(separator: ", "),
          message: "permission denied: only root sees whether these use rsockets, and their TCP sockets"))
    }
    let gone = Set(found.resources.compactMap(\.thread)).filter { owners[$0] == nil }.sorted()
    if only == nil { survey.problems += gone.map { SocketProblem.processGone.at("PID \($0)") } }
    return survey
  }

  /// Each queue pair with its connection, and the connections that have none yet.
  private func uses(
    _ resources: [RDMAResource], _ owners: [Int32: ProcessTable.Owner], _ preloaded: [Int32: Bool]
  ) -> [SocketUse] {
    let connections = resources.filter { $0.kind == .connection }
    let pairs = resources.filter { $0.kind == .queuePair }
    var joined = Set<Int>()
    var uses: [SocketUse] = []
    for pair in pairs {
      let place = connections.firstIndex {
        $0.localQP == pair.localQP && $0.device == pair.device && pair.localQP != nil
      }
      if let place { joined.insert(place) }
      uses.append(use(pair, place.map { connections[$0] }, owners, preloaded))
    }
    for (place, connection) in connections.enumerated() where !joined.contains(place) {
      uses.append(use(connection, connection, owners, preloaded))
    }
    return uses.sorted {
      ($0.process ?? 0, $0.device ?? "", $0.localQP ?? 0) < ($1.process ?? 0, $1.device ?? "", $1.localQP ?? 0)
    }
  }

  private func use(
    _ resource: RDMAResource, _ connection: RDMAResource?, _ owners: [Int32: ProcessTable.Owner],
    _ preloaded: [Int32: Bool]
  ) -> SocketUse {
    let thread = resource.thread ?? connection?.thread
    let owner = thread.flatMap { owners[$0] }
    // The queue pair of a module belongs to rdma_cm, its connection to the module.
    let kernel = thread == nil ? connection?.kernel ?? resource.kernel : nil
    let isPreloaded = owner.flatMap { preloaded[$0.process] } ?? false
    let via = kernel ?? (connection == nil ? "verbs" : isPreloaded ? "rsockets" : "rdma_cm")
    return SocketUse(
      process: owner?.process, thread: thread, name: kernel ?? owner?.name, isOfKernel: kernel != nil, via: via,
      device: resource.device, port: resource.port ?? connection?.port, local: connection?.local,
      remote: connection?.remote, type: resource.type ?? connection?.type, state: connection?.state ?? resource.state,
      localQP: resource.localQP, remoteQP: resource.remoteQP ?? connection?.remoteQP)
  }

  private func holders(_ resources: [RDMAResource], _ owners: [Int32: ProcessTable.Owner]) -> [ResourceHolder] {
    var holders: [ResourceHolder] = []
    for resource in resources {
      let owner = resource.thread.flatMap { owners[$0] }
      let name = resource.thread == nil ? resource.kernel : owner?.name
      let place = holders.firstIndex {
        $0.device == resource.device && $0.process == owner?.process && $0.name == name
      }
      if place == nil {
        holders.append(
          ResourceHolder(
            process: owner?.process, name: name, isOfKernel: resource.thread == nil && resource.kernel != nil,
            device: resource.device))
      }
      let index = place ?? holders.count - 1
      holders[index].counts[resource.kind, default: 0] += 1
      if resource.kind == .memoryRegion { holders[index].registered += resource.size ?? 0 }
    }
    return holders.sorted { ($0.process ?? 0, $0.name ?? "", $0.device) < ($1.process ?? 0, $1.name ?? "", $1.device) }
  }

  /// A process that has the library mapped, and yet sockets of the kernel: those are TCP.
  private func addTCP(to survey: inout SocketSurvey, _ processes: [Int32]) {
    for process in processes {
      let name = table.owner(of: process)?.name
      guard let sockets = table.tcpSockets(of: process) else {
        survey.notes.append(
          Note(subject: "PID \(process)", message: "permission denied: only root sees its TCP sockets"))
        continue
      }
      guard !sockets.isEmpty else { continue }
      survey.uses += sockets.map { socket in
        SocketUse(
          process: process, name: name, via: SocketUse.tcp, local: socket.local, remote: socket.remote,
          state: socket.state)
      }
      survey.problems.append(
        SocketProblem.onTCP.at(
          "PID \(process)" + (name.map { " (\($0))" } ?? ""),
          evidence: sockets.prefix(4).map { socket in
            "\(socket.local)" + (socket.remote.map { " to \($0)" } ?? " (\(socket.state))")
          }, hint: ["start the program with rdmactl sock run --compat -- PROGRAM"]))
    }
  }
}

/// What `sock` can find.
package enum SocketProblem: String, CaseIterable, Sendable {
  case onTCP = "sock.tcp_although_preloaded"
  case processGone = "sock.pid_gone"
  case notCarried = "sock.not_carried"
  case fellBack = "sock.over_tcp"

  package var severity: Severity {
    switch self {
    case .onTCP, .notCarried: .warning
    case .fellBack: .error
    case .processGone: .info
    }
  }

  package var meaning: String {
    switch self {
    case .onTCP: "the process has the rsockets library loaded, but these sockets are plain TCP"
    case .processGone: "the owner of an RDMA resource has ended, or cannot be seen in this PID name space"
    case .notCarried: "this version of the rsockets library leaves some calls to TCP"
    case .fellBack: "the program runs over TCP, although it was started for RDMA"
    }
  }

  package static var descriptions: [ProblemDescription] {
    allCases.map { ProblemDescription(id: $0.rawValue, severity: $0.severity, meaning: $0.meaning) }
  }

  package func at(
    _ subject: String, evidence: [String] = [], fix: [String] = [], hint: [String] = []
  ) -> Problem {
    Problem(
      id: rawValue, severity: severity, subject: subject, message: meaning, evidence: evidence, fix: fix, hint: hint)
  }
}
