internal import InfiniBandWire
internal import PortStatus
internal import Presentation
internal import Vocabulary

/// `rdmactl status --brief`: no GUID, LID, address or counter, and problems by their ids, so that the texts of equal hosts are
/// equal and `clush -b` or `dshbak -c` folds them.
struct BriefStatus {
  let inventory: Inventory
  let problems: [Problem]

  private struct Row {
    let name: String
    var adapter: Adapter?
    var port: Port?
    let problems: [String]
  }

  var table: Table { Table(fields, rows: rows) }

  private var rows: [Row] {
    var rest = problems.filter { $0.severity != .info }
    func take(_ subjects: [String]) -> [String] {
      let mine = rest.filter { subjects.contains($0.subject) }
      rest.removeAll { subjects.contains($0.subject) }
      return mine.reduce(into: []) { if !$0.contains($1.id) { $0.append($1.id) } }
    }
    var rows: [Row] = []
    for adapter in inventory.shown {
      if adapter.ports.isEmpty {
        rows.append(Row(name: adapter.label, adapter: adapter, problems: take([adapter.label])))
      }
      for port in adapter.ports {
        let name = "\(adapter.label)/\(port.number)"
        rows.append(Row(name: name, adapter: adapter, port: port, problems: take([adapter.label, name])))
      }
    }
    let others = take(rest.map(\.subject))
    return rows + (others.isEmpty ? [] : [Row(name: "host", problems: others)])
  }

  private var fields: [Table.Field<Row>] {
    [
      .init("PORT", text: { $0.name }),
      .init("STATE", text: { $0.port?.state.rawValue }),
      .init("LINK", text: { $0.port?.linkLayer.map(StatusReport.word) }),
      .init("RATE", .right, text: { $0.port.flatMap(Self.rate) }),
      .init("SPEED", text: { $0.port.flatMap { $0.state == .down ? nil : StatusReport.speed($0) } }),
      .init("MTU", number: { $0.port?.netdevs.first?.mtu }),
      .init("FIRMWARE", text: { $0.adapter?.firmwareVersion }),
      .init("PSID", text: { $0.adapter?.psid }),
      .init(
        "PCIE", text: { $0.adapter?.pcie.map { "\(StatusReport.number($0.current.speed)) GT/s x\($0.current.width)" } }),
      .init("PROBLEMS", text: { $0.problems.isEmpty ? nil : $0.problems.joined(separator: ",") }),
    ]
  }

  private static func rate(_ port: Port) -> String? {
    port.state == .down ? nil : port.rate.map { "\(StatusReport.number($0)) Gb/s" }
  }
}
