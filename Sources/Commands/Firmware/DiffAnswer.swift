internal import FirmwareImage
internal import Presentation
internal import Vocabulary

/// The answer of `rdmactl fw diff`.
struct DiffAnswer: Presentable {
  struct Side {
    let name: String
    let facts: FirmwareFacts
    /// The image as a contiguous file.
    let bytes: [UInt8]
    let sections: [Image.Section]
  }

  struct Difference: Encodable {
    let name: String
    @ExplicitNull var left: String?
    @ExplicitNull var right: String?
  }

  struct PartPayload: Encodable {
    let name: String
    /// "left", "right" or "both".
    let only: String
    /// How many bytes are not the same; of a part that only one has, all of them.
    let bytes: Int
  }

  struct Payload: Encodable {
    let left: String
    let right: String
    let same: Bool
    let values: [Difference]
    let parts: [PartPayload]
    let bytes: Int
  }

  static let schema = "rdmactl.fw.diff/1"
  let left: Side
  let right: Side
  let values: [Difference]
  let parts: [PartPayload]
  /// Bytes that are not the same, the longer one's surplus among them.
  let bytes: Int

  init(_ left: Side, _ right: Side) {
    self.left = left
    self.right = right
    values = zip(left.facts.fields, right.facts.fields).compactMap { left, right in
      left.value == right.value ? nil : Difference(name: left.name, left: left.value, right: right.value)
    }
    bytes = Self.differing(left.bytes[...], right.bytes[...])
    parts = Self.parts(left, right)
  }

  var isSame: Bool { values.isEmpty && bytes == 0 }

  private static func differing(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
    zip(left, right).count { $0 != $1 } + abs(left.count - right.count)
  }

  private static func parts(_ left: Side, _ right: Side) -> [PartPayload] {
    func content(_ section: Image.Section, of side: Side) -> ArraySlice<UInt8> {
      let (end, overflow) = section.address.addingReportingOverflow(section.size)
      guard !section.isDeviceData, !overflow, section.address >= 0, end <= side.bytes.count, end >= section.address
      else { return [] }
      return side.bytes[section.address..<end]
    }
    var rest = right.sections
    var result: [PartPayload] = []
    for section in left.sections {
      guard let index = rest.firstIndex(where: { $0.name == section.name }) else {
        result.append(PartPayload(name: section.name, only: "left", bytes: section.size))
        continue
      }
      let count = differing(content(section, of: left), content(rest.remove(at: index), of: right))
      if count > 0 { result.append(PartPayload(name: section.name, only: "both", bytes: count)) }
    }
    return result + rest.map { PartPayload(name: $0.name, only: "right", bytes: $0.size) }
  }

  var payload: Payload {
    Payload(left: left.name, right: right.name, same: isSame, values: values, parts: parts, bytes: bytes)
  }

  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var quietLines: [String] { values.map(\.name) + parts.map(\.name) }

  func write(to page: inout Page) {
    guard !isSame else {
      page.line("\(left.name) and \(right.name) are the same.", tone: .good)
      return
    }
    if !values.isEmpty {
      var table = Table([.init("VALUE"), .init("IN \(left.name)"), .init("IN \(right.name)")])
      for value in values { table.add([.init(value.name), .init(value.left), .init(value.right)]) }
      page.table(table)
      page.gap()
    }
    if !parts.isEmpty {
      var table = Table([.init("PART"), .init("BYTES", .right), .init("WHERE")])
      for part in parts {
        let place =
          part.only == "both" ? "differs" : part.only == "left" ? "only in \(left.name)" : "only in \(right.name)"
        table.add([.init(part.name), .init(part.bytes), .init(place)])
      }
      page.table(table)
      page.gap()
    }
    page.line("\(bytes) bytes differ.", tone: .caution)
  }
}
