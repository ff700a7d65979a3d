// What libFuzzer calls: every entrance for bytes from strangers, one parser at a time (RDMACTL_FUZZ). Built and run by
// Tests/scripts/fuzz.
internal import AdapterChips
internal import FirmwareImage
internal import Glibc
internal import Vocabulary

/// The parsers, and samples to start from.
private enum Parser: String, CaseIterable {
  case fs1, fs2, fs3, fs4, mfa2
  case opensm, partitions, defaults, log
  case mad, netlink

  func run(_ bytes: [UInt8]) {
    switch self {
    case .fs1: exercise(bytes, .fs1)
    case .fs2: exercise(bytes, .fs2)
    case .fs3: exercise(bytes, .fs3)
    case .fs4: exercise(bytes, .fs4)
    case .opensm, .partitions, .defaults, .log: ManagerFile(rawValue: rawValue)?.read(bytes)
    case .mad: DamagedFabric.explore(bytes)
    case .netlink: DamagedAnswer.read(bytes)
    case .mfa2:
      guard let package = try? MFA2Package(bytes) else { return }
      for board in package.boards.prefix(4) { _ = try? package.image(psid: board.psid) { Array($0.prefix($1)) } }
    }
  }

  private func exercise(_ bytes: [UInt8], _ format: ImageFormat) {
    let source = MemoryBytes(bytes)
    let geometry = FlashGeometry(size: 0x10_0000, eraseSizes: [0x1000, 0x1_0000], pageSize: 256)
    for medium in [Medium.file, .flash] {
      guard let found = try? Firmware.locate(in: source, medium: medium) else { continue }
      for placement in found {
        _ = try? Firmware.read(placement, from: source)
        _ = try? Firmware.verify(placement, in: source)
        _ = try? Firmware.contents(placement, of: source)
      }
      _ = try? Firmware.recipe(placing: bytes, format: format, on: geometry, holding: found, source: source)
    }
    let change = IdentityChange(guids: CardGUIDs(), macs: CardMACs(), vsd: "x", psid: "y", rom: [1, 2, 3, 4])
    _ = try? Firmware.changing(bytes, format: format, change)
  }

  var samples: [[UInt8]] {
    get throws {
      switch self {
      case .fs1:
        var builder = FS1Builder()
        builder.sectorLog2 = 12
        return [try builder.build(), try builder.buildShort()]
      case .fs2:
        var builder = FS2Builder()
        builder.size = 2_000
        let bare = try builder.build()
        builder.size = nil
        builder.rom = ExpansionROMBuilder([
          .init(product: 0x10, version: FirmwareVersion(3, 4, 752), pciDevice: 0x1003)
        ]).build()
        return [bare, try builder.build()]
      case .fs3, .fs4:
        var content = TabledImageContent.fuzzed
        let bare = build(content)
        content.rom = ExpansionROMBuilder([
          .init(product: 0x10, version: FirmwareVersion(3, 4, 752), pciDevice: 0x1013)
        ]).build()
        content.vsd = "x"
        return [bare, build(content)]
      case .opensm, .partitions, .defaults, .log: return ManagerFile(rawValue: rawValue)?.samples ?? []
      case .mad: return DamagedFabric.samples
      case .netlink: return DamagedAnswer.samples
      case .mfa2:
        let image = [UInt8](repeating: 0x5a, count: 64)
        return [MFA2Builder(["ACME000000001", "ACME000000002"].map { .init(psid: $0, image: image) }).build()]
      }
    }
  }
}

extension Parser {
  fileprivate func build(_ content: TabledImageContent) -> [UInt8] {
    self == .fs3 ? FS3Builder(content).build() : FS4Builder(content).build()
  }
}

extension TabledImageContent {
  /// Small: what is fuzzed is the tables, not the code.
  fileprivate static var fuzzed: TabledImageContent {
    var content = TabledImageContent()
    content.mainCodeSize = 256
    return content
  }
}

private let parser = environment("RDMACTL_FUZZ").flatMap(Parser.init(rawValue:)) ?? .fs2

private func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

/// Writes the samples where libFuzzer looks for them.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_: UnsafeMutableRawPointer?, _: UnsafeMutableRawPointer?) -> Int32 {
  guard let directory = environment("RDMACTL_FUZZ_SAMPLES"), let samples = try? parser.samples else { return 0 }
  for (index, bytes) in samples.enumerated() {
    guard let file = fopen("\(directory)/sample-\(index)", "w") else { continue }
    _ = bytes.withUnsafeBufferPointer { fwrite($0.baseAddress, 1, $0.count, file) }
    fclose(file)
  }
  return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  parser.run(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
