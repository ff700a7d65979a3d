internal import BinaryLayout

/// Checks every checksum of an FS1 or FS2 image, reading each byte once.
struct SectionVerifier {
  typealias Check = Verification.Check
  typealias Progress = (_ done: Int, _ total: Int) throws -> Void

  /// Bytes that are read between two reports of progress.
  private static let block = 0x1_0000

  private let window: ImageWindow
  private let layout: ImageHeaderLayout
  private let progress: Progress
  private var header: [UInt8] = []
  private var checks: [Check] = []
  private var fullImage = FullImageCRC()
  private var guidData: [UInt8]?
  private var info: ImageInfo?
  private var infoAddress: Int?
  private var guidAddress: Int?
  private var end = 0
  private var total = 0

  /// - Returns: the header (empty when there is none), and a check for each part. What an image may get wrong is a bad
  ///   check; only the source throws.
  static func verify(
    _ window: ImageWindow, _ layout: ImageHeaderLayout, progress: Progress
  ) throws -> (header: [UInt8], checks: [Check]) {
    try withoutActuallyEscaping(progress) { progress in
      var verifier = SectionVerifier(window, layout, progress)
      try verifier.run()
      return (verifier.header, verifier.checks)
    }
  }

  private init(_ window: ImageWindow, _ layout: ImageHeaderLayout, _ progress: @escaping Progress) {
    self.window = window
    self.layout = layout
    self.progress = progress
  }

  private mutating func run() throws {
    do {
      try SectionList.walk(window, layout) { bytes, entry in
        if entry.address == layout.size { begin(bytes) }
        try visit(entry)
      }
    } catch let error as ImageError {
      checks.append(.failure(error, name: "Sections", address: end))
      return
    }
    checkInfoPointer()
    checkGUIDPointer()
    if layout.hasFullImageCRC { checkFullImage() }
  }

  private mutating func begin(_ header: [UInt8]) {
    self.header = header
    total = min(Int(layout.imageSize.read(header) ?? 0), window.count)
    end = layout.size
    fullImage.addHeader(header)
  }

  /// The check of one part, by all of its bytes.
  static func check(_ entry: SectionEntry, _ bytes: [UInt8]) -> Check {
    hasBlankGUIDs(entry, bytes) ? blankCheck(entry) : checksum(entry, bytes)
  }

  private mutating func visit(_ entry: SectionEntry) throws {
    let bytes = try read(entry)
    end = entry.end
    let blank = Self.hasBlankGUIDs(entry, bytes)
    let check = blank ? Self.blankCheck(entry) : Self.checksum(entry, bytes)
    checks.append(check)
    fullImage.add(bytes, isGood: check.isGood, isBlank: blank)
    let data = bytes[SectionHeader.size..<bytes.count - 4]
    if entry.type == .guid {
      guidData = Array(data)
      guidAddress = entry.data.lowerBound
    } else if entry.type == .imageInfo {
      try readInfo(Array(data), entry)
    }
  }

  private mutating func readInfo(_ data: [UInt8], _ entry: SectionEntry) throws {
    infoAddress = entry.data.lowerBound
    do throws(ImageError) {
      info = try ImageInfo(data)
    } catch {
      checks.append(.failure(error, name: "Image Info values", address: entry.address))
    }
  }

  /// All of a part. Its start is known already.
  private func read(_ entry: SectionEntry) throws -> [UInt8] {
    var bytes = entry.start
    bytes.reserveCapacity(entry.size)
    while bytes.count < entry.size {
      let length = min(Self.block, entry.size - bytes.count)
      bytes += try window.read(length, at: entry.address + bytes.count, entry.name)
      try progress(min(entry.address + bytes.count, total), total)
    }
    return bytes
  }

  private static func checksum(_ entry: SectionEntry, _ bytes: [UInt8]) -> Check {
    .checksum(
      name: entry.name, address: entry.address, size: entry.size, covered: bytes.dropLast(4), stored: bytes.suffix(4))
  }

