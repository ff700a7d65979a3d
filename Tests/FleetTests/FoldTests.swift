import Testing

@testable import Fleet

@Suite struct FoldTests {
  private func fold(_ lines: some Sequence<[UInt8]>) -> Fold {
    var reader = FleetReader()
    for line in lines { reader.take(line: line) }
    reader.finish()
    return reader.fold()
  }

  private func text(_ lines: String...) -> [[UInt8]] { lines.map { Array($0.utf8) } }

  @Test func sevenOddHostsOfSixtyFourAreNamedAndNoOther() {
    let fold = fold(GeneratedFleet.withSevenOdd.lines())
    #expect(fold.truth == GeneratedFleet.truth)
    #expect(fold.groups.last?.nodes == "gpu[00-08,10-16,18-22,24-30,32-39,41-51,53-59,61-63]")
    #expect(fold.hostCount == 64)
    #expect(fold.isOdd && !fold.isIncomplete)
  }

  @Test func theOrderOfTheInputDoesNotMatter() {
    let lines =
      GeneratedFleet.withSevenOdd.lines() + text("gpu70: ssh: no route", "clush: gpu70: exited with exit code 255")
    let expected = "\(fold(lines).groups)"
    for _ in 0..<8 { #expect("\(fold(lines.shuffled()).groups)" == expected) }
  }

  @Test func clubakAddsASpace() {
    let lines = GeneratedFleet.withSevenOdd.answers().map { Array("\($0.host):  \($0.json)".utf8) }
    #expect(fold(lines).truth == GeneratedFleet.truth)
  }

  /// Indented answers of several hosts, line by line in turn, as clush prints what comes in at the same time.
  @Test func interleavedLinesOfIndentedAnswers() {
    let answers = GeneratedFleet.withSevenOdd.answers().map { host, json in
      json.replacing("{", with: "{\n").replacing("}", with: "\n}").split(separator: "\n").map { "\(host): \($0)" }
    }
    let longest = answers.map(\.count).max() ?? 0
    let lines = (0..<longest).flatMap { row in answers.compactMap { row < $0.count ? Array($0[row].utf8) : nil } }
    #expect(fold(lines).truth == GeneratedFleet.truth)
  }

  @Test func answersThatNameTheirHost() {
    let fleet = GeneratedFleet.withSevenOdd
    #expect(fold(fleet.answers().map { Array($0.json.utf8) }).truth == GeneratedFleet.truth)
    var reader = FleetReader()
    for (host, json) in fleet.answers() { reader.take(line: Array(json.utf8), of: host) }
    reader.finish()
    #expect(reader.fold().truth == GeneratedFleet.truth)
  }

  @Test func whoDidNotAnswerComesFirst() throws {
    var lines = GeneratedFleet.withSevenOdd.lines()
    lines[5] = Array(lines[5].prefix(300))
    lines[7] = Array("gpu07: bash: rdmactl: command not found".utf8)
    lines += text(
      "clush: gpu[70-71] (2): exited with exit code 255",
      #"gpu72: {"error":{"fix":[],"id":"management.not_permitted","message":"x","subject":null},"schema":"rdmactl.error/1"}"#
    )
    let fold = fold(lines)
    #expect(fold.isIncomplete)
    let silent = fold.groups.prefix { $0.kind == .noAnswer }
    #expect(
      silent.map { "\($0.nodes): \($0.reason ?? "")" } == [
        "gpu05: truncated answer", "gpu07: no answer: bash: rdmactl: command not found",
        "gpu72: no answer: management.not_permitted", "gpu[70-71]: no answer: exited with exit code 255",
      ])
    #expect(fold.truth == GeneratedFleet.truth)
  }

  /// Cut at every length, an answer is a group and never a crash.
  @Test func anAnswerMayEndAnywhere() {
    let line = GeneratedFleet(hosts: [("gpu00", [.noLink(0)])], cards: 1).lines()[0]
    for length in 0..<line.count {
      let groups = fold([Array(line.prefix(length))] + text("gpu01: x")).groups
      #expect(groups.allSatisfy { $0.kind == .noAnswer })
    }
  }

  @Test func twoKindsOfHostsAreBothUsual() {
    let one = GeneratedFleet(hosts: (0..<8).map { ("gpu\($0)", []) })
    let other = GeneratedFleet(hosts: (0..<8).map { ("io\($0)", []) }, model: "ConnectX-6", cards: 1)
    let fold = fold(one.lines() + other.lines())
    #expect(!fold.isOdd)
    #expect(
      fold.groups.map { "\($0.nodes) \($0.configuration ?? "")" } == [
        "io[0-7] 1 × ConnectX-6", "gpu[0-7] 8 × ConnectX-7",
      ])
    // One of a kind is odd by itself.
    let alone = GeneratedFleet(hosts: [("login", [])], model: "ConnectX-5", cards: 1)
    let odd = self.fold(one.lines() + alone.lines()).groups[0]
    #expect(odd.kind == .odd && odd.nodes == "login" && odd.configuration == "1 × ConnectX-5")
  }

  @Test func severalHostsWithoutACardAreOdd() {
    let fleet = GeneratedFleet(hosts: (0..<20).map { ("gpu\($0)", $0 < 3 ? [.missing(7)] : []) })
    let fold = fold(fleet.lines())
    #expect(fold.groups.map(\.nodes) == ["gpu[0-2]", "gpu[3-19]"])
    #expect(fold.truth == "gpu[0-2] mlx5_7 (0000:17:00.0) missing")
  }

  @Test func aGivenAnswerAndChosenFields() throws {
    let fleet = GeneratedFleet(hosts: (0..<4).map { ("gpu\($0)", [.firmware("28.38.1002"), .rate($0)]) })
    var reader = FleetReader()
    let json = GeneratedFleet(hosts: [("golden", [])]).answers()[0].json
    let taken = reader.takeGolden(Array(json.utf8))
    let golden = try #require(taken)
    for line in fleet.lines() { reader.take(line: line) }
    let firmware = reader.fold(against: golden, only: FieldFilter(["firmware"]))
    #expect(firmware.groups.map(\.nodes) == ["gpu[0-3]"])
    #expect(Set(firmware.groups[0].differences.map(\.name)) == ["firmware_version"])
    #expect(!reader.fold(against: golden, only: FieldFilter(["psid"])).isOdd)
    #expect(reader.fold(against: golden).groups.count == 4)
  }

  @Test func answersOfOtherCommands() {
    func query(_ host: String, _ version: String) -> String {
      #"\#(host): {"guids":{"node":"\#(host)"},"schema":"rdmactl.fw.query/1","target":"0000:10:00.0","version":"\#(version)"}"#
    }
    let fold = fold(text(query("a1", "1"), query("a2", "2"), query("a3", "2")))
    #expect(fold.truth == "a1 0000:10:00.0 version 1 2")
    // Two answers of one host, the later of which holds.
    func at(_ time: Int, _ version: String) -> [UInt8] {
      Array(#"{"host":"a1","time":"\#(time)","schema":"rdmactl.fw.query/1","target":"x","version":"\#(version)"}"#.utf8)
    }
    let both = [at(1, "old"), at(2, "new")]
    #expect("\(self.fold(both).groups)" == "\(self.fold(both.reversed()).groups)")
  }
}
