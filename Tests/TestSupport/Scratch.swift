internal import Foundation

/// A directory of its own for a test, removed with the object. World-readable, so that a test may enter it as nobody.
public final class Scratch: Sendable {
  public let path: String

  public init(_ purpose: String = "test") throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("rdmactl-\(purpose)-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of something in it.
  public func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file in it and gives its path.
  @discardableResult public func write(_ name: String, _ text: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: self(name)))
    return self(name)
  }
}
