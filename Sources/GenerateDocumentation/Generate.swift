internal import ArgumentParser
internal import Commands
internal import FoundationEssentials
internal import Glibc

/// Writes `man/*.[78]` and `completions/*` from the command definitions and `man/parts`. For developers; not installed.
@main
enum Generate {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    guard let package = arguments.first, arguments.count <= 2 else {
      fail("usage: GenerateDocumentation PACKAGE [OUTPUT]", status: 64)
    }
    do {
      try run(package: package, output: arguments.last ?? package)
    } catch {
      fail("GenerateDocumentation: \(error)", status: 1)
    }
  }

  static func run(package: String, output: String) throws {
    guard let root = CommandDescription.of(Rdmactl.self) else { fail("the commands cannot be described", status: 1) }
    let manual = try Manual(root: root) { command in
      try HandWrittenPart(path: "\(package)/man/parts/\(command).mdoc")
    }
    var files: [String: String] = [:]
    for (shell, name) in [("bash", "rdmactl.bash"), ("zsh", "_rdmactl"), ("fish", "rdmactl.fish")] {
      files["completions/\(name)"] = CompletionScript.text(for: shell)
    }
    for page in manual.pages { files["man/\(page.name).8"] = page.text }
    files["man/\(GlossaryPage.name).7"] = GlossaryPage(ProblemCatalog.glossary).text
    files["man/rdmactl-from-windows.7"] = try String(
      contentsOfFile: "\(package)/man/parts/from-windows.7", encoding: .utf8)
    files["man/\(SchemaPage.name).7"] = try SchemaPage(folder: "\(package)/man/json").text

    for folder in ["man", "completions"] {
      try FileManager.default.createDirectory(atPath: "\(output)/\(folder)", withIntermediateDirectories: true)
    }
    for name in try FileManager.default.contentsOfDirectory(atPath: "\(output)/man")
    where name.hasSuffix(".8") || name.hasSuffix(".7") {
      if files["man/\(name)"] == nil { try FileManager.default.removeItem(atPath: "\(output)/man/\(name)") }
    }
    for (name, text) in files {
      try Data(text.utf8).write(to: URL(filePath: "\(output)/\(name)"))
    }
  }

  private static func fail(_ words: String, status: Int32) -> Never {
    let line = words + "\n"
    _ = unsafe line.withCString { unsafe write(STDERR_FILENO, $0, line.utf8.count) }
    exit(status)
  }
}
