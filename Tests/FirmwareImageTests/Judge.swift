internal import FirmwareImage
internal import Foundation
internal import TestSupport
internal import Vocabulary

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

  /// Whether `verify` accepts each of many images, and what it says: one process starts them all, for that costs most.
  func verdicts(_ images: [[UInt8]]) throws -> [(isAccepted: Bool, output: String)] {
    let atOnce = 128
    return try stride(from: 0, to: images.count, by: atOnce).flatMap { first in
      let files = try images[first..<min(first + atOnce, images.count)].enumerated().map { index, image in
        try file(image, "mutant\(index).bin")
      }
      let script = #"for file; do mstflint -i "$file" verify 2>&1; echo "@status $?@"; done"#
      let output = try Spawned.run("sh", ["-c", script, "sh"] + files, timeout: 120).output
      let parts = output.components(separatedBy: "@status ")
      return zip(parts, parts.dropFirst()).map { ($1.hasPrefix("0@"), $0) }
    }
  }

  /// The parts that `verify` found right or without a checksum: `/0x00000038-0x000000b7 (0x000080)/ (BOOT2)`.
  func parts(_ output: String) -> [String] {
    output.split(separator: "\n").compactMap { line in
      let end = line.range(of: " - OK") ?? line.range(of: " - CRC IGNORED")
      return end.map { line[..<$0.lowerBound].trimmingCharacters(in: .whitespaces) }
    }
  }

  /// A part of ours in the same words.
  func part(_ check: Verification.Check) -> String {
    let last = check.address + check.size - 1
    let size = check.size.hexadecimal(digits: 6)
    return "/0x\(check.address.hexadecimal(digits: 8))-0x\(last.hexadecimal(digits: 8)) (0x\(size))/ (\(check.name))"
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
