import Change
import HostAccess
import TestSupport
import Testing

@testable import Commands

/// `rdmactl history` and `rdmactl undo`, of changes of several kinds and versions.
@Suite("history and undo") struct HistoryTests {
  private static let settings = """
    rdmactl offload journal 1
    entry 1 2026-11-20T06:52:00Z set
    boot boot-0
    command set eth0 mtu=1400
    interface 0 eth0 index=2 mac=52:54:00:12:34:56 pci=0000:00:04.0
    change 0 link mtu 1500 to 1400 for mtu
    begin
    2026-11-20T06:52:00Z got 0 link mtu 1400
    2026-11-20T06:52:00Z done

    """
  private static let cleared = """
    rdmactl change 1
    entry 2 2026-11-21T06:00:00Z counters clear
    user uid=0 name=root sudo=alice
    command fabric errors --clear
    scope machine=m1 boot=boot-1
    subject fabric
    irreversible "cleared counters cannot be restored"
    object 0 0002c90300aabbcc/1
    change 0 symbol_errors 12 to 0
    end
    2026-11-21T06:00:00Z begun
    2026-11-21T06:00:00Z got 0 symbol_errors 0
    2026-11-21T06:00:01Z done

    """

  private static let files: [String: FakeFiles.Entry] = [
    "/proc/sys/kernel/random/boot_id": .text("boot-1"), "/etc/machine-id": .text("m1"),
    "/var/lib/rdmactl/offload/0001.journal": .bytes(Array(settings.utf8)),
    "/var/lib/rdmactl/history/0002.change": .bytes(Array(cleared.utf8)),
    "/var/lib/rdmactl/guid-masks.journal": .text("2026-11-19T06:00:00Z f452140300112233 0xe7 was none  # mlx5_0/1"),
  ]

  private func run(_ words: String..., files: [String: FakeFiles.Entry] = files) -> Consequences {
    consequences(of: words, host: .fake(files: FakeFiles(files)))
  }

  @Test("Every kind stands in one list, newest first, those of older versions too") func list() {
    #expect(
      run("history")
        == Consequences(
          status: 0,
          output: """
            ID  TIME                 USER                  KIND      SUBJECT           STATE         COMMAND
             2  2026-11-21 06:00:00  root (alice by sudo)  counters  fabric            done          fabric errors --clear
             1  2026-11-20 06:52:00  -                     offload   eth0              lost at boot  offload set eth0 mtu=1400
             -  2026-11-19 06:00:00  -                     masks     f452140300112233  done          apply

            """, error: ""))
    #expect(run("history", "--kind", "counters").outputLines.count == 2)
    #expect(run("offload", "history").output.contains("offload set eth0 mtu=1400"))
    #expect(run("history", "--kind", "nonsense").status == 64)
    #expect(run("history", files: [:]).output == "nothing was changed\n")
  }

  @Test("One change step by step, and why it cannot be taken back") func detail() {
    let result = run("history", "2")
    #expect(
      result.status == 0 && result.output.contains("0002c90300aabbcc/1  symbol_errors  12      0"), "\(result.output)")
    #expect(result.output.contains("cannot be taken back: cleared counters cannot be restored"))
    #expect(run("history", "9").status == 3)
    #expect(run("offload", "history", "2").status == 3)
  }

  @Test("JSON has every field, unknown ones as null") func json() {
    let result = run("history", "--json")
    for text in [
      #""schema":"rdmactl.history/1""#, #""id":null"#, #""sudo_user":"alice""#, #""state":"done""#,
      #""undoable":false"#,
      #""hindrance":"cleared counters cannot be restored""#, #""lost_at_boot":true"#,
    ] {
      #expect(result.output.contains(text), "\(text) in \(result.output)")
    }
  }

  @Test("undo leaves what cannot be taken back, and names it") func undo() {
    let newest = run("undo", "--yes")
    #expect(newest.status == 0 && newest.output == "nothing to undo\n")
    #expect(newest.error == "note: change 2 is left alone: cleared counters cannot be restored\n")
    let named = run("undo", "2", "--yes")
    #expect(named.status == 7 && named.error.contains("cannot be taken back: cleared counters cannot be restored"))
    #expect(run("undo", "9").status == 3)
  }

  @Test("Masks that version 0.1 stored are taken back after all other changes, the newest first") func oldMasks() throws
  {
    let files = FakeFiles([
      "/proc/sys/kernel/random/boot_id": .text("boot-1"), "/etc/machine-id": .text("m1"),
      "/etc/rdmactl/guid-masks": .text("f452140300112233 0xfc  # mlx5_0/1\n# mine"),
      "/var/lib/rdmactl/guid-masks.journal": .text(
        """
        2026-11-19T06:00:00Z f452140300112233 0xe7 was none  # mlx5_0/1
        2026-11-19T07:00:00Z f452140300112233 0xfc was 0xe7  # mlx5_0/1
        """),
    ])
    for directory in ["/etc/rdmactl", "/var/lib/rdmactl"] { files.allowWriting(below: directory) }
    for name in ["history", "guid-masks"] { files.allowLocking("/run/rdmactl/\(name).lock") }
    func run(_ words: String...) -> Consequences { consequences(of: words, host: .fake(files: files)) }
    func stored() throws -> String {
      String(decoding: try files.read("/etc/rdmactl/guid-masks", limit: 4096), as: UTF8.self)
    }
    #expect(run("history", "--json").output.contains(#""undoable":true"#))
    let first = run("undo", "--yes")
    #expect(first.status == 0 && first.output.contains("undone: the entry of version 0.1"), "\(first)")
    #expect(try stored() == "f452140300112233 0xe7  # mlx5_0/1\n# mine\n")
    #expect(run("undo", "--yes").status == 0)
    #expect(try stored() == "# mine\n")
    #expect(run("undo", "--yes").output == "nothing to undo\n")
  }
}
