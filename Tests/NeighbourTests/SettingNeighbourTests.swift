internal import Foundation
internal import TestSupport
internal import Testing

/// Settings between name spaces, and trials whose files go away under them.
@Suite(
  "Settings, name spaces and trials",
  .enabled(if: Neighbour.noNamespaces == nil, "\(Neighbour.noNamespaces ?? "")"))
struct SettingNeighbourTests {
  private let scratch: Scratch
  private let here: NetworkSpace
  private let state: String
  private let run: String

  init() throws {
    scratch = try Scratch("settings")
    here = try NetworkSpace()
    (state, run) = (scratch("state"), scratch("run"))
  }

  private func rdmactl(_ words: String, foreignSysfs: Bool = false, in space: NetworkSpace? = nil) throws
    -> Consequences
  {
    let space = space ?? here
    let environment = ["env", "RDMACTL_STATE_DIR=\(state)", "RDMACTL_RUN_DIR=\(run)"]
    let command = environment + [Spawned.rdmactl] + words.split(separator: " ").map(String.init)
    let entered = foreignSysfs ? space.commandWithForeignSysfs(command) : space.command(command)
    return try Spawned.run(entered[0], Array(entered.dropFirst()), timeout: 60)
  }

  private func value(_ file: String, in space: NetworkSpace? = nil) throws -> String {
    let command = (space ?? here).command(["cat", "/sys/class/net/lo/\(file)"])
    return try Spawned.run(command[0], Array(command.dropFirst())).output
  }

  private func waitForMTU(_ wanted: String) throws {
    let end = Date() + 40
    while try value("mtu") != wanted, Date() < end { Thread.sleep(forTimeInterval: 0.2) }
    #expect(try value("mtu") == wanted)
  }

  @Test("A change of one name space is never undone in another") func otherNamespace() throws {
    let there = try NetworkSpace()
    #expect(try rdmactl("offload set lo mtu=60000 --yes").status == 0)
    for words in ["offload undo --yes", "undo --yes", "offload undo --all --yes"] {
      let result = try rdmactl(words, in: there)
      #expect(result.status == 0 && result.output == "nothing to undo\n", "\(words): \(result.output)")
      #expect(result.error.contains("change 1 is left alone: it was made in the network name space"), "\(result.error)")
    }
    for words in ["offload undo 1 --yes", "undo 1 --yes"] {
      let result = try rdmactl(words, in: there)
      #expect(result.status == 7 && result.error.contains("it was made in the network name space"), "\(result.error)")
    }
    #expect(try value("mtu") == "60000\n" && value("mtu", in: there) == "65536\n")
    #expect(try rdmactl("undo --yes").status == 0)
    #expect(try value("mtu") == "65536\n")
  }

  @Test("A setting that is a file is not written through another name space's /sys") func foreignSysfs() throws {
    let before = try Spawned.run("cat", ["/sys/class/net/lo/gro_flush_timeout"]).output
    let result = try rdmactl("offload set lo gro-flush-timeout=12345 --yes", foreignSysfs: true)
    #expect(result.status == 7, "\(result.output)\(result.error)")
    #expect(result.error.contains("/sys shows the interfaces of another network name space"))
    #expect(try Spawned.run("cat", ["/sys/class/net/lo/gro_flush_timeout"]).output == before)
    #expect(try value("gro_flush_timeout") == "0\n")
    // What goes by netlink is set where the sockets are.
    #expect(try rdmactl("offload set lo mtu=60000 --yes", foreignSysfs: true).status == 0)
    #expect(try value("mtu") == "60000\n")
    #expect(try rdmactl("undo --yes", foreignSysfs: true).status == 0)
    #expect(try value("mtu") == "65536\n")
    // With its own /sys the file is the right one.
    #expect(try rdmactl("offload set lo gro-flush-timeout=12345 --yes").status == 0)
    #expect(try value("gro_flush_timeout") == "12345\n")
  }

  @Test("A trial goes back although its journal or its lock has gone", arguments: ["history", "state", "run"])
  func vanished(_ what: String) throws {
    #expect(try rdmactl("offload try lo mtu=50000 --revert-after 2 --yes").status == 0)
    let path = what == "history" ? "\(state)/history" : what == "state" ? state : run
    try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
    // A file in its place: nothing can be made there.
    try Data().write(to: URL(fileURLWithPath: path))
    #expect(try value("mtu") == "50000\n")
    try waitForMTU("65536\n")
  }

  @Test("A lock that somebody holds for ever does not keep a trial from going back") func heldLock() throws {
    #expect(try rdmactl("offload try lo mtu=50000 --revert-after 2 --yes").status == 0)
    let holding = Neighbour.holding("\(run)/offload.lock")
    let holder = try Spawned(holding[0], Array(holding.dropFirst()))
    try holder.wait(timeout: 10, until: "holding the lock") { holder.output == "held\n" }
    try waitForMTU("65536\n")
  }

  @Test("A trial whose guard was killed is named by the next call of any kind") func killedGuard() throws {
    #expect(try rdmactl("offload try lo mtu=50000 --revert-after 600 --yes").status == 0)
    #expect(try !rdmactl("status").error.contains("trial"))
    let mark = try String(contentsOfFile: "\(run)/trials/1", encoding: .utf8)
    let process = try #require(mark.split(separator: " ").first.flatMap { Int32($0) })
    // It lives from memory: the disk of the program may go, too.
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    #expect(!status.contains("VmLck:\t       0 kB"), "\(status)")
    #expect(kill(process, SIGKILL) == 0)
    Thread.sleep(forTimeInterval: 0.3)
    for words in ["status", "explain tso", "offload show lo"] {
      let result = try rdmactl(words)
      #expect(result.error.contains("trial 1") && result.error.contains("next: rdmactl undo 1\n"), "\(result.error)")
    }
    #expect(try rdmactl("undo 1 --yes").status == 0)
    #expect(try value("mtu") == "65536\n")
    #expect(try !rdmactl("status").error.contains("trial"))
  }
}
