import Foundation
import TestSupport
import Testing

@testable import Commands

/// `sm enable` and `sm disable --boot` below `--root`, with the system's own systemctl as the judge where it is installed.
@Suite struct BootStartTests {
  private let machine: RecordedMachine
  private let environment: [String: String]
  private let scratch: Scratch

  /// The parts of Debian's unit that count: opensm 3.3.23, opensm.service.
  private static let unit = """
    [Unit]
    Description=Starts the OpenSM InfiniBand fabric Subnet Managers
    [Service]
    Type=oneshot
    EnvironmentFile=/etc/default/opensm
    ExecStart=/bin/true
    [Install]
    WantedBy=network-online.target

    """

  init() throws {
    machine = try RecordedMachine("cx6-vpi")
    scratch = try Scratch("boot")
    environment = ["RDMACTL_STATE_DIR": scratch("lib"), "RDMACTL_RUN_DIR": scratch("run")]
    try write("usr/lib/systemd/system/opensm.service", Self.unit)
    try write("etc/default/opensm", "# where\nPORTS=NONE\n")
  }

  private func write(_ path: String, _ text: String) throws {
    let file = URL(filePath: "\(machine.root)/\(path)")
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
  }

  private func run(_ words: String...) -> Consequences {
    consequences(of: ["--root", machine.root] + words, environment: environment)
  }

  private var defaults: String? { try? String(contentsOfFile: machine.root + "/etc/default/opensm", encoding: .utf8) }
  private var link: String? {
    try? FileManager.default.destinationOfSymbolicLink(
      atPath: machine.root + "/etc/systemd/system/network-online.target.wants/opensm.service")
  }

  /// What systemd itself says; `nil` where it is not installed.
  private var isEnabled: String? {
    guard Spawned.find("systemctl") != nil else { return nil }
    let answer = try? Spawned.run("systemctl", ["--root=\(machine.root)", "is-enabled", "opensm.service"])
    return answer?.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func judge(_ word: String) { if let isEnabled { #expect(isEnabled == word) } }

  @Test func opensmStartsAtBootAndNoLongerAndEverythingComesBack() throws {
    judge("disabled")
    let dry = run("sm", "enable", "--dry-run")
    #expect(dry.status == 0 && link == nil && defaults == "# where\nPORTS=NONE\n", "\(dry.error)")

    let set = run("sm", "enable", "--yes")
    #expect(set.status == 0, "\(set.error)")
    #expect(defaults == "# where\nPORTS=\"0xb83fd20300a1c6e0\"\n" && link == "/usr/lib/systemd/system/opensm.service")
    judge("enabled")
    #expect(run("sm", "enable", "--yes").output == "already set, nothing to do\n")
    #expect(run("sm", "status").output.contains("at boot  opensm on b83fd20300a1c6e0"))

    #expect(run("sm", "disable", "--boot", "--yes").status == 0)
    #expect(link == nil)
    judge("disabled")
    #expect(run("sm", "status").output.contains("nothing: opensm.service is not enabled"))

    #expect(run("undo", "--yes").status == 0)
    judge("enabled")
    #expect(run("undo", "--yes").status == 0)
    judge("disabled")
    #expect(defaults == "# where\nPORTS=NONE\n" && link == nil)
  }

  /// ALL becomes the ports that are left.
  @Test func onePortIsTakenOutOfAll() throws {
    try write("etc/default/opensm", "PORTS=ALL\n")
    #expect(run("sm", "disable", "--boot", "ibp59s0f0/1", "--yes").status == 0)
    #expect(defaults == "PORTS=\"NONE\"\n")
  }

  @Test func aSystemWithoutTheUnitIsNotSilentlyDone() throws {
    try FileManager.default.removeItem(atPath: machine.root + "/usr/lib/systemd/system/opensm.service")
    #expect(run("sm", "enable", "--yes").status == 6)
    #expect(run("sm", "disable").status == 64)
  }
}
