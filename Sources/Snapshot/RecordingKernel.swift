internal import HostAccess
internal import Synchronization
internal import Vocabulary

struct RecordingNetwork: NetworkAccess {
  let base: any NetworkAccess
  let recorder: Recorder

  func ask(_ request: NetlinkRequest) throws(NetworkFailure) -> NetlinkAnswer {
    do throws(NetworkFailure) {
      let answer = try base.ask(request)
      recorder.keep(Conversation.Talk(request, answer))
      return answer
    } catch {
      recorder.keep(Conversation.Talk(request, failure: error))
      throw error
    }
  }

  func ask(
    _ request: NetlinkRequest, listeningTo group: String, _ told: (NetlinkMessage) -> Void
  ) throws(NetworkFailure) -> NetlinkAnswer { throw .recorded }

  func ethtool(_ interface: String, _ structure: [UInt8]) throws(NetworkFailure) -> [UInt8] {
    var kept = Conversation.Structure(interface: interface, request: Hexadecimal.text(structure))
    defer { recorder.recording.withLock { [kept] in $0.talks.ethtool.append(kept) } }
    do throws(NetworkFailure) {
      let answer = try base.ethtool(interface, structure)
      kept.answer = Hexadecimal.text(answer)
      return answer
    } catch {
      kept.failure = .init(error)
      throw error
    }
  }

  func write(_ text: String, to path: String) throws(NetworkFailure) { throw .recorded }
  var namespace: NetworkNamespace? { base.namespace }
}

extension Recorder {
  fileprivate func keep(_ talk: Conversation.Talk) {
    recording.withLock { recording in
      // The first answer counts: all later ones are to the same question.
      if recording.asked.insert(talk.key).inserted { recording.talks.kernel.append(talk) }
    }
  }
}

struct RecordingVerbs: VerbsAccess {
  let base: any VerbsAccess
  let recorder: Recorder

  func attributes(of devices: [String]) -> [String: Result<VerbsDevice, VerbsError>] {
    let answers = base.attributes(of: devices)
    recorder.recording.withLock { recording in
      for (name, answer) in answers { recording.talks.verbs[name] = Conversation.Verbs(answer) }
    }
    return answers
  }
}

struct RecordingPCI: PCIAccess {
  let base: any PCIAccess
  let recorder: Recorder

  var isShared: Bool { base.isShared }

  func name(vendor: UInt16, device: UInt16) -> String? {
    let name = base.name(vendor: vendor, device: device)
    recorder.recording.withLock { $0.talks.names[Self.key(vendor, device)] = name }
    return name
  }

  static func key(_ vendor: UInt16, _ device: UInt16) -> String {
    "\(vendor.hexadecimal(digits: 4)):\(device.hexadecimal(digits: 4))"
  }

  func configurationSpace(of address: PCIAddress) throws(PCIError) -> [UInt8] {
    do throws(PCIError) {
      let bytes = try base.configurationSpace(of: address)
      recorder.keep(configuration: bytes, of: address)
      return bytes
    } catch {
      recorder.recording.withLock { $0.talks.functions["\(address)"] = .init(error) }
      throw error
    }
  }

  func open(_ address: PCIAddress) throws(PCIError) -> any PCIFunction {
    guard recorder.opensRegisters else { throw .recorded }
    return try base.open(address)
  }
}

struct RecordingProcesses: ProcessAccess {
  let base: any ProcessAccess
  let recorder: Recorder

  func find(_ program: String) -> String? {
    let path = base.find(program)
    recorder.recording.withLock { $0.talks.programs[program] = path }
    return path
  }

  func run(
    _ program: String, _ arguments: [String], timeoutMilliseconds: Int
  ) throws(ProcessError) -> FinishedProcess {
    var kept = Conversation.Program(arguments: [program] + arguments, output: "", error: "")
    defer { recorder.recording.withLock { [kept] in $0.talks.runs.append(kept) } }
    do throws(ProcessError) {
      let finished = try base.run(program, arguments, timeoutMilliseconds: timeoutMilliseconds)
      switch finished.end {
      case .exited(let code): kept.exit = code
      case .signalled(let signal): kept.signal = signal
      }
      kept.output = Hexadecimal.text(finished.output)
      kept.error = Hexadecimal.text(finished.error)
      return finished
    } catch {
      kept.failure = .init(error)
      throw error
    }
  }

