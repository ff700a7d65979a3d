internal import FabricLab
internal import Foundation
internal import SubnetManagement
internal import TestSupport
internal import Testing
internal import Vocabulary

/// What we find in a partitions.conf against what opensm finds, on a simulated fabric.
@Suite(
  "partitions.conf, opensm as the judge", .serialized,
  .enabled(if: SimulatedFabric.missing == nil, "not installed: \(SimulatedFabric.missing ?? "")"))
struct PartitionsJudgeTests {
  /// What one of the two says, as lines of text that can be compared.
  struct Findings: Equatable {
    var refusal: String?
    /// Lines with a flag that nobody knows.
    var flags: Set<Int> = []
    /// Lines with a membership that is none.
    var memberships: Set<Int> = []

    /// Which of the mistakes of a line that is refused are told of before is no matter.
    var comparable: Findings {
      let line = refusal?.split(separator: " ").dropFirst().first.flatMap { Int($0.dropLast()) } ?? 0
      return Findings(
        refusal: refusal, flags: flags.subtracting([line]), memberships: memberships.subtracting([line]))
    }
  }

  private func verdict(_ text: [UInt8], on fabric: SimulatedFabric) throws -> Findings {
    let scratch = try Scratch("partitions")
    try Data(text).write(to: URL(fileURLWithPath: scratch("partitions.conf")))
    let verbose = "0x07"
    let run = try fabric.run(
      on: "host0", "opensm", ["-o", "-P", scratch("partitions.conf"), "-f", scratch("log"), "-D", verbose])
    try #require(run.status == 0, "\(run.error)")
    var found = Findings()
    for entry in OpenSMLog.entries(try Data(contentsOf: URL(fileURLWithPath: scratch("log")))) {
      let line = entry.text.split(separator: "line ").dropFirst().first.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
      if entry.text.hasPrefix("PARSE ERROR: line") {
        found.refusal = String(entry.text.dropFirst("PARSE ERROR: ".count))
      }
      if entry.text.contains("unrecognized partition flag") || entry.text.contains("unrecognized mgroup flag") {
        found.flags.insert(line)
      }
      if entry.text.contains("unrecognized port flag") { found.memberships.insert(line) }
      if entry.text.hasPrefix("Partition configuration in error"), found.refusal == nil { found.refusal = "nothing" }
    }
    return found
  }

  private func ours(_ text: [UInt8]) -> Findings {
    let partitions = PartitionsConfiguration(text, file: "p")
    var found = Findings()
    found.refusal = partitions.refusal.map { refusal in
      switch refusal.reason {
      case .noDefinition: "line \(refusal.line): no partition definition found"
      case .badDefinition: "line \(refusal.line): bad partition definition"
      case .badPortGUID, .missingSemicolon: "line \(refusal.line): bad PortGUID"
      case .empty: "nothing"
      }
    }
    for problem in OpenSMLint.problems(of: partitions) {
      let line = problem.subject.split(separator: ":").last.flatMap { Int($0) } ?? 0
      if problem.id == "sm.lint.unknown_flag" { found.flags.insert(line) }
      if problem.id == "sm.lint.bad_membership" { found.memberships.insert(line) }
    }
    return found
  }

  private static let samples = [
    "Default=0x7fff,ipoib:ALL=full;\n", "# nothing\n\n", "Default=0x7fff\n:ALL;", "Default=0x7fff:ALL=full",
    "Default=0x7fff:ALL,\nSELF=full,\n\n  ALL_SWITCHES=full;A=1:ALL;", "X=zz:ALL;", "0x5:ALL;", "5 : A=f, SE=fu;",
    "X=0x7fff , sonst, rate=3:ALL;\n", "X=0x2:0x100001=half;", "X=0x2:0x0;", "X=0x2:hello;Y=0x3:ALL;",
    "X=0x2:;\n", "X:ALL;Y:ALL;", "X=0x10005:ALL;", "=0x6:ALL;", ",ipoib:ALL;", ":ALL;", "X=0x2:ALL=;\n;",
    "X=0x2:mgid=ff12:401b::16,rate=3,odd=2\nALL;", "X=0x2:mgid=12::1;\nY=0x3:ALL;", "X=0x2,:ALL,,SELF;\n",
    "X=0x2:ALL # a comment; more\n,SELF;\n", "X=0x2:ALL\u{b};", "X=0x2 junk:ALL;", "X=0x2=3:ALL;", "X=0x2:0x5 0x6;",
    "X = 010 : 8, 0x08, 08;", "A=1:NO,NONE;",
  ]

  /// A fabric for all of them: a new one for each costs more than opensm.
  @Test func likeOpenSM() throws {
    let fabric = try SimulatedFabric(.star(hosts: 2))
    for text in Self.samples {
      let (theirs, mine) = (try verdict(Array(text.utf8), on: fabric), ours(Array(text.utf8)))
      #expect(theirs.comparable == mine.comparable, "\(text)")
    }
  }

  @Test(arguments: [UInt64(1), 2, 3, 4]) func randomFiles(seed: UInt64) throws {
    let fabric = try SimulatedFabric(.star(hosts: 3))
    var chance = SeededGenerator(seed: seed)
    for round in 0..<12 {
      let text = RandomPartitions.file(&chance)
      if !PartitionsConfiguration(text, file: "p").loneSemicolons.isEmpty { continue }
      let (theirs, mine) = (try verdict(Array(text.utf8), on: fabric), ours(Array(text.utf8)))
      #expect(theirs.comparable == mine.comparable, "seed \(seed), round \(round):\n\(text)")
    }
  }
}

