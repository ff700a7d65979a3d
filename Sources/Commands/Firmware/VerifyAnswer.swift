internal import AdapterChips
internal import FirmwareImage
internal import Presentation
internal import Vocabulary

/// The answer of `rdmactl fw verify`.
struct VerifyAnswer: Presentable {
  /// An image and what was found of it.
  struct Verified {
    let placement: Placement
    /// Whether the adapter would start it; of a file, whether it is the first.
    let boots: Bool
    /// Retired: a later burn has replaced it, and the adapter does not find it.
    var isEnded = false
    var version: FirmwareVersion?
    /// `nil` where it was not asked for.
    let verification: Verification?
  }

  struct Payload: Encodable {
    let target: String
    let format: ImageFormat
    let ok: Bool
    let sections: [SectionPayload]
    let slots: [SlotPayload]
  }

  struct SlotPayload: Encodable {
    let address: Int
    let active: Bool
    let ended: Bool
    @ExplicitNull var version: String?
    /// `null` where it was not checked.
    @ExplicitNull var ok: Bool?
    let sections: [SectionPayload]
  }

  struct SectionPayload: Encodable {
    let name: String
    let address: Int
    let size: Int
    @ExplicitNull var crcExpected: UInt32?
    @ExplicitNull var crcActual: UInt32?
    let ok: Bool
    @ExplicitNull var remark: String?

    init(_ check: Verification.Check) {
      name = check.name
      address = check.address
      size = check.size
      crcExpected = check.expected
      crcActual = check.actual
      (ok, remark) =
        switch check.verdict {
        case .good: (true, nil)
        case .unchecked(let words): (true, words)
        case .bad(let words): (false, words)
        }
    }
  }

  static let schema = "rdmactl.fw.verify/1"
  let target: String
  /// The one that boots first; never empty.
  let images: [Verified]
  let problems: [Problem]

  private var main: Verified { images[0] }
  var isWhole: Bool { main.verification?.isWhole == true }

  var payload: Payload {
    Payload(
      target: target, format: main.placement.format, ok: isWhole,
      sections: (main.verification?.checks ?? []).map(SectionPayload.init),
      slots: images.map {
        SlotPayload(
          address: $0.placement.start, active: $0.boots, ended: $0.isEnded,
          version: $0.version?.description, ok: $0.verification?.isWhole,
          sections: ($0.verification?.checks ?? []).map(SectionPayload.init))
      })
  }

  var notes: [Note] { [] }
  var quietLines: [String] { [isWhole ? "ok" : "damaged"] }

  func write(to page: inout Page) {
    for image in images {
      page.gap()
      let place = flashAddress(image.placement.start)
      let role =
        images.count == 1
        ? "" : image.boots ? ", boots" : image.isEnded ? ", retired" : ", does not boot"
      let version = image.version.map { " \($0)" } ?? ""
      page.line("\(target): \(image.placement.format.rawValue) image\(version) at \(place)\(role)", tone: .heading)
      guard let verification = image.verification else {
        page.line("Not checked (use --all).", tone: .faint)
        continue
      }
      page.table(Self.table(of: verification))
      let count = verification.checks.count
      if verification.isWhole {
        page.line("The image is complete: \(count) sections.", tone: .good)
      } else {
        let bad = verification.checks.count { !$0.isGood }
        page.line("The image is damaged: \(bad) of \(count) sections.", tone: .bad)
      }
    }
    page.write(problems)
  }

  private static func table(of verification: Verification) -> Table {
    var table = Table([
      .init("SECTION"), .init("FROM", .right), .init("TO", .right), .init("SIZE", .right),
      .init("CRC", .right, rank: 1),
      .init("VERDICT"),
    ])
    for check in verification.checks {
      let verdict: Table.Cell =
        switch check.verdict {
        case .good: .init("ok", tone: .good)
        case .unchecked(let words): .init(words, tone: .faint)
        case .bad(let words): .init(words, tone: .bad)
        }
      let (end, overflow) = check.address.addingReportingOverflow(max(0, check.size - 1))
      table.add([
        .init(check.name), .init(flashAddress(check.address)), .init(overflow ? nil : flashAddress(end)),
        .init("\(check.size)"), .init(check.expected.map { "0x" + $0.hexadecimal(digits: 4) }), verdict,
      ])
    }
    return table
  }
}
