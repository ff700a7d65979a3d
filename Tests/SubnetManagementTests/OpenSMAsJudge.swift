internal import Foundation
internal import TestSupport

/// The installed opensm, asked what it makes of a configuration: it reads the file and writes the values that it would
/// work with, without a fabric.
enum OpenSMAsJudge {
  static let isHere = Spawned.find("opensm") != nil

  struct Verdict {
    /// Its values by key, in the order of the template; more than one where a key may be given several times.
    var values: [String: [String]] = [:]
    /// What it says while it reads, line by line.
    var remarks: [String] = []
  }

  static func read(_ configuration: [UInt8]) throws -> Verdict {
    let scratch = try Scratch("opensm")
    try Data(configuration).write(to: URL(fileURLWithPath: scratch("in.conf")))
    let run = try Spawned("opensm", ["-F", scratch("in.conf"), "-c", scratch("out.conf")]).wait(timeout: 20)
    guard run.status == 0 else { throw SpawnFailure(message: "opensm ended with \(run.status): \(run.error)") }
    var verdict = Verdict()
    verdict.remarks = run.output.split(separator: "\n").map(String.init)
    // Values may hold a NUL or what is not UTF-8.
    let template = try Data(contentsOf: URL(fileURLWithPath: scratch("out.conf")))
    for line in template.split(separator: 0x0a) where line.first != UInt8(ascii: "#") {
      let words = line.split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
      guard words.count == 2 else { continue }
      let key = String(decoding: words[0], as: UTF8.self)
      verdict.values[key, default: []].append(String(decoding: words[1], as: UTF8.self))
    }
    return verdict
  }
}
