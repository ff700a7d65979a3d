internal import FabricDiscovery
internal import InfiniBandWire
internal import Vocabulary

/// A fabric as one page of HTML that needs nothing else: no request, no font, no script to be read.
package struct ReportPage {
  package let map: FabricMap
  package let figures: ReportFigures
  package let rows: [ReportRow]
  private let input: ReportInput

  /// Above this many cables those without a fault have no words of their own.
  private static let mostDetailed = 800
  /// What did not answer is named up to this many.
  private static let mostUnanswered = 500

  package init(_ input: ReportInput) {
    self.input = input
    let findings = input.findings
    map = FabricMap(input.fabric, names: input.names, erring: Set(findings.map(\.port)))
    figures = ReportFigures(map, findings: input.counters == nil ? nil : findings)
    rows = ReportRow.all(input, map, findings)
  }

  /// Whether everything that was asked has answered.
  package var isComplete: Bool { input.fabric.isComplete && input.counters?.unanswered.isEmpty != false }

  package var html: String {
    var page = head
    writeTop(to: &page)
    writeOverview(to: &page)
    writeRows(to: &page)
    writePictures(to: &page)
    page +=
      "<footer>rdmactl \(Markup.escaped(input.version))</footer>\n<script>\(ReportStyle.script)</script></body></html>\n"
    return page
  }

  private var head: String {
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '\(Self.hash(ReportStyle.css))'; "
      + "script-src '\(Self.hash(ReportStyle.script))'; base-uri 'none'; form-action 'none'\">"
      + "<meta name=\"viewport\" content=\"width=device-width\"><title>Fabric report \(Markup.escaped(input.timestamp))</title>"
      + "<style>\(ReportStyle.css)</style></head>\n<body>"
  }

  /// As a content security policy names a text: its digest in Base64.
  private static func hash(_ text: String) -> String { "sha256-" + Base64.text(SHA256.digest(Array(text.utf8))) }

  // MARK: Parts

  private func writeTop(to page: inout String) {
    let origin = [input.host, input.source].compactMap(\.self).map(Markup.escaped).joined(separator: ", ")
    page += "<header><h1>Fabric report</h1><p>\(Markup.escaped(input.timestamp)), from \(origin)"
    if let seconds = input.since?.seconds {
      page += "; errors are those of the last \(Self.duration(seconds))"
    } else if input.since != nil {
      page += "; errors are those since the earlier reading"
    }
    if input.counters == nil { page += "; error counters were not read" }
    page += "</p></header>"
    writeIncompleteness(to: &page)
    page += "<section class=\"fig\">"
    for figure in figures.named {
      let tone = figure.isBad && (figure.value ?? 0) > 0 ? " class=\"bad\"" : ""
      page += "<div\(tone)><b>\(figure.value.map { Markup.number($0) } ?? "–")</b>\(figure.name)</div>"
    }
    page += "</section>\n"
  }

  private func writeIncompleteness(to page: inout String) {
    guard !isComplete else { return }
    let unanswered = input.fabric.unanswered + (input.counters?.unanswered ?? [])
    let names = input.names
    var lines = unanswered.map { entry in
      let place =
        entry.beyond.map { "beyond \(names.name(of: $0))" } ?? entry.node.map { names.name(ofNode: $0) }
        ?? "route \(entry.route)"
      return "\(place): \(entry.what): \(entry.reason.words)"
    }
    lines += input.fabric.anomalies.map {
      "\($0.node.map { names.name(ofNode: $0) } ?? "route \($0.route)"): \($0.detail)"
    }
    page +=
      "<section class=\"inc\"><h2>Incomplete: \(Markup.count(lines.count, "answer")) missing or impossible</h2><ul>"
    for line in lines.prefix(Self.mostUnanswered) { page += "<li>\(Markup.escaped(line))" }
    if lines.count > Self.mostUnanswered { page += "<li>and \(Markup.number(lines.count - Self.mostUnanswered)) more" }
    page += "</ul></section>\n"
  }

  private func writeOverview(to page: inout String) {
    guard map.isTiered else { return }
    let overview = OverviewDrawing(map)
    guard !overview.isEmpty else { return }
    page += "<section><h2>Overview</h2>"
    overview.write(to: &page)
    page += "</section>\n"
  }

  private func writeRows(to page: inout String) {
    page += "<section><h2>What is wrong</h2>"
    guard !rows.isEmpty else {
      page +=
        "<p class=\"good\">\(isComplete ? "Nothing was found." : "Nothing was found in what answered.")</p></section>\n"
      return
    }
    let hasRates = rows.contains { $0.perHour != nil }
    page +=
      "<p class=\"tools\"><input id=\"f\" type=\"search\" placeholder=\"filter\" aria-label=\"filter\"> <span id=\"n\"></span></p>"
    page += "<table id=\"w\"><thead><tr><th>What<th>Where<th>Other end<th>Value"
    page += (hasRates ? "<th>Per hour" : "") + "<th>Detail</thead><tbody>"
    for row in rows {
      page += "<tr class=\"\(row.severity.rawValue)\"><td>\(Markup.escaped(row.what))<td>\(Markup.escaped(row.place))"
      page += "<td>\(Markup.escaped(row.other ?? ""))<td class=\"r\">\(row.value.map { Markup.number($0) } ?? "")"
      if hasRates { page += "<td class=\"r\">\(row.perHour.map { Markup.number($0) } ?? "")" }
      page += "<td>\(Markup.escaped(row.detail))\n"
    }
    page += "</tbody></table></section>\n"
  }

  private func writePictures(to page: inout String) {
    page += "<section><h2>Cables</h2>\(ReportStyle.legend)"
    if !map.isTiered {
      page += "<p>This fabric has no tiers: each switch with its neighbours.</p>"
      AdjacencyDrawing(map, cables: Array(map.cables.indices)).write(to: &page)
      page += "</section>\n"
      return
    }
    page +=
      "<p class=\"tools\"><label><input id=\"h\" type=\"checkbox\"> show only groups with something wrong</label></p></section>\n"
    for tier in (0..<map.tiers - 1).reversed() {
      let blocks = map.blocks.filter { $0.tier == tier }
      page +=
        "<section><h2>\(tier == 0 ? "Leaves and hosts" : "Tier \(tier + 2) to tier \(tier + 1)")</h2><div class=\"grid\">"
      for (index, block) in blocks.enumerated() { write(block, number: index + 1, alone: blocks.count == 1, to: &page) }
      page += "</div></section>\n"
    }
    if !map.others.isEmpty {
      page += "<section><h2>Cables outside the pattern</h2>"
      AdjacencyDrawing(map, cables: map.others).write(to: &page)
      page += "</section>\n"
    }
    if map.inner > 0 {
      page += "<p>\(Markup.count(map.inner, "link")) to aggregation nodes inside switches not drawn.</p>\n"
    }
  }

  private func write(_ block: Block, number: Int, alone: Bool, to page: inout String) {
    let hosts = block.tier == 0 ? block.lower.flatMap { map.hosts[$0] ?? [] } : []
    let cables = block.cables.values.flatMap(\.self) + hosts
    let gaps = block.tier == 0 ? map.hostGaps.count { block.lower.contains($0.node) } : 0
    func count(_ fault: CableFaults) -> Int { cables.count { map.cables[$0].faults.contains(fault) } }
    let counts = [
      (count(.down), "down"), (count(.slow), "slow"), (count(.errors), "with errors"),
      (block.missing + gaps, "missing"),
    ]
    let bad = counts.filter { $0.0 > 0 }
    page += "<figure class=\"\(bad.isEmpty ? "well" : "odd")\"><figcaption>"
    if !alone { page += "<b>\(BlockTitle.name(block, number: number))</b> " }
    page += "\(block.upper.count) × \(block.lower.count) switches"
    if block.tier == 0 { page += ", \(Markup.count(hosts.count, "host"))" }
    page += bad.map { ", \($0.0) \($0.1)" }.joined() + "</figcaption>"
    MatrixDrawing(block, in: map, isDetailed: map.cables.count <= Self.mostDetailed).write(to: &page)
    page += "</figure>\n"
  }

  private static func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<120: "\(Markup.number(seconds)) s"
    case ..<7200: "\(Markup.number(seconds / 60)) minutes"
    case ..<172_800: "\(Markup.number(seconds / 3600)) hours"
    default: "\(Markup.number(seconds / 86400)) days"
    }
  }
}

/// Source: RFC 4648, section 4.
enum Base64 {
  private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

  static func text(_ bytes: [UInt8]) -> String {
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = bytes[start..<min(start + 3, bytes.count)]
      let value = (0..<3).reduce(0) { $0 << 8 | (start + $1 < part.endIndex ? Int(bytes[start + $1]) : 0) }
      for index in 0..<4 {
        if index <= part.count { text.append(digits[value >> (18 - 6 * index) & 63]) } else { text.append("=") }
      }
    }
    return text
  }
}
