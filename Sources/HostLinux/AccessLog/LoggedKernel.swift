internal import HostAccess
internal import Vocabulary

/// Netlink, ioctl and the kernel's settings, with a line for each access.
struct LoggedNetwork: NetworkAccess {
  /// Attributes are told up to this many characters.
  private static let longest = 160

  let base: any NetworkAccess
  let log: AccessLog

  func ask(_ request: NetlinkRequest) throws(NetworkFailure) -> NetlinkAnswer {
    try log.line("netlink.ask \(Self.text(request))", Self.text, of: Self.text) { () throws(NetworkFailure) in
      try base.ask(request)
    }
  }

  func ask(
    _ request: NetlinkRequest, listeningTo group: String, _ told: (NetlinkMessage) -> Void
  ) throws(NetworkFailure) -> NetlinkAnswer {
    let access = "netlink.ask \(Self.text(request)), listening to \(group)"
    return try log.line(access, Self.text, of: Self.text) { () throws(NetworkFailure) in
      try base.ask(request, listeningTo: group) { message in
        log.line("netlink.received \(group): command \(message.command)")
        told(message)
      }
    }
  }

  func ethtool(_ interface: String, _ structure: [UInt8]) throws(NetworkFailure) -> [UInt8] {
    let command = structure.prefix(4).reversed().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    return try log.line("ioctl.ethtool \(interface) 0x\(command)", of: Self.text) { () throws(NetworkFailure) in
      try base.ethtool(interface, structure)
    }
  }

  func write(_ text: String, to path: String) throws(NetworkFailure) {
    try log.line("kernel.write \(path) \"\(text)\"", of: Self.text) { () throws(NetworkFailure) in
      try base.write(text, to: path)
    }
  }

  func configure(_ directory: String, _ on: Bool) throws(NetworkFailure) -> Bool {
    try log.line("kernel.configure \(directory) \(on)", of: { "new: \($0)" }) { () throws(NetworkFailure) in
      try base.configure(directory, on)
    }
  }

  var namespace: NetworkNamespace? {
    let namespace = base.namespace
    log.line("kernel.namespace: \(namespace.map(Self.text) ?? "unknown")")
    return namespace
  }

  static func text(_ namespace: NetworkNamespace) -> String {
    "\(namespace.identifier), /sys is \(namespace.ownsSysfs ? "its own" : "another one's"), "
      + "interfaces \(namespace.interfaces.joined(separator: " "))"
  }

  private static func text(_ answer: NetlinkAnswer) -> String {
    "\(answer.messages.count) messages" + (answer.warning.map { ", \($0)" } ?? "")
  }

  private static func text(_ failure: NetworkFailure) -> String {
    switch failure {
    case .noFamily(let name): "no family \(name)"
    case .refused(let refusal): refusal.explanation
    case .recorded: "a recorded machine"
    case .failed(let words): words
    }
  }

  private static func text(_ request: NetlinkRequest) -> String {
    let family = if case .generic(let name) = request.family { name } else { "route" }
    let attributes = request.attributes.map(text).joined(separator: " ")
    let told = attributes.count > longest ? attributes.prefix(longest) + "…" : attributes[...]
    return "\(family) \(request.command)\(request.isDump ? " dump" : "")" + (told.isEmpty ? "" : " " + told)
  }

  private static func text(_ attribute: NetlinkAttribute) -> String {
    switch attribute.value {
    case .bytes(let bytes): "\(attribute.type)=" + bytes.map { $0.hexadecimal(digits: 2) }.joined()
    case .nest(let members): "\(attribute.type){" + members.map(text).joined(separator: " ") + "}"
    }
  }
}

/// Verbs, with a line for each query.
struct LoggedVerbs: VerbsAccess {
  let base: any VerbsAccess
  let log: AccessLog

  func attributes(of devices: [String]) -> [String: Result<VerbsDevice, VerbsError>] {
    let outcome: ([String: Result<VerbsDevice, VerbsError>]) -> String = { answers in
      answers.map { "\($0.key) \((try? $0.value.get()) != nil ? "known" : "unknown")" }.joined(separator: ", ")
    }
    return log.line("verbs.attributes \(devices.joined(separator: " "))", outcome) {
      base.attributes(of: devices)
    }
  }
}

/// Other programs, with a line for each.
struct LoggedProcesses: ProcessAccess {
  let base: any ProcessAccess
  let log: AccessLog

  func find(_ program: String) -> String? {
    let place = base.find(program)
    log.line("process.find \(program): \(place ?? "not found")")
    return place
  }

  func run(_ program: String, _ arguments: [String], timeoutMilliseconds: Int) throws(ProcessError) -> FinishedProcess {
    let access = "process.run \(([program] + arguments).map(ShellWord.quoted).joined(separator: " "))"
    return try log.line(access, { "\($0.end)" }, of: { $0.explanation }) { () throws(ProcessError) in
      try base.run(program, arguments, timeoutMilliseconds: timeoutMilliseconds)
    }
  }

  func launch(
    _ program: String, _ arguments: [String], log path: String, directory: String
  ) throws(ProcessError) -> any LaunchedProcess {
    let access = "process.launch \(([program] + arguments).map(ShellWord.quoted).joined(separator: " "))"
    return try log.line(access, { "PID \($0.identifier)" }, of: { $0.explanation }) { () throws(ProcessError) in
      try base.launch(program, arguments, log: path, directory: directory)
    }
  }

  func send(_ signal: ProcessSignal, to process: Int32) throws(ProcessError) {
    try log.line("process.signal \(process) \(signal)", of: { $0.explanation }) { () throws(ProcessError) in
      try base.send(signal, to: process)
    }
  }

  func attend(
    _ program: String, _ arguments: [String], _ attendance: Attendance
  ) throws(ProcessError) -> any AttendedProcess {
    let access = "process.attend \(([program] + arguments).map(ShellWord.quoted).joined(separator: " "))"
    return try log.line(access, { "PID \($0.identifier)" }, of: { $0.explanation }) { () throws(ProcessError) in
      try base.attend(program, arguments, attendance)
    }
  }
}
