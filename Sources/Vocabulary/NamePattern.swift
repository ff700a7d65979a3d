/// A pattern for names: `*` and `?`, sets such as `[0-3]` and `[!a]`, alternatives separated by commas.
public struct NamePattern: Sendable, Equatable {
  private enum Piece: Sendable, Equatable {
    case one(Character)
    case any
    case some(of: [ClosedRange<Character>], isInverted: Bool)
    case all
  }

  public let text: String
  private let alternatives: [[Piece]]

  /// - Returns: `nil` for an empty pattern and for a set without its end.
  public init?(_ text: String) {
    self.text = text
    var alternatives: [[Piece]] = [[]]
    var rest = text[...]
    while let first = rest.popFirst() {
      switch first {
      case ",": alternatives.append([])
      case "*": alternatives[alternatives.count - 1].append(.all)
      case "?": alternatives[alternatives.count - 1].append(.any)
      case "[":
        guard let set = Self.set(&rest) else { return nil }
        alternatives[alternatives.count - 1].append(set)
      default: alternatives[alternatives.count - 1].append(.one(first))
      }
    }
    guard alternatives.allSatisfy({ !$0.isEmpty }) else { return nil }
    self.alternatives = alternatives
  }

  private static func set(_ rest: inout Substring) -> Piece? {
    guard let end = rest.dropFirst().firstIndex(of: "]") else { return nil }
    var inside = Array(rest[..<end])
    rest = rest[rest.index(after: end)...]
    let isInverted = inside.first == "!" || inside.first == "^"
    if isInverted { inside.removeFirst() }
    var ranges: [ClosedRange<Character>] = []
    var position = 0
    while position < inside.count {
      if position + 2 < inside.count, inside[position + 1] == "-", inside[position] <= inside[position + 2] {
        ranges.append(inside[position]...inside[position + 2])
        position += 3
      } else {
        ranges.append(inside[position]...inside[position])
        position += 1
      }
    }
    return ranges.isEmpty ? nil : .some(of: ranges, isInverted: isInverted)
  }

  /// Whether the whole of `name` matches.
  public func matches(_ name: String) -> Bool {
    let name = Array(name)
    return alternatives.contains { Self.matches($0, name) }
  }

  /// The last `*` takes one more character whenever the rest does not match: no name is looked at more than once a piece.
  private static func matches(_ pieces: [Piece], _ name: [Character]) -> Bool {
    var (piece, position) = (0, 0)
    var retry: (piece: Int, position: Int)?
    while position < name.count {
      if piece < pieces.count, pieces[piece] == .all {
        piece += 1
        retry = (piece, position)
      } else if piece < pieces.count, matches(pieces[piece], name[position]) {
        piece += 1
        position += 1
      } else if let (atPiece, at) = retry {
        retry = (atPiece, at + 1)
        (piece, position) = (atPiece, at + 1)
      } else {
        return false
      }
    }
    return pieces[piece...].allSatisfy { $0 == .all }
  }

  private static func matches(_ piece: Piece, _ character: Character) -> Bool {
    switch piece {
    case .one(let one): one == character
    case .any, .all: true
    case .some(let ranges, let isInverted): ranges.contains { $0.contains(character) } != isInverted
    }
  }
}
