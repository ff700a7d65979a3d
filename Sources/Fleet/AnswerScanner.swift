/// Reads one answer of rdmactl into numbers. A general decoder takes a hundred times as long, and thousands of answers come.
struct AnswerScanner {
  struct Field: Hashable {
    var path: UInt32
    let value: UInt32
  }

  /// An adapter, an interface, a subnet manager; or the whole.
  struct Part {
    /// By which it is found in other answers.
    let key: UInt32
    let label: UInt32
    let model: UInt32?
    var fields: [Field]
  }

  struct Finding {
    let id: UInt32
    let subject: UInt32
  }

  struct Answer {
    var schema: UInt32?
    var host: UInt32?
    var time: UInt32?
    var subject: UInt32?
    var parts: [Part] = []
    var fields: [Field] = []
    var findings: [Finding] = []
    var failure: Finding?
  }

  enum Fault: Error { case truncated, malformed }

  private enum Meaning {
    case plain, ignored, list(String)
  }

  private(set) var values = Interner()
  var paths = PathTable()
  /// The names of keys, their paths and what they mean.
  private var keys = Interner()
  private var keyPaths: [UInt32] = []
  private var meanings: [Meaning] = []
  private var ordinals: [UInt32] = []
  private var fields: [Field] = []

  /// How deep an answer may be: far more than any is.
  private static let deepest = 64

  /// The key of what belongs to the whole of an answer.
  let wholeKey: UInt32
  /// The value of a field that stands for a problem.
  let present: UInt32

  init() {
    wholeKey = values.number(of: "\"host\"")
    present = values.number(of: "true")
  }

  mutating func scan(_ bytes: Span<UInt8>) throws(Fault) -> Answer {
    fields.removeAll(keepingCapacity: true)
    var position = 0
    var answer = Answer()
    try space(bytes, &position)
    guard position < bytes.count else { throw .truncated }
    guard bytes[position] == UInt8(ascii: "{") else { throw .malformed }
    try object(bytes, &position) { scanner, key, position throws(Fault) in
      try scanner.take(key, bytes, &position, into: &answer)
    }
    try space(bytes, &position)
    guard position == bytes.count else { throw .malformed }
    answer.fields = fields
    return answer
  }

  private mutating func take(_ key: UInt32, _ bytes: Span<UInt8>, _ position: inout Int, into answer: inout Answer)
    throws(Fault)
  {
    let name = keys[key]
    switch name {
    case "schema": answer.schema = try scalar(bytes, &position)
    case "host": answer.host = try scalar(bytes, &position)
    case "time": answer.time = try scalar(bytes, &position)
    case "problems": try problems(bytes, &position, into: &answer.findings)
    case "error":
      var found: [Finding] = []
      try finding(bytes, &position, into: &found)
      answer.failure = found.first
    case _ where AnswerForm.subjects.contains(name): answer.subject = try scalar(bytes, &position)
    case _ where AnswerForm.ignoredAtTop.contains(name): try skip(bytes, &position)
    case _ where AnswerForm.slotLists[name] != nil && position < bytes.count && bytes[position] == UInt8(ascii: "["):
      try parts(AnswerForm.slotLists[name] ?? [], bytes, &position, into: &answer.parts)
    default: try member(key, PathTable.empty, bytes, &position, depth: 1)
    }
  }

  // MARK: The parts of answers

  private mutating func parts(_ names: [String], _ bytes: Span<UInt8>, _ position: inout Int, into parts: inout [Part])
    throws(Fault)
  {
    let start = fields.count
    try array(bytes, &position) { scanner, position throws(Fault) in
      var named = [UInt32?](repeating: nil, count: names.count)
      var (label, model): (UInt32?, UInt32?) = (nil, nil)
      try scanner.object(bytes, &position) { scanner, key, position throws(Fault) in
        let name = scanner.keys[key]
        let place = names.firstIndex(of: name)
        guard place != nil || name == "name" || name == "model" else {
          return try scanner.member(key, PathTable.empty, bytes, &position, depth: 2)
        }
        let value = try scanner.scalar(bytes, &position)
        if let place { named[place] = value }
        if name == "name" { label = value }
        if name == "model" {
          model = value
          if let value { scanner.fields.append(Field(path: scanner.keyPaths[Int(key)], value: value)) }
        }
      }
      let found = Array(scanner.fields[start...])
      scanner.fields.removeSubrange(start...)
      guard let name = named.lazy.compactMap({ $0 }).first else { return }
      parts.append(Part(key: name, label: label ?? name, model: model, fields: found))
    }
  }

