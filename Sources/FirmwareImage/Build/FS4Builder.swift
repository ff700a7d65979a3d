internal import BinaryLayout

/// Makes FS4 images that adapters' tools accept: for simulated adapters and for tests.
public struct FS4Builder: Sendable, Equatable {
  public var content: TabledImageContent
  /// Bytes of the file, whose last sectors are the device's: as large as the flash where mstflint shall burn it. A
  /// multiple of 4 KiB. `nil`: as small as it can be with the device's sections behind a multiple of 64 KiB.
  public var size: Int?

  public init(_ content: TabledImageContent = TabledImageContent(), size: Int? = nil) {
    self.content = content
    self.size = size
  }

  /// Where BOOT2 follows header and tools area.
  private static let toolsArea = 0xa0
  private static let boot2 = 0x100

  /// The image as a file that burns and queries take.
  public func build() -> [UInt8] {
    let sector = TableOfContents.sectorSize
    var layout = TabledImageAssembly(after: [])
    layout.put(content.boot, at: Self.boot2)
    let table = layout.bytes.count.rounded(upTo: sector)
    layout.put(header(tableOfContents: table), at: 0)
    layout.put(toolsArea, at: Self.toolsArea)
    layout.put([UInt8](repeating: 0xff, count: 2 * sector), at: table)
    for section in content.sections {
      let place: TOCEntry.ChecksumPlace = section.type == .pciCode ? .section : .entry
      layout.add(section.type, section.bytes, kind: .fs4Image, checksumPlace: place)
    }
    layout.put(TableOfContents(kind: .fs4Image, address: table, entries: layout.entries).bytes, at: table)

    let ownSize = TabledImageContent.deviceDataSize + sector
    let size = size ?? layout.bytes.count.rounded(upTo: 0x10000) + ownSize
    var device = TabledImageAssembly(after: layout.bytes)
    content.addDeviceData(to: &device, at: size - ownSize, kind: .fs4Device)
    let deviceTable = TableOfContents(kind: .fs4Device, address: size - sector, entries: device.entries)
    device.put(deviceTable.bytes, at: size - sector)
    device.put([], at: size)
    return device.bytes
  }

  private func header(tableOfContents: Int) -> [UInt8] {
    var header = FS4Layout.magic + [UInt8](repeating: 0, count: HardwarePointer.first - FS4Layout.magic.count)
    FS4Layout.format.write(FS4Layout.formatNumber, into: &header)
    let pointers: [HardwarePointer: Int] = [
      .boot2: Self.boot2, .tableOfContents: tableOfContents, .toolsArea: Self.toolsArea,
    ]
    return header + HardwarePointer.allCases.flatMap { HardwarePointer.build(pointers[$0] ?? 0) }
  }

  private var toolsArea: [UInt8] {
    var area = [UInt8](repeating: 0, count: ToolsAreaLayout.size)
    ToolsAreaLayout.minor.write(3, into: &area)
    ToolsAreaLayout.slotLog2.write(UInt64(content.slotLog2), into: &area)
    ToolsAreaLayout.binaryMajor.write(ToolsAreaLayout.knownBinaryMajor, into: &area)
    ToolsAreaLayout.crc.write(UInt64(CRC16.of(area[..<ToolsAreaLayout.checkedBytes])), into: &area)
    return area
  }
}
