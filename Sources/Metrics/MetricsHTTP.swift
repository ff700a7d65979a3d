/// As much of HTTP as a scrape needs. Source: RFC 9110, RFC 9112.
package enum MetricsHTTP {
  package struct Request: Sendable, Equatable {
    package let method: String
    package let path: String
    package let format: Exposition.Format
    package let acceptsGzip: Bool

    /// - Returns: `nil` for bytes that are no request.
    package init?(_ bytes: [UInt8]) {
      let lines = String(decoding: bytes, as: UTF8.self).split(
        separator: "\r\n", omittingEmptySubsequences: false)
      let words = (lines.first ?? "").split(separator: " ")
      guard words.count == 3, words[2].hasPrefix("HTTP/1.") else { return nil }
      method = String(words[0])
      path = String(words[1].prefix { $0 != "?" })
      var fields: [String: String] = [:]
      for line in lines.dropFirst().prefix(while: { !$0.isEmpty }) {
        guard let colon = line.firstIndex(of: ":") else { return nil }
        fields[line[..<colon].lowercased(), default: ""] += line[line.index(after: colon)...].lowercased() + ","
      }
      format = fields["accept"]?.contains("application/openmetrics-text") == true ? .openMetrics : .prometheus
      acceptsGzip = fields["accept-encoding"].map(Self.wantsGzip) ?? false
    }

    /// `gzip;q=0` is a refusal.
    private static func wantsGzip(_ value: String) -> Bool {
      value.split(separator: ",").contains { part in
        let words = part.split(separator: ";").map { $0.filter { $0 != " " } }
        guard let name = words.first, ["gzip", "*"].contains(name) else { return false }
        return !words.dropFirst().contains { $0.hasPrefix("q=0") && $0.dropFirst(3).allSatisfy { "0.".contains($0) } }
      }
    }
  }

  /// A head is over at its first empty line.
  package static func isComplete(_ bytes: [UInt8]) -> Bool {
    let end: [UInt8] = [0x0d, 0x0a, 0x0d, 0x0a]
    return bytes.count >= end.count && bytes.indices.dropLast(end.count - 1).contains { bytes[$0...].starts(with: end) }
  }

  package enum Status: String, Sendable {
    case ok = "200 OK"
    case badRequest = "400 Bad Request"
    case notFound = "404 Not Found"
    case methodNotAllowed = "405 Method Not Allowed"
    case unavailable = "503 Service Unavailable"
  }

  /// - Parameter withBody: not for HEAD.
  package static func answer(
    _ status: Status, type: String = "text/plain; charset=utf-8", _ body: [UInt8], isPacked: Bool = false,
    withBody: Bool = true
  ) -> [UInt8] {
    var head = "HTTP/1.1 \(status.rawValue)\r\nContent-Type: \(type)\r\nContent-Length: \(body.count)\r\n"
    if isPacked { head += "Content-Encoding: gzip\r\n" }
    if status == .methodNotAllowed { head += "Allow: GET, HEAD\r\n" }
    head += "Vary: Accept, Accept-Encoding\r\nConnection: close\r\n\r\n"
    return Array(head.utf8) + (withBody ? body : [])
  }
}
