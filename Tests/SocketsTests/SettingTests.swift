import Change
import Foundation
import HostAccess
import HostLinux
import TestSupport
import Testing
import Vocabulary

@testable import Sockets

/// A machine whose rsockets are set, and the process may be killed before any write.
private final class SettingWorld: ChangeWorld {
  let life = Life()
  let files = FakeFiles()
  let machine = FakeFiles([
    "/proc/sys/kernel/random/boot_id": .text("boot-1"), "/etc/machine-id": .text("machine-1"),
    "/proc/self/ns/net": .link("net:[1]"),
  ])
  let clock = FakeClock()

  init(_ contents: [String: String] = [:]) {
    for directory in ["/etc/rdma/rsocket", "/var/lib/rdmactl", "/run/rdmactl"] { files.allowWriting(below: directory) }
    for name in ["history", "sockets"] { files.allowLocking("/run/rdmactl/\(name).lock") }
    for (path, text) in contents { files.set(path, .bytes(Array(text.utf8))) }
  }

  var host: HostAccess.Host {
    HostAccess.Host(
      files: machine, store: MortalFiles(files, life), management: AbsentManagement(), verbs: AbsentVerbs(),
      pci: FakePCI(), unpacking: FakeUnpacking(), processes: FakeProcesses(), network: FakeNetwork(), clock: clock,
      console: FakeConsole(), places: Places())
  }

  private var paths: [String] { SocketSetting.all.map(\.path) + [ProgramList.path] }
  var state: [String] {
    paths.map { path in (try? files.read(path, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) } ?? "no file"
    }
  }

  func randomWriter(_ numbers: inout SeededNumbers) -> SocketWriter {
    let chosen = (0..<3).map { _ in SocketSetting.all[Int.random(in: 0..<8, using: &numbers)] }
    let wish = Set(chosen.map(\.path)).sorted().map { path -> (path: String, content: String?) in
      (path, Bool.random(using: &numbers) ? "\(Int.random(in: 16...65534, using: &numbers))\n" : nil)
    }
    return SocketWriter(host, wish: wish)
  }
}

@Suite struct SettingTests {
  @Test(arguments: 1...8) func killedAnywhereEverythingIsUndone(seed: Int) throws {
    let before = seed % 2 == 0 ? [SocketSetting.all[0].path: "384\n"] : [:]
    #expect(try ChangeRehearsal.complaints(seed: seed, most: 6) { SettingWorld(before) } == [])
  }

  @Test func theNamesOfWinsockDirect() {
    #expect(SocketSetting.named("SendBuffers")?.key == "sqsize")
    #expect(SocketSetting.named("ReceiveBuffers")?.key == "rqsize")
    #expect(SocketSetting.named("RDMA_SQSIZE")?.key == "sqsize")
    #expect(SocketSetting.named("mem_default")?.key == "mem")
    #expect(SocketSetting.named("polling_time")?.key == "polling-time")
    #expect(SocketSetting.named("sq") == nil)
    let words = SocketSetting.all.flatMap { [$0.key, $0.file] + $0.spellings }
    #expect(Set(words.map { $0.lowercased() }).count >= words.count - 2)
  }

  /// Entries go in and out; comments and lines that the library does not read stay.
  @Test func theListOfPrograms() throws {
    let mine = "# mine\niperf * STREAM TCP\nhalf a line\n"
    let world = SettingWorld([ProgramList.path: mine])
    let list = ProgramList(world.host)
    #expect(try list.read().map { $0.program } == ["iperf"])
    let nginx = ProgramList.Entry(program: "nginx", domain: "INET", type: "STREAM", protocolName: "TCP")
    #expect(try list.text(adding: [nginx], removing: ["iperf"]) == "# mine\nhalf a line\nnginx INET STREAM TCP\n")
    #expect(try list.text(adding: [], removing: ["nginx"]) == mine)
    #expect(try ProgramList(SettingWorld().host).text(adding: [], removing: ["iperf"]) == nil)
  }
}

/// Programs and libraries of this machine, with binutils as the judge.
@Suite struct ELFTests {
  private func file(_ path: String) throws -> ELFFile {
    try #require(ELFFile(Array(try Data(contentsOf: URL(fileURLWithPath: path)))))
  }

  @Test(arguments: ["libibverbs.so.1", "libmnl.so.0", "libc.so.6"]) func exportsAreThoseOfNm(_ name: String) throws {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []
    let path = try #require(
      folders.map { "/usr/lib/\($0)/\(name)" }.first { FileManager.default.fileExists(atPath: $0) })
    let judged = try LinuxProcesses(path: "/usr/bin:/bin").run(
      "nm", ["-D", "--defined-only", "--without-symbol-versions", path], timeoutMilliseconds: 20_000)
    #expect(judged.end == .exited(0))
    let names = String(decoding: judged.output, as: UTF8.self).split(separator: "\n")
      // Absolute ones are the names of versions.
      .filter { $0.dropFirst(17).first != "A" }.compactMap { $0.split(separator: " ").last.map { String($0) } }
    let ours = try file(path).exports
    #expect(names.count > 20 && Set(names).subtracting(ours).isEmpty)
    #expect(ours.subtracting(names).allSatisfy { $0.hasPrefix("IBVERBS") || $0.hasPrefix("GLIBC") || $0.contains("_") })
  }

  @Test func staticAndDynamicPrograms() throws {
    #expect(try file("/bin/sh").isDynamic)
    let busybox = "/bin/busybox"
    if FileManager.default.fileExists(atPath: busybox) { #expect(try !file(busybox).isDynamic) }
  }

  /// Whatever the bytes are, they end in a value.
  @Test func damagedFiles() throws {
    let whole = Array(try Data(contentsOf: URL(fileURLWithPath: "/bin/sh")))
    for length in [0, 3, 51, 52, 64, 100, 1000] { _ = ELFFile(Array(whole.prefix(length)))?.exports }
    var numbers = SeededNumbers(7)
    for _ in 0..<2000 {
      var bytes = Array(whole.prefix(4096))
      for _ in 0..<8 { bytes[Int.random(in: 4..<64, using: &numbers)] = UInt8.random(in: 0...255, using: &numbers) }
      let file = ELFFile(bytes)
      _ = file?.isDynamic
      _ = file?.exports
    }
  }
}
