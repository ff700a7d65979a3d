internal import AdapterChips
internal import FirmwareImage
internal import HostAccess
internal import Presentation
internal import Vocabulary

/// A file was written: `rdmactl fw read` and `rdmactl fw extract -o`.
struct WrittenFileAnswer: Presentable {
  struct Payload: Encodable {
    let source: String
    let file: String
    let bytes: Int
    @ExplicitNull var psid: String?
    @ExplicitNull var version: String?
    @ExplicitNull var format: ImageFormat?
    let written: Bool
  }

  static let schema = "rdmactl.fw.file/1"
  let source: String
  let file: String
  let count: Int
  let facts: FirmwareFacts?
  var isWritten = true

  var payload: Payload {
    Payload(
      source: source, file: file, bytes: count, psid: facts?.psid, version: facts?.version?.description,
      format: facts?.format, written: isWritten)
  }

  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var quietLines: [String] { [file] }

  func write(to page: inout Page) {
    let what = [facts?.format.rawValue, facts?.version?.description, facts?.psid].compactMap { $0 }
    page.line("\(file): \(count) bytes of \(source)" + (what.isEmpty ? "" : " (\(what.joined(separator: ", ")))"))
    if !isWritten { page.line("Dry run: nothing was written.", tone: .caution) }
  }
}

extension WrittenFileAnswer {
  /// Writes the file, whole or not at all, and shows what it is.
  /// - Parameter file: `nil` for a dry run.
  static func write(
    _ bytes: [UInt8], to path: String, _ file: OutputFile?, of source: String, facts: FirmwareFacts?, output: Output
  ) throws {
    do throws(FileError) { try file?.write(bytes) } catch { throw ImageFileFailure.notWritten(error) }
    try output.show(
      WrittenFileAnswer(source: source, file: path, count: bytes.count, facts: facts, isWritten: file != nil))
  }
}
