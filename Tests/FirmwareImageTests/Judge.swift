internal import Foundation
internal import TestSupport

/// Debian's mstflint, which judges image files.
struct Judge {
  static var isInstalled: Bool { Spawned.find("mstflint") != nil }

  private let scratch: Scratch

  init() throws { scratch = try Scratch("judge") }

  func file(_ bytes: [UInt8], _ name: String = "image.bin") throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: scratch(name)))
    return scratch(name)
  }

  /// What mstflint has left in the file.
  func bytes(_ name: String = "image.bin") throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: scratch(name))))
  }

  func run(_ arguments: String..., on image: [UInt8]) throws -> Consequences {
    try Spawned.run("mstflint", ["-i", file(image)] + arguments)
  }

  /// The values of `query full`, by their labels; of a label that is followed by lines without one, all of them.
  func query(_ image: [UInt8]) throws -> [String: [String]] {
    let result = try run("query", "full", on: image)
    guard result.status == 0 else { throw Refusal(result) }
    var values: [String: [String]] = [:]
    var label = ""
    for line in result.output.split(separator: "\n") {
      if let colon = line.firstIndex(of: ":"), !line.hasPrefix(" ") { label = String(line[..<colon]) }
      let text = line.hasPrefix(" ") ? line[...] : line[(line.firstIndex(of: ":") ?? line.startIndex)...].dropFirst()
      values[label, default: []].append(text.trimmingCharacters(in: .whitespaces))
    }
    return values
  }
}

/// An image that mstflint does not want to read.
struct Refusal: Error {
  let words: Consequences

  init(_ words: Consequences) { self.words = words }
}
