internal import HostAccess
internal import Presentation
internal import Vocabulary

/// `rdmactl status [NAME…] [--json | -q]`, read without the parser: nearly every call is one, completions among them, and
/// the parser would be half of their time. Any other option, or a mistake, is the parser's.
struct PlainStatus {
  let names: [String]
  let format: OutputFormat

  /// - Parameter arguments: without the program's own name; `nil` where the line says more than names and one form.
  init?(_ arguments: [String]) {
    guard arguments.first == Status.name else { return nil }
    var names: [String] = []
    var format: OutputFormat?
    for word in arguments.dropFirst() {
      switch word {
      case "--json" where format == nil: format = .json
      case "-q" where format == nil, "--quiet" where format == nil: format = .quiet
      case _ where word.hasPrefix("-"): return nil
      default: names.append(word)
      }
    }
    self.names = names
    self.format = format ?? .text
  }

  func run(on host: Host, output: Output) throws -> ExitStatus {
    let options = StatusTask.Options(names: names, sections: .init(), format: .text)
    let task = StatusTask(host: host, output: output, options: options, expectation: nil)
    return try task.show(try task.read())
  }
}
