internal import HostAccess
internal import Presentation
internal import Snapshot
internal import Vocabulary

/// Records the machine while the reading commands run on it, and runs them again on the recording: those answers are in the
/// snapshot, so that every reader gets the same answers.
struct SnapshotTask {
  struct Options {
    var fabric = false
    var firmware = false
    var keepsNames = false
  }

  static let outOfTime = "out of time"

  let host: Host
  let output: Output
  let options: Options
  let limitMilliseconds: Int

  /// A part of the snapshot, and the command whose answer it is. `alsoAsText`: the text needs other questions than the JSON.
  private struct Call {
    let name: String
    let words: [String]
    var alsoAsText = false
  }

  private static let ofMachine = [
    Call(name: "status", words: ["status", "-v", "--gids", "--counters"]),
    Call(name: "status-short", words: ["status"], alsoAsText: true),
    Call(name: "counters", words: ["counters"]), Call(name: "gid", words: ["gid", "list"]),
    Call(name: "gid-default", words: ["gid", "default"]), Call(name: "guid2mac", words: ["guid2mac", "--check"]),
    Call(name: "roce", words: ["roce", "check"]), Call(name: "fw-list", words: ["fw", "list"]),
    Call(name: "offload", words: ["offload", "show"], alsoAsText: true), Call(name: "link", words: ["link", "show"]),
    Call(name: "sm-status", words: ["sm", "status"]),
  ]
  private static let ofFabric = [
    Call(name: "sm-list", words: ["sm", "list"]), Call(name: "fabric", words: ["fabric", "discover"]),
    Call(name: "fabric-links", words: ["fabric", "links"]),
    Call(name: "fabric-errors", words: ["fabric", "errors"], alsoAsText: true),
    Call(name: "fabric-check", words: ["fabric", "check"]),
  ]

  func take() throws -> SnapshotFile {
    let start = host.clock.milliseconds
    func timeLeft() -> Int { limitMilliseconds - (host.clock.milliseconds - start) }
    host.clock.holdInterruptions()
    let recorder = Recorder(host, sendsDatagrams: options.fabric, opensRegisters: options.firmware)
    var missing: [SnapshotContents.Missing] = []
    var answers: [(command: SnapshotContents.Command, bytes: [UInt8])] = []
    let calls = Self.ofMachine + (options.fabric ? Self.ofFabric : [])
    if !options.fabric { missing.append(.init(part: "the subnet", reason: "not asked for (--fabric)")) }
    var done: [Call] = []
    var printed: [[UInt8]] = []
    for call in calls {
      if host.clock.interrupted { throw Interrupted() }
      // The rest of the time is for the answers.
      guard timeLeft() > limitMilliseconds / 3 else {
        missing.append(.init(part: call.name, reason: Self.outOfTime))
        continue
      }
      for words in [call.words + ["--json"]] + (call.alsoAsText ? [call.words] : []) {
        let console = CapturingConsole()
        let words = limited(words, timeLeft() - limitMilliseconds / 3)
        _ = Self.run(words, on: recorder.host(console: console))
        printed.append(console.written)
      }
      done.append(call)
    }
    recorder.walk(until: { timeLeft() < limitMilliseconds / 4 })
    if options.firmware {
      answers += firmware(recorder, timeLeft)
    } else {
      missing.append(.init(part: "fw query", reason: "not asked for (--firmware)"))
    }
    var log = kernelLog(recorder)
    if log == nil {
      missing.append(.init(part: SnapshotFile.names.log, reason: "dmesg could not be run, or may not be read"))
    }
    let live = recorder.finished()
    var recording = live
    if !options.keepsNames {
      var redactor = Redactor(key: (0..<32).map { _ in UInt8.random(in: 0...255) })
      var text = log ?? []
      recording = redactor.redact(live, log: &text, others: answers.map(\.bytes), answers: printed)
      if log != nil { log = text }
      answers = answers.map { ($0.command, redactor.redacted(text: $0.bytes, words: true)) }
    }
    // The answers of the recording itself: what was replaced in it is replaced in them.
    let replayed = try host.replaying(recording)
    for call in done {
      if host.clock.interrupted { throw Interrupted() }
      guard timeLeft() > 0 else {
        missing.append(.init(part: "answers/\(call.name).json", reason: Self.outOfTime))
        continue
      }
      let (bytes, status) = Self.answer(of: call.words + ["--json"], on: replayed)
      answers.append(
        (.init(arguments: call.words + ["--json"], file: "answers/\(call.name).json", exit: status), bytes))
    }
    return SnapshotFile(
      recording: recording, answers: answers, log: log, time: host.clock.timestamp, version: Rdmactl.version,
      redacted: !options.keepsNames, missing: missing)
  }

  private func limited(_ words: [String], _ milliseconds: Int) -> [String] {
    words.first == "fabric" ? words + ["--timeout", "\(max(milliseconds, 1))ms", "--progress", "none"] : words
  }

  private static func run(_ words: [String], on host: Host) -> Int32 { Program(commit: "") { _ in host }.run(words) }

  /// What a command prints on a machine. The time of the clock and such are left as they are.
  static func answer(of words: [String], on host: Host) -> (bytes: [UInt8], status: Int32) {
    let console = CapturingConsole()
    var host = host
    host.console = console
    let status = run(words, on: host)
    return (console.written, status)
  }

  // MARK: Parts

  private func firmware(
    _ recorder: Recorder, _ timeLeft: () -> Int
  ) -> [(command: SnapshotContents.Command, bytes: [UInt8])] {
    let (list, _) = Self.answer(of: ["fw", "list", "-q"], on: recorder.host(console: CapturingConsole()))
    var answers: [(command: SnapshotContents.Command, bytes: [UInt8])] = []
    for name in String(decoding: list, as: UTF8.self).split(separator: "\n") where timeLeft() > 0 {
      let words = ["fw", "query", "-d", String(name), "--json"]
      // On the machine itself: the flash is not in the recording.
      let (bytes, status) = Self.answer(of: words, on: host)
      let file = "answers/fw-query-\(name.map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined()).json"
      answers.append((.init(arguments: words, file: file, exit: status), VendorData.removed(from: bytes)))
    }
    return answers
  }

  /// How the words begin by which a line of the log is about RDMA.
  private static let drivers = [
    "mlx", "infiniband", "ib_", "ipoib", "rdma", "bnxt", "irdma", "hfi1", "qib", "ocrdma", "qedr", "iw_", "siw", "rxe",
    "efa", "hns_roce", "nvmet", "srp", "AER", "pcieport", "umad", "uverbs",
  ]

  /// Lines of the kernel log about RDMA and its drivers.
  private func kernelLog(_ recorder: Recorder) -> [UInt8]? {
    guard let program = host.processes.find("dmesg"),
      let finished = try? host.processes.run(program, [], timeoutMilliseconds: 3_000), finished.end == .exited(0)
    else { return nil }
    let lines = String(decoding: finished.output, as: UTF8.self).split(separator: "\n").filter { line in
      line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.contains { word in
        Self.drivers.contains { word.hasPrefix($0) }
      }
    }
    return Array(lines.suffix(5_000).map { $0 + "\n" }.joined().utf8)
  }
}

/// The vendor specific data of an image: free bytes for the seller of the card.
enum VendorData {
  static func removed(from json: [UInt8]) -> [UInt8] {
    let text = String(decoding: json, as: UTF8.self)
    guard let start = text.firstRange(of: "\"vsd\":\"") else { return json }
    guard let end = text[start.upperBound...].firstIndex(of: "\"") else { return json }
    return Array((text[..<start.upperBound] + text[end...]).utf8)
  }
}