  private mutating func problems(_ bytes: Span<UInt8>, _ position: inout Int, into found: inout [Finding])
    throws(Fault)
  {
    try array(bytes, &position) { scanner, position throws(Fault) in
      try scanner.finding(bytes, &position, into: &found)
    }
  }

  /// What is only to know is left out.
  private mutating func finding(_ bytes: Span<UInt8>, _ position: inout Int, into found: inout [Finding])
    throws(Fault)
  {
    var (id, subject, severity): (UInt32?, UInt32?, UInt32?) = (nil, nil, nil)
    try object(bytes, &position) { scanner, key, position throws(Fault) in
      switch scanner.keys[key] {
      case "id": id = try scanner.scalar(bytes, &position)
      case "subject": subject = try scanner.scalar(bytes, &position)
      case "severity": severity = try scanner.scalar(bytes, &position)
      default: try scanner.skip(bytes, &position)
      }
    }
    guard let id, severity.map({ values.plain($0) }) != "info" else { return }
    found.append(Finding(id: id, subject: subject ?? wholeKey))
  }

  // MARK: Values

  /// A key's value below `path`.
  private mutating func member(
    _ key: UInt32, _ path: UInt32, _ bytes: Span<UInt8>, _ position: inout Int, depth: Int
  ) throws(Fault) {
    switch meanings[Int(key)] {
    case .ignored: try skip(bytes, &position)
    case .plain: try value(paths.join(path, keyPaths[Int(key)]), nil, bytes, &position, depth: depth)
    case .list(let element):
      try value(paths.join(path, keyPaths[Int(key)]), element, bytes, &position, depth: depth)
    }
  }

  private mutating func value(
    _ path: UInt32, _ element: String?, _ bytes: Span<UInt8>, _ position: inout Int, depth: Int
  ) throws(Fault) {
    guard depth < Self.deepest else { throw .malformed }
    guard position < bytes.count else { throw .truncated }
    switch bytes[position] {
    case UInt8(ascii: "{"):
      try object(bytes, &position) { scanner, key, position throws(Fault) in
        try scanner.member(key, path, bytes, &position, depth: depth + 1)
      }
    case UInt8(ascii: "["):
      var ordinal = 0
      try array(bytes, &position) { scanner, position throws(Fault) in
        try scanner.listed(path, element, ordinal, bytes, &position, depth: depth + 1)
        ordinal += 1
      }
    default:
      if let value = try scalar(bytes, &position) { fields.append(Field(path: path, value: value)) }
    }
  }

  /// An element of a list: where its name comes last, what came before is moved below it.
  private mutating func listed(
    _ path: UInt32, _ element: String?, _ ordinal: Int, _ bytes: Span<UInt8>, _ position: inout Int, depth: Int
  ) throws(Fault) {
    let here = self.ordinal(ordinal)
    guard let element, position < bytes.count, bytes[position] == UInt8(ascii: "{") else {
      return try value(paths.join(path, here), nil, bytes, &position, depth: depth)
    }
    let start = fields.count
    var name: UInt32?
    try object(bytes, &position) { scanner, key, position throws(Fault) in
      guard scanner.keys[key] == element else {
        return try scanner.member(key, PathTable.empty, bytes, &position, depth: depth)
      }
      name = try scanner.scalar(bytes, &position)
    }
    let prefix = paths.join(path, name.map { paths.number(of: values.plain($0)) } ?? here)
    for index in start..<fields.count { fields[index].path = paths.join(prefix, fields[index].path) }
  }

  private mutating func ordinal(_ number: Int) -> UInt32 {
    while ordinals.count <= number { ordinals.append(paths.number(of: String(ordinals.count))) }
    return ordinals[number]
  }

