internal import Foundation
internal import TestSupport

/// What `rdmactl fw … --json` says, as far as tests look at it.
enum FirmwareAnswers {
  struct Query: Decodable {
    struct GUIDs: Decodable { let node, port1, port2, systemImage: String? }
    struct MACs: Decodable { let port1, port2: String? }
    struct Slot: Decodable { let address: Int, active: Bool, ended: Bool, valid: Bool?, version: String? }
    struct Problem: Decodable { let id: String, fix: [String] }
    let format: String
    let version: String?
    let psid: String?
    let guids: GUIDs
    let macs: MACs
    let slots: [Slot]
    let problems: [Problem]
  }

  struct Burn: Decodable {
    let result: String
    let changed: Bool
    let bytesErased, bytesProgrammed: Int
    let verified: Bool
    let backup: String?
  }

  struct Refusal: Decodable {
    struct Reason: Decodable { let id: String, message: String, fix: [String], hint: [String] }
    let error: Reason
  }

  static func query(_ result: Consequences) throws -> Query { try read(Query.self, result) }
  static func burn(_ result: Consequences) throws -> Burn { try read(Burn.self, result) }
  static func refusal(_ result: Consequences) throws -> Refusal.Reason { try read(Refusal.self, result).error }

  private static func read<T: Decodable>(_: T.Type, _ result: Consequences) throws -> T {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do { return try decoder.decode(T.self, from: Data(result.output.utf8)) } catch {
      throw SpawnFailure(message: "\(error)\n\(result.output)\(result.error)")
    }
  }
}

/// The lines of mstflint's `query`, by their labels.
struct PeerQuery {
  private let values: [String: String]

  init(_ output: String) {
    let pairs = output.split(separator: "\n").compactMap { line in
      line.firstIndex(of: ":").map { colon in
        (String(line[..<colon]), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces))
      }
    }
    values = Dictionary(pairs) { $1 }
  }

  var format: String? { values["Image type"] }
  var version: String? { values["FW Version"] }
  var psid: String? { values["PSID"] }
  /// All of them, or the first of a range.
  var guids: [String] { words("GUIDs") ?? words("Base GUID").map { Array($0.prefix(1)) } ?? [] }
  var macs: [String] { words("MACs") ?? words("Base MAC").map { Array($0.prefix(1)) } ?? [] }

  private func words(_ label: String) -> [String]? { values[label]?.split(separator: " ").map(String.init) }
}

extension FirmwareAnswers.Query {
  /// The same values as mstflint writes them.
  var guidsAsPeer: [String] { [guids.node, guids.port1, guids.port2, guids.systemImage].compactMap { $0 } }
  var macsAsPeer: [String] { [macs.port1, macs.port2].compactMap { $0?.replacingOccurrences(of: ":", with: "") } }
}
