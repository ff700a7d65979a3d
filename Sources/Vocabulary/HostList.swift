/// Names of hosts as one expression: `node[00-03,07]`, as Slurm, pdsh and ClusterShell read it. The last group of digits is
/// folded, and only where it ends the name: Slurm reads nothing behind the bracket.
public enum HostList {
  /// The greatest number that Slurm takes for the number of a host. Source: Slurm, src/common/hostlist.c (MAX_HOST_SUFFIX).
  private static let greatest = 1 << 25

  /// The expression for `names`, each once, in the order of names and numbers.
  public static func folded(_ names: some Sequence<String>) -> String {
    var groups: [String: Set<Number>] = [:]
    var whole: Set<String> = []
    for name in names {
      if let (prefix, number) = split(name) {
        groups[prefix, default: []].insert(number)
      } else {
        whole.insert(name)
      }
    }
    let parts = groups.map { prefix, numbers in (prefix, prefix + bracket(numbers.sorted())) } + whole.map { ($0, $0) }
    return parts.sorted { $0 < $1 }.map(\.1).joined(separator: ",")
  }

  /// `node2` before `node10`.
  public static func isOrdered(_ one: String, _ other: String) -> Bool {
    let (first, second) = (split(one), split(other))
    return (first?.prefix ?? one, first?.number.value ?? -1, one)
      < (second?.prefix ?? other, second?.number.value ?? -1, other)
  }

  private struct Number: Hashable, Comparable {
    let value: Int
    let digits: String

    static func < (left: Number, right: Number) -> Bool {
      (left.digits.utf8.count, left.value) < (right.digits.utf8.count, right.value)
    }

    /// Whether a range of names may go on with `next`: `08`, `09`, `10`, and `8`, `9`, `10`.
    func isFollowed(by next: Number) -> Bool {
      guard next.value == value + 1 else { return false }
      let isPadded = digits.first == "0" && digits.utf8.count > 1
      return digits.utf8.count == next.digits.utf8.count || !isPadded && next.digits.first != "0"
    }
  }

  private static func split(_ name: String) -> (prefix: String, number: Number)? {
    let digits = name.reversed().prefix { $0.isASCII && $0.isNumber }.count
    guard digits > 0, digits < name.count, let value = Int(name.suffix(digits)), value <= greatest else { return nil }
    return (String(name.dropLast(digits)), Number(value: value, digits: String(name.suffix(digits))))
  }

  private static func bracket(_ numbers: [Number]) -> String {
    var ranges: [(first: Number, last: Number)] = []
    for number in numbers {
      if let range = ranges.last, range.last.isFollowed(by: number) {
        ranges[ranges.count - 1].last = number
      } else {
        ranges.append((number, number))
      }
    }
    let texts = ranges.map { $0.first == $0.last ? $0.first.digits : "\($0.first.digits)-\($0.last.digits)" }
    return numbers.count == 1 ? texts[0] : "[\(texts.joined(separator: ","))]"
  }
}