  func launch(
    _ program: String, _ arguments: [String], log: String, directory: String
  ) throws(ProcessError) -> any LaunchedProcess { throw .recorded }
  func send(_ signal: ProcessSignal, to process: Int32) throws(ProcessError) { throw .recorded }
}

// MARK: As values of the recording

extension Conversation.Attribute {
  init(_ attribute: NetlinkAttribute) {
    switch attribute.value {
    case .bytes(let bytes): self.init(type: attribute.type, bytes: Hexadecimal.text(bytes))
    case .nest(let members): self.init(type: attribute.type, nest: members.map(Self.init))
    }
  }

  var value: NetlinkAttribute {
    NetlinkAttribute(
      type, nest.map { .nest($0.map(\.value)) } ?? .bytes(bytes.flatMap(Hexadecimal.bytes) ?? []))
  }
}

extension Conversation.Message {
  init(command: UInt16, header: [UInt8], _ attributes: [NetlinkAttribute]) {
    self.init(command: command, header: Hexadecimal.text(header), attributes: attributes.map { .init($0) })
  }

  var value: NetlinkMessage {
    NetlinkMessage(command: command, header: Hexadecimal.bytes(header) ?? [], attributes.map(\.value))
  }

  /// The same for the same message.
  var key: String {
    func text(_ attributes: [Conversation.Attribute]) -> String {
      attributes.map { "\($0.type)=" + ($0.nest.map { "(\(text($0)))" } ?? $0.bytes ?? "") }.joined(separator: ",")
    }
    return "\(command) \(header) \(text(attributes))"
  }
}

extension Conversation.Talk {
  init(_ request: NetlinkRequest, _ answer: NetlinkAnswer? = nil, failure: NetworkFailure? = nil) {
    let family =
      switch request.family {
      case .route: "route"
      case .rdma: "rdma"
      case .generic(let name): "generic \(name)"
      }
    self.init(
      family: family, dump: request.isDump,
      request: .init(command: request.command, header: request.header, request.attributes),
      answer: answer?.messages.map { .init(command: $0.command, header: $0.header, $0.attributes) },
      warning: answer?.warning, failure: failure.map { .init($0) })
  }

  var key: String { "\(family) \(dump) \(request.key)" }
}

extension Conversation.Verbs {
  init(_ answer: Result<VerbsDevice, VerbsError>) {
    switch answer {
    case .failure(let error): self.init(failure: .init(error))
    case .success(let device):
      self.init(
        device: Device(
          transport: device.transport, vendorID: device.vendorID, vendorPartID: device.vendorPartID,
          limits: device.limits,
          ports: Dictionary(device.ports.map { ("\($0.key)", Port($0.value)) }) { first, _ in first }))
    }
  }

  var value: Result<VerbsDevice, VerbsError> {
    guard let device else { return .failure(failure?.verbs ?? .unavailable("")) }
    let ports = device.ports.compactMap { number, port in Int(number).map { ($0, port.value) } }
    return .success(
      VerbsDevice(
        transport: device.transport, vendorID: device.vendorID, vendorPartID: device.vendorPartID,
        limits: device.limits, ports: Dictionary(ports) { first, _ in first }))
  }
}

extension Conversation.Verbs.Port {
  init(_ port: VerbsPort) {
    self.init(
      maxMTU: port.maxMTU, activeMTU: port.activeMTU, maxMessageSize: port.maxMessageSize, maxVLs: port.maxVLs,
      pkeyTableLength: port.pkeyTableLength, gidTableLength: port.gidTableLength, badPKeyCounter: port.badPKeyCounter,
      qkeyViolationCounter: port.qkeyViolationCounter, subnetTimeout: port.subnetTimeout,
      initTypeReply: port.initTypeReply)
  }

  var value: VerbsPort {
    VerbsPort(
      maxMTU: maxMTU, activeMTU: activeMTU, maxMessageSize: maxMessageSize, maxVLs: maxVLs,
      pkeyTableLength: pkeyTableLength, gidTableLength: gidTableLength, badPKeyCounter: badPKeyCounter,
      qkeyViolationCounter: qkeyViolationCounter, subnetTimeout: subnetTimeout, initTypeReply: initTypeReply)
  }
}
