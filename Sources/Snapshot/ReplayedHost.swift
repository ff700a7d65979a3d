package import HostAccess
internal import Vocabulary

extension Host {
  /// The machine of a recording: what was asked then is answered as it was then, everything else is not there.
  package func replaying(_ recording: Recording) throws(SnapshotFailure) -> Host {
    var host = self
    let tree: RecordedTree
    do { tree = try RecordedTree(parsing: recording.tree ?? TreeText.text(recording.files)) } catch {
      throw .damaged("", "line \(error.line) of machine.tree cannot be read")
    }
    let talks = recording.talks
    host.files = ReplayedFiles(tree: tree, talks: talks)
    host.management = ReplayedManagement(recording: recording)
    host.verbs = ReplayedVerbs(talks: talks)
    host.pci = ReplayedPCI(bus: RecordedBus(tree, names: AbsentPCINames()), talks: talks)
    host.processes = talks.runsPrograms ? ReplayedProcesses(talks: talks) : AbsentProcesses()
    host.network = ReplayedNetwork(talks)
    host.name = talks.host
    // rdmactl's own files are this machine's; a recorded machine has none.
    let absent = "/var/empty/rdmactl"
    host.store = SealedStore(base: store, place: absent)
    host.places = Places(
      configuration: absent + "/configuration", state: absent + "/state", run: absent + "/run", working: places.working)
    return host
  }
}

private struct ReplayedFiles: FileReading {
  let tree: RecordedTree
  let talks: Conversation

  private func check(_ operation: String, _ path: String) throws(FileError) {
    if let failure = talks.errors[operation + path] { throw failure.file(path) }
  }

  func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    try check("read ", path)
    return try tree.read(path, limit: limit)
  }

  func part(_ path: String, from offset: Int, limit: Int) throws(FileError) -> FilePart {
    if let part = talks.parts.first(where: { $0.path == path && $0.offset == offset && $0.limit == limit }),
      let bytes = Hexadecimal.bytes(part.text)
    {
      return FilePart(bytes: bytes, start: part.start, size: part.size)
    }
    return FilePart(of: try read(path, limit: 64 << 20), from: offset, limit: limit)
  }

  func list(_ path: String) throws(FileError) -> [String] {
    try check("list ", path)
    return try tree.list(path)
  }

  func link(_ path: String) throws(FileError) -> String { try tree.link(path) }

  func permissions(_ path: String) -> UInt16? {
    talks.permissions[path]
      ?? ((try? tree.read(path, limit: 64 << 20)) != nil ? 0o644 : directoryExists(path) ? 0o755 : nil)
  }
}

private struct ReplayedVerbs: VerbsAccess {
  let talks: Conversation

  func attributes(of devices: [String]) -> [String: Result<VerbsDevice, VerbsError>] {
    let absent = Result<VerbsDevice, VerbsError>.failure(.unavailable("not in the snapshot"))
    return Dictionary(devices.map { ($0, talks.verbs[$0]?.value ?? absent) }) { first, _ in first }
  }
}

private struct AbsentPCINames: PCIAccess {
  func name(vendor: UInt16, device: UInt16) -> String? { nil }
  func configurationSpace(of address: PCIAddress) throws(PCIError) -> [UInt8] { throw .recorded }
  func open(_ address: PCIAddress) throws(PCIError) -> any PCIFunction { throw .recorded }
}

private struct ReplayedPCI: PCIAccess {
  let bus: RecordedBus
  let talks: Conversation

  func name(vendor: UInt16, device: UInt16) -> String? { talks.names[RecordingPCI.key(vendor, device)] }
  func configurationSpace(of address: PCIAddress) throws(PCIError) -> [UInt8] {
    if let failure = talks.functions["\(address)"] { throw failure.pci }
    return try bus.configurationSpace(of: address)
  }
  func open(_ address: PCIAddress) throws(PCIError) -> any PCIFunction { throw .recorded }
}

private struct ReplayedProcesses: ProcessAccess {
  let talks: Conversation