/// Files like those that people write, with a mistake now and then.
enum RandomPartitions {
  static func file(_ chance: inout SeededGenerator) -> String {
    (0..<Int.random(in: 1...5, using: &chance)).map { _ in definition(&chance) }.joined()
  }

  private static func definition(_ chance: inout SeededGenerator) -> String {
    func one(_ words: [String]) -> String { words.randomElement(using: &chance) ?? "" }
    func space() -> String { one(["", "", " ", "\t"]) }
    func rarely(_ rate: Double, _ odd: [String], _ usual: [String]) -> String {
      one(chance.happens(rate) ? odd : usual)
    }
    var text = one(["Default", "Storage", "p1", "", "x y"]) + space()
    text += rarely(0.05, ["=zz", "=0x", "=7 8"], ["=0x7fff", "=0x20", "=33", "", " = 0x8003"])
    for _ in 0..<Int.random(in: 0...3, using: &chance) {
      text += "," + space()
      text += rarely(
        0.15, ["speed=3", "IPOIB", "indx"], ["ipoib", "rate=7", "mtu=5", "indx0", "defmember=full", "sl=0"])
    }
    text += rarely(0.03, ["", "\n:"], [":", " : ", ":\n"])
    for number in 0..<Int.random(in: 0...4, using: &chance) {
      text += (number > 0 ? one([",", ", ", ",\n  "]) : "") + space()
      text += rarely(
        0.04, ["host1", "0", "0x12 0x13", "all"], ["ALL", "ALL_CAS", "SELF", "0x100001", "0x2c90300123457", "NONE"])
      text += rarely(0.1, ["=half", "=Full"], ["", "=full", "=limited", "=both", "=lim"])
    }
    return text + rarely(0.03, ["\n"], [";\n", " ;", "; # done\n"])
  }
}

@Suite("partitions.conf") struct PartitionsTests {
  private func ids(_ text: String) -> [String] {
    OpenSMLint.problems(of: PartitionsConfiguration(text, file: "p")).map { "\($0.id.dropFirst(8))@\($0.subject)" }
  }

  @Test func asReleased() {
    let text = """
      # what the manual page gives as an example
      Default=0x7fff,ipoib:ALL=full;
      Storage=0x20 , defmember=full, indx0 : 0x2c90300123456, 0x2c90300123457=limited,
         0x2c90300123458=both ;
      """
    let partitions = PartitionsConfiguration(text, file: "p")
    #expect(partitions.refusal == nil)
    #expect(partitions.definitions.map(\.partition) == [0x7fff, 0x20])
    #expect(partitions.definitions.last?.members.map(\.membership) == [.full, .limited, .both])
    #expect(partitions.definitions.last?.members.map(\.line) == [3, 3, 4])
    #expect(partitions.definitions.last?.members.first?.who == .port(GUID(0x2_c903_0012_3456)))
    #expect(ids(text) == [])
  }

  @Test(arguments: [
    ("Default=0x7fff:ALL=full;A=0x0:ALL;", ["bad_pkey@p:1"]),
    ("Default=0x7fff:ALL=full;\nA=0x18000:ALL;", ["bad_pkey@p:2"]),
    ("Default=0x7fff:ALL=full;\nA=5,rate=1:ALL;", ["bad_flag_value@p:2"]),
    ("Default=0x7fff:ALL=full;\nA=5,rate=23:ALL;", ["new_rate@p:2"]),
    ("Default=0x7fff:ALL=full;\nA=5,rate=25:ALL;", ["bad_flag_value@p:2"]),
    ("Default=0x7fff:ALL=full;\nA=5,mtu=2048:ALL;", ["bad_flag_value@p:2"]),
    ("Default=0x7fff:ALL=full;\nA=5,sl=16:ALL;", ["bad_flag_value@p:2"]),
    ("Default=0x7fff:ALL=full;\nA=5,defmember:ALL;", ["bad_flag_value@p:2"]),
    ("Default=0x7fff:ALL=full;\nA=5,ipoip:ALL;", ["unknown_flag@p:2"]),
    ("Default=0x7fff:ALL=full;\nA=5:ALL=ful;", ["shortened_word@p:2"]),
    ("Default=0x7fff:ALL=full;\nA=5:ALL=read;", ["bad_membership@p:2"]),
    ("Default=0x7fff:ALL=full;\nA=5:0xffffffffffffffff;", ["bad_guid@p:2"]),
    ("Default=0x7fff:ALL=full;\nA=5:ALL", ["no_terminator@p:2"]),
    ("Default=0x7fff:ALL=full;\nA=5:;", ["empty_partition@p:2"]),
    ("Default=0x7fff:ALL=full;\nA=5:SELF;\nB=5:ALL;", ["duplicate_partition@p:3"]),
    ("Default=0x7fff:ALL=full;\nA=5:SELF,\nSELF=full;", ["duplicate_member@p:3"]),
    ("Default=0x7fff:ALL=full;\nA=5:mgid=1::2\nALL;", ["bad_multicast_group@p:2"]),
    ("A=5:ALL;", ["no_default_partition@p"]),
    ("Default=0x7fff:ALL;", ["manager_not_full_member@p:1", "limited_default@p:1"]),
    ("Default=0x7fff:ALL,SELF=full;", ["limited_default@p:1"]),
    ("Default=0x7fff:ALL=full;\nA=5 ALL;", ["partitions_refused@p:2"]),
    ("Default=0x7fff:ALL=full\n;", ["lone_semicolon@p:2"]),
    ("", ["partitions_refused@p:1"]),
  ]) func findings(text: String, expected: [String]) { #expect(ids(text) == expected) }
}
