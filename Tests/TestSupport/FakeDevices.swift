public import HostAccess
public import Vocabulary

/// Verbs attributes by device name.
public struct FakeVerbs: VerbsAccess {
  private let answers: [String: Result<VerbsDevice, VerbsError>]
  private let unforeseen: Unforeseen

  public init(_ answers: [String: Result<VerbsDevice, VerbsError>] = [:], unforeseen: Unforeseen = .stop) {
    self.answers = answers
    self.unforeseen = unforeseen
  }

  public func attributes(of devices: [String]) -> [String: Result<VerbsDevice, VerbsError>] {
    Dictionary(uniqueKeysWithValues: devices.map { ($0, answer(for: $0)) })
  }

  private func answer(for device: String) -> Result<VerbsDevice, VerbsError> {
    switch answers[device] {
    case let answer?: return answer
    case nil where unforeseen == .absent: return .failure(.unavailable("a fake machine has no verbs interface"))
    case nil: stop("FakeVerbs", "for the attributes of \(device)")
    }
  }
}

/// PCI names and configuration spaces.
public struct FakePCI: PCIAccess {
  private let names: [UInt32: String?]
  private let spaces: [PCIAddress: Result<[UInt8], PCIError>]
  private let unforeseen: Unforeseen

  /// - Parameters:
  ///   - names: by vendor and device, `0x15b3_1017`; `nil` is a device that the list does not know.
  ///   - spaces: configuration spaces by the text of the address.
  public init(
    names: [UInt32: String?] = [:], spaces: [String: Result<[UInt8], PCIError>] = [:], unforeseen: Unforeseen = .stop
  ) {
    self.names = names
    self.spaces = Dictionary(
      uniqueKeysWithValues: spaces.map { text, answer in
        guard let address = PCIAddress(text) else { fatalError("not a PCI address: \(text)") }
        return (address, answer)
      })
    self.unforeseen = unforeseen
  }

  public func name(vendor: UInt16, device: UInt16) -> String? {
    if let name = names[UInt32(vendor) << 16 | UInt32(device)] { return name }
    guard unforeseen == .absent else {
      stop("FakePCI", "for the name of \(vendor.hexadecimal(digits: 4)):\(device.hexadecimal(digits: 4))")
    }
    return nil
  }

  public func open(_ address: PCIAddress) throws(PCIError) -> any PCIFunction {
    guard unforeseen == .absent else { stop("FakePCI", "to open \(address)") }
    throw .notFound
  }

  public func configurationSpace(of address: PCIAddress) throws(PCIError) -> [UInt8] {
    switch spaces[address] {
    case let answer?: return try answer.get()
    case nil where unforeseen == .absent: throw .failed("a fake machine has no PCI")
    case nil: stop("FakePCI", "for the configuration space of \(address)")
    }
  }
}