  func find(_ program: String) -> String? { talks.programs[program] }

  func run(
    _ program: String, _ arguments: [String], timeoutMilliseconds: Int
  ) throws(ProcessError) -> FinishedProcess {
    guard let run = talks.runs.first(where: { $0.arguments == [program] + arguments }) else { throw .recorded }
    if let failure = run.failure { throw failure.process }
    return FinishedProcess(
      end: run.signal.map { .signalled($0) } ?? .exited(run.exit ?? 0), output: Hexadecimal.bytes(run.output) ?? [],
      error: Hexadecimal.bytes(run.error) ?? [])
  }

  func launch(
    _ program: String, _ arguments: [String], log: String, directory: String
  ) throws(ProcessError) -> any LaunchedProcess { throw .recorded }
  func send(_ signal: ProcessSignal, to process: Int32) throws(ProcessError) { throw .recorded }
}

private struct ReplayedNetwork: NetworkAccess {
  private let talks: Conversation
  private let answers: [String: Conversation.Talk]

  init(_ talks: Conversation) {
    self.talks = talks
    answers = Dictionary(talks.kernel.map { ($0.key, $0) }) { first, _ in first }
  }

  func ask(_ request: NetlinkRequest) throws(NetworkFailure) -> NetlinkAnswer {
    guard let talk = answers[Conversation.Talk(request).key] else { throw .recorded }
    if let failure = talk.failure { throw failure.network }
    return NetlinkAnswer(messages: (talk.answer ?? []).map(\.value), warning: talk.warning)
  }

  func ask(
    _ request: NetlinkRequest, listeningTo group: String, _ told: (NetlinkMessage) -> Void
  ) throws(NetworkFailure) -> NetlinkAnswer { throw .recorded }

  func ethtool(_ interface: String, _ structure: [UInt8]) throws(NetworkFailure) -> [UInt8] {
    let request = Hexadecimal.text(structure)
    guard let kept = talks.ethtool.first(where: { $0.interface == interface && $0.request == request }) else {
      throw .recorded
    }
    if let failure = kept.failure { throw failure.network }
    return kept.answer.flatMap(Hexadecimal.bytes) ?? []
  }

  func write(_ text: String, to path: String) throws(NetworkFailure) { throw .recorded }

  var namespace: NetworkNamespace? {
    talks.namespace.map {
      NetworkNamespace(identifier: $0.identifier, ownsSysfs: $0.ownsSysfs, interfaces: $0.interfaces)
    }
  }
}

private struct ReplayedManagement: ManagementAccess {
  let recording: Recording

  func open(device: String, port: Int, classes: [ManagementClass]) throws(ManagementError) -> any ManagementPort {
    let name = "\(device)/\(port)"
    if let failure = recording.talks.ports[name] { throw failure.management }
    guard recording.datagrams.keys.contains(where: { $0.port == name }) else { throw .recorded }
    return ReplayedPort(name, recording.datagrams)
  }
}

/// Answers what was answered when the snapshot was taken; the rest at once as timed out.
private final class ReplayedPort: ManagementPort {
  private let name: String
  private let answers: [Recording.Datagram: [UInt8]?]
  private var arrivals: [ManagementArrival] = []
  private var next = 0

  init(_ name: String, _ answers: [Recording.Datagram: [UInt8]?]) { (self.name, self.answers) = (name, answers) }

  func send(_ datagram: [UInt8], to address: ManagementAddress, timeoutMilliseconds: Int) throws(ManagementError) {
    if let kept = answers[Recording.Datagram(name, address, datagram)] ?? nil {
      arrivals.append(.answer(DatagramBytes.answer(kept, to: datagram)))
    } else {
      arrivals.append(.timedOut(datagram))
    }
  }

  func receive(timeoutMilliseconds: Int) throws(ManagementError) -> ManagementArrival? {
    guard next < arrivals.count else {
      arrivals.removeAll(keepingCapacity: true)
      next = 0
      return nil
    }
    defer { next += 1 }
    return arrivals[next]
  }
}