  private mutating func key(_ bytes: Span<UInt8>, _ position: inout Int) throws(Fault) -> UInt32 {
    let start = position + 1
    try string(bytes, &position)
    let number = keys.number(of: bytes.extracting(start..<position - 1))
    if Int(number) == meanings.count {
      let name = keys[number]
      keyPaths.append(paths.number(of: name))
      meanings.append(
        AnswerForm.ignored.contains(name) ? .ignored : AnswerForm.elementKeys[name].map { .list($0) } ?? .plain)
    }
    return number
  }

  /// - Returns: `nil` for `null`, and for what is no scalar.
  private mutating func scalar(_ bytes: Span<UInt8>, _ position: inout Int) throws(Fault) -> UInt32? {
    guard position < bytes.count else { throw .truncated }
    let start = position
    let first = bytes[start]
    try skip(bytes, &position)
    if first == UInt8(ascii: "n") || first == UInt8(ascii: "{") || first == UInt8(ascii: "[") { return nil }
    return values.number(of: bytes.extracting(start..<position))
  }
}

// MARK: - JSON

extension AnswerScanner {
  private func space(_ bytes: Span<UInt8>, _ position: inout Int) throws(Fault) {
    while position < bytes.count, bytes[position] <= 0x20 { position += 1 }
  }

  private mutating func object(
    _ bytes: Span<UInt8>, _ position: inout Int,
    _ member: (inout AnswerScanner, UInt32, inout Int) throws(Fault) -> Void
  ) throws(Fault) {
    try items(UInt8(ascii: "{"), UInt8(ascii: "}"), bytes, &position) { scanner, position throws(Fault) in
      let key = try scanner.key(bytes, &position)
      try scanner.space(bytes, &position)
      guard position < bytes.count else { throw .truncated }
      guard bytes[position] == UInt8(ascii: ":") else { throw .malformed }
      position += 1
      try scanner.space(bytes, &position)
      try member(&scanner, key, &position)
    }
  }

  private mutating func array(
    _ bytes: Span<UInt8>, _ position: inout Int, _ element: (inout AnswerScanner, inout Int) throws(Fault) -> Void
  ) throws(Fault) {
    try items(UInt8(ascii: "["), UInt8(ascii: "]"), bytes, &position, element)
  }

  private mutating func items(
    _ open: UInt8, _ close: UInt8, _ bytes: Span<UInt8>, _ position: inout Int,
    _ item: (inout AnswerScanner, inout Int) throws(Fault) -> Void
  ) throws(Fault) {
    guard position < bytes.count else { throw .truncated }
    guard bytes[position] == open else { return try skip(bytes, &position) }
    position += 1
    var isFirst = true
    while true {
      try space(bytes, &position)
      guard position < bytes.count else { throw .truncated }
      if bytes[position] == close {
        position += 1
        return
      }
      if !isFirst {
        guard bytes[position] == UInt8(ascii: ",") else { throw .malformed }
        position += 1
        try space(bytes, &position)
      }
      isFirst = false
      try item(&self, &position)
    }
  }

  private func string(_ bytes: Span<UInt8>, _ position: inout Int) throws(Fault) {
    guard position < bytes.count else { throw .truncated }
    guard bytes[position] == UInt8(ascii: "\"") else { throw .malformed }
    position += 1
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        return
      case UInt8(ascii: "\\"): position += 2
      default: position += 1
      }
    }
    throw .truncated
  }

  /// Over a value of any kind, without looking into it.
  private func skip(_ bytes: Span<UInt8>, _ position: inout Int) throws(Fault) {
    guard position < bytes.count else { throw .truncated }
    switch bytes[position] {
    case UInt8(ascii: "\""): try string(bytes, &position)
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      var depth = 0
      repeat {
        guard position < bytes.count else { throw .truncated }
        switch bytes[position] {
        case UInt8(ascii: "\""):
          try string(bytes, &position)
          continue
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        default: break
        }
        position += 1
      } while depth > 0
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"):
      while position < bytes.count, Self.isWord(bytes[position]) { position += 1 }
    default: throw .malformed
    }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "E"),
      UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
