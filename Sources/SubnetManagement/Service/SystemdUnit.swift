internal import HostAccess
internal import Vocabulary

/// The distribution's unit for one port, `opensm@0x….service`, with a drop-in of ours that makes it run our configuration.
struct SystemdUnit {
  private static let directory = "/etc/systemd/system"
  private static let templates = [directory, "/usr/lib/systemd/system", "/lib/systemd/system"]
  private static let timeoutMilliseconds = 30_000

  private let host: Host

  /// - Returns: `nil` where systemd does not run. Source: sd_booted(3).
  init?(_ host: Host) {
    guard host.files.directoryExists("/run/systemd/system") else { return nil }
    self.host = host
  }

  func name(of guid: GUID) -> String { "opensm@0x\(guid).service" }

  /// Where the distribution's own unit logs, and its logrotate looks.
  func log(of guid: GUID) -> String { "/var/log/opensm.0x\(guid).log" }

  /// Writes the drop-in (or the whole unit, where the distribution has no template) and makes systemd read it.
  func install(for guid: GUID, program: String, configuration: String) throws(OpenSMFailure) {
    let hasTemplate = Self.templates.contains { (try? host.files.read("\($0)/opensm@.service", limit: 1 << 16)) != nil }
    let unit = "\(Self.directory)/\(name(of: guid))"
    let command = "ExecStart=\(program) -F \(Self.word(configuration))\n"
    let heading = "# Written by rdmactl sm start.\n"
    do {
      if hasTemplate {
        let text = heading + "[Service]\nExecStart=\n" + command
        try host.store.replace("\(unit).d/rdmactl.conf", with: Array(text.utf8))
      } else {
        let text =
          heading + "[Unit]\nDescription=OpenSM InfiniBand subnet manager on 0x\(guid)\n"
          + "Documentation=man:opensm(8)\n\n[Service]\nType=simple\n" + command
        try host.store.replace(unit, with: Array(text.utf8))
      }
    } catch { throw .unwritable(error) }
    try systemctl(["daemon-reload"])
  }

  func start(_ name: String) throws(OpenSMFailure) { try systemctl(["start", name]) }
  func stop(_ name: String) throws(OpenSMFailure) { try systemctl(["stop", name]) }

  /// Whether the unit's process has ended; what it said last is in the journal.
  func hasEnded(_ name: String) -> Bool {
    let answer = try? host.processes.run(
      "systemctl", ["is-active", name], timeoutMilliseconds: Self.timeoutMilliseconds)
    guard let answer else { return false }
    let state = String(decoding: answer.output, as: UTF8.self).prefix { $0 != "\n" }
    return state == "inactive" || state == "failed"
  }

  /// The unit's last lines in the journal.
  func lastWords(_ name: String) -> [UInt8] {
    let answer = try? host.processes.run(
      "journalctl", ["--unit", name, "--lines", "20", "--output", "cat", "--no-pager"],
      timeoutMilliseconds: Self.timeoutMilliseconds)
    return answer?.output ?? []
  }

  private func systemctl(_ arguments: [String]) throws(OpenSMFailure) {
    let answer: FinishedProcess
    do {
      answer = try host.processes.run("systemctl", arguments, timeoutMilliseconds: Self.timeoutMilliseconds)
    } catch { throw .process("systemctl", error) }
    guard answer.end == .exited(0) else {
      let words = lines(of: answer.error).first ?? "it said nothing"
      throw .process("systemctl \(arguments.joined(separator: " "))", .failed("failed: \(words)"))
    }
  }

  /// A word of a unit's command line: `%` begins a specifier, `$` a variable. Source: systemd.service(5), systemd.unit(5).
  private static func word(_ text: String) -> String {
    let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("%", with: "%%")
      .replacing("$", with: "$$")
    return "\"\(escaped)\""
  }
}

/// The lines that say something, without what a terminal would act on.
func lines(of bytes: [UInt8]) -> [String] {
  bytes.split { $0 == 0x0a || $0 == 0x0d }.map { OpenSMLogReader.clean(Array($0)).replacing("\t", with: " ") }.filter {
    $0.contains { $0.isLetter || $0.isNumber }
  }
}
