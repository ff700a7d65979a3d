internal import AdapterChips
internal import FirmwareImage
internal import HostAccess
internal import SimulatedHardware
internal import TestSupport
internal import Testing

@testable internal import FirmwareFlash

/// CR space that is told beforehand, register by register, what will be asked of it. Anything else stops the run.
final class ScriptedSpace: CRSpace {
  enum Step: Equatable {
    case read(UInt32, gives: UInt32)
    case write(UInt32, to: UInt32)
  }

  private var steps: [Step]

  init(_ steps: [Step]) { self.steps = steps }

  var isDone: Bool { steps.isEmpty }

  func read(_ address: UInt32) throws(FlashError) -> UInt32 {
    guard !steps.isEmpty, case .read(address, let value) = steps.removeFirst() else {
      fatalError("read of \(hex(address)), which was not expected")
    }
    return value
  }

  func write(_ value: UInt32, to address: UInt32) throws(FlashError) {
    guard !steps.isEmpty, steps.removeFirst() == .write(value, to: address) else {
      fatalError("write of \(hex(value)) to \(hex(address)), which was not expected")
    }
  }
}

/// The bits of each generation's gateway, as DeviceAccess.md#cr-space has them.
@Suite("Gateways, register by register")
struct GatewayTests {
  private func run(_ gateway: FlashGateway, _ transfer: SPITransfer, _ steps: [ScriptedSpace.Step]) throws -> [UInt8] {
    let space = ScriptedSpace(steps)
    let result = try SPIGateway(try #require(SPIGatewayLayout.of(gateway)), space, FakeClock()).run(transfer)
    #expect(space.isDone)
    return result
  }

  private static let read = SPITransfer(opcode: 0x03, address: 0x12_3450, payload: .read(16))
  private static let data: [ScriptedSpace.Step] = [
    .read(0xf0410, gives: 0x0001_0203), .read(0xf0414, gives: 0x0405_0607), .read(0xf0418, gives: 0x0809_0a0b),
    .read(0xf041c, gives: 0x0c0d_0e0f),
  ]

  @Test(
    "A read of 16 bytes",
    arguments: [
      (FlashGateway.connectX, 0xf0404, 0x4003_241d), (.connectX3, 0xf0404, 0x4003_241d),
      (.fifthGeneration, 0xf0404, 0xc003_041d), (.sixthGeneration, 0xf0420, 0xc003_101d),
    ] as [(FlashGateway, UInt32, UInt32)])
  func reads(gateway: FlashGateway, address: UInt32, command: UInt32) throws {
    let bytes = try run(
      gateway, Self.read,
      [.write(0x12_3450, to: address), .write(command, to: 0xf0400)]
        + [.read(0xf0400, gives: command), .read(0xf0400, gives: command & ~(1 << 30))] + Self.data)
    #expect(bytes == Array(0..<16))
  }

  @Test("InfiniHost III Lx: its own read, and other commands with the opcode beside the address")
  func firstSPI() throws {
    let bytes = try run(
      .firstSPI, SPITransfer(opcode: 0x03, address: 0x12_3450, payload: .read(4)),
      [
        .write(0, to: 0xf0418), .write(0x12_3450, to: 0xf0404), .write(0x4000_0201, to: 0xf0400),
        .read(0xf0400, gives: 0), .read(0xf0408, gives: 0xdead_beef),
      ])
    #expect(bytes == [0xde, 0xad, 0xbe, 0xef])
    _ = try run(
      .firstSPI, SPITransfer(opcode: 0x06),
      [
        .write(0, to: 0xf0418), .write(0x0600_0000, to: 0xf0404), .write(0x4000_0070, to: 0xf0400),
        .read(0xf0400, gives: 0),
      ])
  }

  @Test("Held chip select: the next transfer has no command and no address")
  func hold() throws {
    let space = ScriptedSpace(
      [.write(0, to: 0xf0404), .write(0x4003_243d, to: 0xf0400), .read(0xf0400, gives: 0)] + Self.data
        + [.write(0x4000_2411, to: 0xf0400), .read(0xf0400, gives: 0)] + Self.data)
    let gateway = SPIGateway(try #require(SPIGatewayLayout.of(.connectX)), space, FakeClock())
    try gateway.run(SPITransfer(opcode: 0x03, address: 0, payload: .read(16), hold: true))
    try gateway.run(SPITransfer(payload: .read(16)))
    #expect(space.isDone)
  }

  @Test("A program that was left in the middle is ended with ones before the next command")
  func released() throws {
    let ones: [ScriptedSpace.Step] = (0..<4).map { .write(.max, to: 0xf0410 + 4 * $0) }
    let space = ScriptedSpace(
      ones + [.write(0, to: 0xf0404), .write(0x4002_243c, to: 0xf0400), .read(0xf0400, gives: 0)]
        + ones + [.write(0x4000_2410, to: 0xf0400), .read(0xf0400, gives: 0)]
        + [.write(0x4006_2004, to: 0xf0400), .read(0xf0400, gives: 0)])
    let gateway = SPIGateway(try #require(SPIGatewayLayout.of(.connectX)), space, FakeClock())
    let payload = SPITransfer.Payload.write([UInt8](repeating: 0xff, count: 16))
    try gateway.run(SPITransfer(opcode: 0x02, address: 0, payload: payload, hold: true))
    try gateway.run(SPITransfer(opcode: 0x06))
    #expect(space.isDone)
  }

  @Test(
    "What the part protects is known, and left alone",
    arguments: [
      (0x04, 0xfc_0000..<0x100_0000), (0x24, 0..<0x4_0000), (0x1c, 0..<0x100_0000), (0x44, 0xff_f000..<0x100_0000),
    ] as [(UInt8, Range<Int>)])
  func protection(status: UInt8, area: Range<Int>) throws {
    let bench = Bench(.connectx5)
    let connection = try bench.open()
    let layout = try #require(SPIGatewayLayout.of(.fifthGeneration))
    let first = try connection.flash()
    // Another tool protects it.
    let gateway = SPIGateway(layout, OtherTool(bench.adapter), bench.clock)
    try gateway.run(SPITransfer(opcode: SPIOpcode.writeEnable))
    try gateway.run(SPITransfer(opcode: 0x01, payload: .write([status])))
    while try gateway.register(SPIOpcode.status) & 1 == 1 {}
    first.close()

    let flash = try connection.flash()
    #expect(flash.protectedAreas == [area])
    #expect(throws: FlashError.writeProtected(area)) { try flash.program([0], at: area.upperBound - 1) }
    #expect(throws: FlashError.writeProtected(area)) { try flash.erase(at: area.lowerBound, size: 0x1000) }
    #expect(bench.adapter.operations.isEmpty)
    if area.lowerBound > 0 { try flash.program([0], at: area.lowerBound - 1) }
    #expect(bench.adapter.violations.isEmpty)
  }
}

/// CR space as another tool would use it through the capability, whose semaphore the connection holds.
private final class OtherTool: CRSpace {
  private static let address = 0xd0
  private static let data = 0xd4
  private let adapter: SimulatedAdapter

  init(_ adapter: SimulatedAdapter) { self.adapter = adapter }

  func read(_ address: UInt32) throws(FlashError) -> UInt32 {
    try adapter.configure([address], at: Self.address)
    return try adapter.configuration(at: Self.data)
  }

  func write(_ value: UInt32, to address: UInt32) throws(FlashError) {
    try adapter.configure([value], at: Self.data)
    try adapter.configure([address | 1 << 31], at: Self.address)
  }
}
