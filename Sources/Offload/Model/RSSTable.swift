/// The RSS indirection table: which receive queue each value of the hash leads to.
///
/// Its text is short enough to read and holds every entry: groups of an ascending run and how often it comes, as in
/// `0-3*32` (0 1 2 3, 32 times) or `0*64 1*32 2*32`. A plain list of numbers is taken as well.
public struct RSSTable: Hashable, Sendable {
  /// No driver has as many (`linux/ethtool.h` has 32 bits for it).
  private static let largest = 1 << 16

  public let queues: [UInt32]

  public init(_ queues: [UInt32]) { self.queues = queues }

  /// As the kernel fills a table that nobody set (`ethtool_rxfh_indir_default`): each queue in turn.
  public init(size: Int, inTurnOver count: Int) {
    let count = max(1, count)
    queues = (0..<max(0, min(size, Self.largest))).map { UInt32(clamping: $0 % count) }
  }

  /// Each queue with the share that its weight has, as `ethtool -X weight` does it.
  /// - Returns: `nil` when all weights are 0 or one is negative.
  public init?(size: Int, weights: [Int]) {
    let size = max(0, min(size, Self.largest))
    guard weights.count <= Self.largest, weights.allSatisfy({ (0...1_000_000).contains($0) }) else { return nil }
    let sum = weights.reduce(0, +)
    guard sum > 0 else { return nil }
    var queues: [UInt32] = []
    var partial = 0
    for (queue, weight) in weights.enumerated() {
      partial += weight
      let end = partial * size / sum
      while queues.count < end { queues.append(UInt32(queue)) }
    }
    self.queues = queues
  }

  /// - Returns: `nil` for a text that is no table.
  public init?(_ text: some StringProtocol) {
    var queues: [UInt32] = []
    for group in text.split(whereSeparator: { $0 == " " || $0 == "," }) {
      let parts = group.split(separator: "*", omittingEmptySubsequences: false)
      guard parts.count <= 2, let times = parts.count == 2 ? Int(decimal: parts[1]) : 1 else { return nil }
      let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
      guard ends.count <= 2, let first = ends.first.flatMap({ UInt32(decimal: $0) }),
        let last = ends.last.flatMap({ UInt32(decimal: $0) }), first <= last,
        last - first < Self.largest, (1...Self.largest).contains(times),
        Int(last - first + 1) * times <= Self.largest - queues.count
      else { return nil }
      for _ in 0..<times { queues += first...last }
    }
    guard !queues.isEmpty else { return nil }
    self.queues = queues
  }

  public var text: String {
    var groups: [String] = []
    var rest = queues[...]
    while let first = rest.first {
      var length = 1
      while length < rest.count, UInt64(rest[rest.startIndex + length]) == UInt64(first) + UInt64(length),
        length < Self.largest
      {
        length += 1
      }
      let run = rest.prefix(length)
      var times = 0
      while rest.starts(with: run) {
        rest = rest.dropFirst(length)
        times += 1
      }
      groups.append((length > 1 ? "\(first)-\(run.last ?? first)" : "\(first)") + (times > 1 ? "*\(times)" : ""))
    }
    return groups.joined(separator: " ")
  }
}
