internal import AdapterChips
internal import BinaryLayout

/// Makes FS3 images that adapters' tools accept: for simulated adapters and for tests.
public struct FS3Builder: Sendable, Equatable {
  public var content: TabledImageContent
  /// Where the device's own sections lie in file and flash; at a sector's start, behind the image. `nil`: at the next
  /// multiple of 64 KiB, so that no erase of the image's slot reaches them.
  public var deviceDataAddress: Int?

  public init(_ content: TabledImageContent = TabledImageContent(), deviceDataAddress: Int? = nil) {
    self.content = content
    self.deviceDataAddress = deviceDataAddress
  }

  /// The image as a file that burns and queries take.
  public func build() -> [UInt8] {
    var header = FS3Layout.magic + [UInt8](repeating: 0, count: FS3Layout.headerSize - FS3Layout.magic.count)
    FS3Layout.format.write(FS3Layout.formatNumber, into: &header)
    FS3Layout.slotLog2.write(UInt64(content.slotLog2), into: &header)
    FS3Layout.binaryMajor.write(1, into: &header)
    FS3Layout.binaryMinor.write(1, into: &header)
    var layout = TabledImageAssembly(after: header)
    layout.put(content.boot, at: FS3Layout.headerSize)
    let table = layout.bytes.count.rounded(upTo: TableOfContents.sectorSize)
    // The table's own sector and the one for its next version.
    layout.put([UInt8](repeating: 0xff, count: 2 * TableOfContents.sectorSize), at: table)
    for section in content.sections { layout.add(section.type, section.bytes, kind: .fs3) }
    let deviceData = deviceDataAddress ?? layout.bytes.count.rounded(upTo: 0x10000)
    content.addDeviceData(to: &layout, at: deviceData, kind: .fs3)
    layout.put(TableOfContents(kind: .fs3, address: table, entries: layout.entries).bytes, at: table)
    return layout.bytes
  }
}
