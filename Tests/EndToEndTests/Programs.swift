internal import Foundation
internal import TestSupport

/// This package, and what was built of it.
enum Programs {
  /// The root of the package.
  static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// The generator of the manual pages and completions, built beside the test bundle as rdmactl is.
  static var generator: String {
    URL(fileURLWithPath: Spawned.rdmactl).deletingLastPathComponent().appendingPathComponent("GenerateDocumentation")
      .path
  }

  static func isInstalled(_ name: String) -> Bool { Spawned.find(name) != nil }

  static func read(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
}
