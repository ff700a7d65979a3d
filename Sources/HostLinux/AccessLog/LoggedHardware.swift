internal import HostAccess
internal import Vocabulary

/// The PCI bus, with a line for each access to a register.
struct LoggedPCI: PCIAccess {
  let base: any PCIAccess
  let log: AccessLog

  func name(vendor: UInt16, device: UInt16) -> String? { base.name(vendor: vendor, device: device) }

  func configurationSpace(of address: PCIAddress) throws(PCIError) -> [UInt8] {
    try log.line("pci.configuration \(address)", { "\($0.count) bytes" }, of: { "\($0)" }) { () throws(PCIError) in
      try base.configurationSpace(of: address)
    }
  }

  func open(_ address: PCIAddress) throws(PCIError) -> any PCIFunction {
    let function = try log.line("pci.open \(address)", of: { "\($0)" }) { () throws(PCIError) in
      try base.open(address)
    }
    return LoggedFunction(base: function, name: "\(address)", log: log)
  }
}

private func hexadecimal(_ value: UInt32) -> String { "0x" + value.hexadecimal(digits: 8) }

private final class LoggedFunction: PCIFunction {
  private let base: any PCIFunction
  private let name: String
  private let log: AccessLog

  init(base: any PCIFunction, name: String, log: AccessLog) {
    self.base = base
    self.name = name
    self.log = log
  }

  private func place(_ offset: Int) -> String { "\(name) 0x\(String(offset, radix: 16))" }

  func readConfiguration(at offset: Int) throws(PCIError) -> UInt32 {
    let outcome: (UInt32) -> String = { hexadecimal($0) }
    return try log.line("config.read \(place(offset))", outcome, of: { "\($0)" }) { () throws(PCIError) in
      try base.readConfiguration(at: offset)
    }
  }

  func readConfiguration(at offset: Int, count: Int) throws(PCIError) -> [UInt32] {
    let outcome: ([UInt32]) -> String = { ($0.map(hexadecimal)).joined(separator: " ") }
    return try log.line("config.read \(place(offset))", outcome, of: { "\($0)" }) { () throws(PCIError) in
      try base.readConfiguration(at: offset, count: count)
    }
  }

  func writeConfiguration(_ dwords: [UInt32], at offset: Int) throws(PCIError) {
    let values = dwords.map(hexadecimal).joined(separator: " ")
    try log.line("config.write \(place(offset)) \(values)", of: { "\($0)" }) { () throws(PCIError) in
      try base.writeConfiguration(dwords, at: offset)
    }
  }

  func mapBAR0(length: Int) throws(PCIError) -> any RegisterWindow {
    let window = try log.line("bar0.map \(name) \(length) bytes", of: { "\($0)" }) { () throws(PCIError) in
      try base.mapBAR0(length: length)
    }
    return LoggedWindow(base: window, name: name, log: log)
  }
}

private final class LoggedWindow: RegisterWindow {
  private let base: any RegisterWindow
  private let name: String
  private let log: AccessLog

  init(base: any RegisterWindow, name: String, log: AccessLog) {
    self.base = base
    self.name = name
    self.log = log
  }

  func read(at offset: Int) -> UInt32 {
    let outcome: (UInt32) -> String = { hexadecimal($0) }
    return log.line("bar0.read \(name) 0x\(String(offset, radix: 16))", outcome) {
      base.read(at: offset)
    }
  }

  func write(_ value: UInt32, at offset: Int) {
    let access = "bar0.write \(name) 0x\(String(offset, radix: 16)) \(hexadecimal(value))"
    log.line(access) { base.write(value, at: offset) }
  }
}

/// Management datagrams, with a line for each. Keys are not told: of a datagram the header alone.
struct LoggedManagement: ManagementAccess {
  let base: any ManagementAccess
  let log: AccessLog

  func open(device: String, port: Int, classes: [ManagementClass]) throws(ManagementError) -> any ManagementPort {
    let name = "\(device)/\(port)"
    let opened = try log.line("mad.open \(name)", of: { $0.explanation }) { () throws(ManagementError) in
      try base.open(device: device, port: port, classes: classes)
    }
    return LoggedPort(base: opened, name: name, log: log)
  }
}

private final class LoggedPort: ManagementPort {
  private let base: any ManagementPort
  private let name: String
  private let log: AccessLog

  init(base: any ManagementPort, name: String, log: AccessLog) {
    self.base = base
    self.name = name
    self.log = log
  }

  func send(_ datagram: [UInt8], to address: ManagementAddress, timeoutMilliseconds: Int) throws(ManagementError) {
    let access = "mad.send \(name) LID \(address.lid) \(Self.header(datagram))"
    try log.line(access, of: { $0.explanation }) { () throws(ManagementError) in
      try base.send(datagram, to: address, timeoutMilliseconds: timeoutMilliseconds)
    }
  }

  func receive(timeoutMilliseconds: Int) throws(ManagementError) -> ManagementArrival? {
    let outcome: (ManagementArrival?) -> String = { arrival in
      switch arrival {
      case .answer(let datagram): "answer \(Self.header(datagram))"
      case .timedOut(let datagram): "no answer to \(Self.header(datagram))"
      case nil: "nothing"
      }
    }
    return try log.line("mad.receive \(name)", outcome, of: { $0.explanation }) { () throws(ManagementError) in
      try base.receive(timeoutMilliseconds: timeoutMilliseconds)
    }
  }

  /// The common header: InfiniBand specification vol. 1, 13.4.2.
  private static func header(_ datagram: [UInt8]) -> String {
    guard datagram.count >= 24 else { return "of \(datagram.count) bytes" }
    func hexadecimal(_ range: Range<Int>) -> String {
      "0x" + datagram[range].map { $0.hexadecimal(digits: 2) }.joined()
    }
    return "class \(hexadecimal(1..<2)) method \(hexadecimal(3..<4)) attribute \(hexadecimal(16..<18)) "
      + "modifier \(hexadecimal(20..<24)) status \(hexadecimal(4..<6)) transaction \(hexadecimal(8..<16))"
  }
}
