internal import HostAccess
internal import Presentation

/// Progress of work that is counted in bytes: a bar with share, rate and time left.
final class ByteProgress {
  private let line: ProgressLine
  private let clock: any Clock
  private var what: String
  private var started: Int

  init(_ what: String, _ line: ProgressLine, _ host: Host) {
    self.what = what
    self.line = line
    clock = host.clock
    started = host.clock.milliseconds
  }

  /// Another part of the work, with its own total.
  func begin(_ what: String) {
    guard what != self.what else { return }
    self.what = what
    started = clock.milliseconds
    line.begin()
  }

  func show(_ done: Int, of total: Int) {
    line.show(what, line: text(done, total), done: done, of: total)
  }

  func end() { line.end() }

  /// `[#####...............]`
  static func bar(_ done: Int, of total: Int) -> String {
    let share = total > 0 ? min(1, max(0, Double(done) / Double(total))) : 0
    let filled = Int(share * 20)
    return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled) + "]"
  }

  private func text(_ done: Int, _ total: Int) -> String {
    var text = "\(what) \(Self.bar(done, of: total)) \(Self.size(done)) of \(Self.size(total))"
    let elapsed = clock.milliseconds - started
    if elapsed >= 1000, done > 0 {
      let rate = done * 1000 / elapsed
      text += ", \(Self.size(rate))/s"
      if rate > 0, total > done { text += ", \(Self.duration((total - done) / rate)) left" }
    }
    return text
  }

  static func size(_ bytes: Int) -> String {
    switch bytes {
    case ..<10_000: "\(bytes) B"
    case ..<10_000_000: "\(bytes / 1000) kB"
    default: "\(bytes / 1_000_000) MB"
    }
  }

  private static func duration(_ seconds: Int) -> String {
    seconds < 60 ? "\(seconds) s" : "\(seconds / 60) min \(seconds % 60) s"
  }
}
