internal import Foundation

/// `rdmactl status --json`, as a script reads it: the keys of the contract, none optional that must be there.
public struct StatusAnswer: Decodable {
  public struct Adapter: Decodable {
    public let name: String
    public let hcaType: String?
    public let firmwareVersion: String?
    public let hardwareRevision: String?
    public let nodeGuid: String
    public let systemImageGuid: String
    public let ports: [Port]
  }
  public struct Port: Decodable {
    public let state: String
    public let physicalState: String
    public let linkLayer: String
    /// Of a port that is down there is no rate and no LID.
    public let rateGbps: Double?
    public let lid: Int?
    public let smLid: Int?
    public let lmc: Int?
    /// `nil` for a port without one: iWARP.
    public let portGuid: String?
    public let capabilityMask: Int
  }
  public struct Problem: Decodable {
    public let id: String
    public let subject: String
  }

  public let schema: String
  public let adapters: [Adapter]
  public let problems: [Problem]
  public var ports: [Port] { adapters.flatMap(\.ports) }

  public init(_ text: some StringProtocol) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(StatusAnswer.self, from: Data(text.utf8))
    guard schema == "rdmactl.status/1" else { throw SpawnFailure(message: "the schema is \(schema)") }
  }
}

/// The text of `ibstat` for an adapter with one port: "name: value" lines, and the adapter's name in its heading.
public struct IbstatAnswer: Equatable {
  public var facts: [String: String] = [:]

  public init(_ text: some StringProtocol) {
    for line in text.split(separator: "\n").map({ $0.trimmingCharacters(in: .whitespaces) }) {
      if line.hasPrefix("CA '") {
        facts["CA"] = String(line.dropFirst(4).dropLast())
      } else if let colon = line.firstIndex(of: ":"), line != "Port 1:" {
        facts[String(line[..<colon])] = line[colon...].dropFirst().trimmingCharacters(in: .whitespaces)
      }
    }
  }

  /// What it must say of an adapter that rdmactl has told of.
  public init?(of adapter: StatusAnswer.Adapter) {
    guard let port = adapter.ports.first else { return nil }
    let mask = String(port.capabilityMask, radix: 16)
    let rate = port.rateGbps ?? 0
    facts = [
      "CA": adapter.name, "CA type": adapter.hcaType ?? "", "Number of ports": "\(adapter.ports.count)",
      "Firmware version": adapter.firmwareVersion ?? "", "Hardware version": adapter.hardwareRevision ?? "",
      "Node GUID": "0x\(adapter.nodeGuid)", "System image GUID": "0x\(adapter.systemImageGuid)",
      "State": ["init": "Initializing", "active": "Active", "down": "Down"][port.state] ?? port.state,
      "Physical state": ["link_up": "LinkUp", "polling": "Polling", "disabled": "Disabled"][port.physicalState]
        ?? port.physicalState,
      "Rate": rate == rate.rounded() ? "\(Int(rate))" : "\(rate)", "Base lid": "\(port.lid ?? 0)",
      "LMC": "\(port.lmc ?? 0)", "SM lid": "\(port.smLid ?? 0)",
      "Capability mask": "0x" + String(repeating: "0", count: max(0, 8 - mask.count)) + mask,
      "Port GUID": "0x\(port.portGuid ?? "")",
      "Link layer": ["infiniband": "InfiniBand", "ethernet": "Ethernet"][port.linkLayer] ?? port.linkLayer,
    ]
  }

  /// Without what a port that is down does not have: ibstat prints what the hardware was left with.
  public var lasting: IbstatAnswer {
    guard facts["State"] == "Down" else { return self }
    var answer = self
    for name in ["Rate", "Base lid", "LMC", "SM lid"] { answer.facts[name] = nil }
    return answer
  }
}