  private static func hasBlankGUIDs(_ entry: SectionEntry, _ bytes: [UInt8]) -> Bool {
    guard entry.type == .guid else { return false }
    let data = Array(bytes[SectionHeader.size..<bytes.count - 4])
    guard let section = try? GUIDSection(data) else { return false }
    return section.hasBlankNode && StoredCRC.field.read(bytes.suffix(4)) == UInt64(GUIDSection.blankCRC)
  }

  private static func blankCheck(_ entry: SectionEntry) -> Check {
    Check(
      name: entry.name, address: entry.address, size: entry.size, expected: GUIDSection.blankCRC, actual: nil,
      verdict: .unchecked("the GUIDs are blank"))
  }

  private mutating func checkInfoPointer() {
    guard let word = layout.infoPointerWord.read(header), let pointer = layout.infoPointer.read(header) else { return }
    guard ByteSum.isZero(word) else { return addBad("Image Info pointer", layout.infoPointerWord, "wrong check byte") }
    guard pointer == 0 || Int(pointer) == infoAddress else {
      return addBad("Image Info pointer", layout.infoPointerWord, "points to no Image Info")
    }
  }

  private mutating func checkGUIDPointer() {
    guard let pointer = layout.guidPointer.read(header), Int(pointer) == guidAddress,
      let guidData, (try? GUIDSection(guidData)) != nil
    else { return addBad("GUID pointer", layout.guidPointer, "points to no GUIDs") }
  }

  private mutating func addBad(_ name: String, _ field: LayoutField, _ why: String) {
    checks.append(
      Check(name: name, address: field.offset / 8, size: 4, expected: nil, actual: nil, verdict: .bad(why)))
  }

  /// Source of the rule: ImageFormats.md#fs2, full-image CRC.
  private mutating func checkFullImage() {
    guard info?.hasMICVersion == true, fullImage.isKnown,
      let stored = FS2Layout.fullCRC.read(header), let isAbsent = FS2Layout.fullCRCAbsent.read(header)
    else { return }
    let expected = UInt32(stored)
    func add(_ actual: UInt32?, _ verdict: Check.Verdict) {
      checks.append(
        Check(name: "Full Image", address: 0, size: end, expected: expected, actual: actual, verdict: verdict))
    }
    if isAbsent != 0 { return add(nil, .unchecked("the image has none")) }
    if expected == GUIDSection.blankCRC || fullImage.hasBlankGUIDs { return add(nil, .unchecked("it is blank")) }
    let actual = UInt32(fullImage.value)
    add(actual, actual == expected ? .good : .bad("wrong checksum"))
  }
}

/// The checksum over a whole FS2 image: over its header with this very checksum read as ffff, and every part.
struct FullImageCRC {
  private var crc = CRC16()
  /// All parts that were added had the right checksum.
  private(set) var isKnown = true
  private(set) var hasBlankGUIDs = false

  var value: UInt16 { crc.value }

  mutating func addHeader(_ header: [UInt8]) {
    var header = header
    if (FS2Layout.fullCRC.offset + FS2Layout.fullCRC.width) / 8 <= header.count {
      FS2Layout.fullCRC.write(UInt64(GUIDSection.blankCRC), into: &header)
    }
    crc.update(header)
  }

  mutating func add(_ part: [UInt8], isGood: Bool, isBlank: Bool) {
    crc.update(part)
    isKnown = isKnown && isGood
    hasBlankGUIDs = hasBlankGUIDs || isBlank
  }

  /// Of a contiguous image.
  static func of(_ image: [UInt8], _ list: SectionList) -> UInt16 {
    var crc = FullImageCRC()
    crc.addHeader(Array(image.prefix(list.layout.size)))
    for entry in list.entries { crc.crc.update(image[entry.address..<entry.end]) }
    return crc.value
  }
}
