/// Files as the text that `RecordedTree` of HostAccess reads.
enum TreeText {
  static func text(_ files: [String: Recording.Entry]) -> String {
    var text = "# recorded by rdmactl snapshot\n"
    for (path, entry) in files.sorted(by: { $0.key < $1.key }) where !path.contains("\n") && path != "/" {
      switch entry {
      case .directory: text += "dir \(path)\n"
      case .link(let target): text += "link \(path) -> \(target)\n"
      case .bytes(let bytes): text += line(path, bytes)
      }
    }
    return text
  }

  private static func line(_ path: String, _ bytes: [UInt8]) -> String {
    guard bytes.last == 0x0a, let content = String(validating: bytes.dropLast(), as: UTF8.self),
      !bytes.contains(where: { $0 < 0x20 && $0 != 0x0a && $0 != 0x09 })
    else { return "hex \(path) =\(bytes.isEmpty ? "" : " ")\(Hexadecimal.text(bytes))\n" }
    guard content.utf8.contains(0x0a) else { return "file \(path) =\(content.isEmpty ? "" : " ")\(content)\n" }
    let lines = content.split(separator: "\n", omittingEmptySubsequences: false)
    return "lines \(path)\n" + lines.map { "  \($0)\n" }.joined()
  }
}
