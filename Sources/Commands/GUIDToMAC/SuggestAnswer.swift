internal import GUIDMapping
internal import Presentation
internal import Vocabulary

/// The answer of `rdmactl guid2mac --suggest`.
struct SuggestAnswer: Presentable {
  struct Payload: Encodable {
    let guids: [GUID]
    let masks: [MaskPayload]
  }

  struct MaskPayload: Encodable {
    let mask: String
    /// From 1, the best.
    let rank: Int
    let usable: Bool
    let collisions: Int
    let forbidden: Int
    let lostLowBytes: Int
    let keepsOwner: Bool
    let macs: [MACAddress]
    let reasons: [String]
  }

  static let schema = "rdmactl.guid2mac.suggest/1"
  let ranking: [MaskAdvice]
  let problems: [Problem]
  let notes: [Note]
  private let guids: [GUID]

  init(guids: [GUID], more: [Problem]) {
    var seen: Set<GUID> = []
    self.guids = guids.filter { seen.insert($0).inserted }
    ranking = MaskAdvice.ranking(for: self.guids)
    problems = more + (guids.isEmpty ? [] : MaskAdvice.problems(of: ranking))
    notes = guids.isEmpty ? [Note(subject: "standard input", message: "it held no GUID")] : []
  }

  var hasUsableMask: Bool { ranking.first?.isUsable ?? false }

  var payload: Payload {
    Payload(
      guids: guids,
      masks: ranking.enumerated().map { position, advice in
        MaskPayload(
          mask: advice.mask.description, rank: position + 1, usable: advice.isUsable, collisions: advice.collisions,
          forbidden: advice.forbidden, lostLowBytes: advice.lostLowBytes, keepsOwner: advice.keepsOrganisation,
          macs: advice.macs, reasons: advice.reasons)
      })
  }

  /// Masks that can be used, best first.
  var quietLines: [String] { ranking.filter(\.isUsable).map(\.mask.description) }

  func write(to page: inout Page) {
    var table = Table([.init("RANK", .right), .init("MASK"), .init("MAC"), .init("REASONS")])
    for (position, advice) in ranking.enumerated() {
      table.add([
        .init(position + 1), .init(advice.mask.description, tone: advice.isUsable ? .good : .bad),
        .init(advice.macs.count == 1 ? advice.macs.first?.description : nil),
        .init(advice.reasons.joined(separator: ", ")),
      ])
    }
    page.table(table)
    page.write(problems)
  }
}
