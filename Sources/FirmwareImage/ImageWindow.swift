/// Where the bytes of an image lie: behind each other, or striped over every second chunk of a flash ("zebra").
/// Source: ImageFormats.md#fs2.
struct AddressMap: Sendable, Equatable {
  let start: Int
  let chunkLog2: Int?

  init(start: Int, chunkLog2: Int? = nil) {
    self.start = start
    self.chunkLog2 = chunkLog2
  }

  init(_ placement: Placement) { self.init(start: placement.start, chunkLog2: placement.chunkLog2) }

  /// Whether the image takes the odd chunks.
  private var isOdd: Bool { start != 0 }

  /// How many bytes of an image a flash of `size` bytes could hold.
  func capacity(of size: Int) -> Int {
    guard let chunkLog2 else { return max(0, size - start) }
    let chunk = 1 << chunkLog2
    let rest = size % (2 * chunk)
    return size / (2 * chunk) * chunk + (isOdd ? max(0, rest - chunk) : min(rest, chunk))
  }

  /// The physical ranges, in order, that hold these bytes of the image.
  func runs(of range: Range<Int>) -> [Range<Int>] {
    guard let chunkLog2 else { return range.isEmpty ? [] : [start + range.lowerBound..<start + range.upperBound] }
    let chunk = 1 << chunkLog2
    var runs: [Range<Int>] = []
    var address = range.lowerBound
    while address < range.upperBound {
      let length = min(chunk - address % chunk, range.upperBound - address)
      let physical = (address / chunk * 2 + (isOdd ? 1 : 0)) * chunk + address % chunk
      runs.append(physical..<physical + length)
      address += length
    }
    return runs
  }
}

/// The bytes of one image by their addresses in the image, checked against what there is.
struct ImageWindow {
  private let source: any ByteSource
  let map: AddressMap
  /// Bytes that an image here can have at most.
  let count: Int

  init(_ source: any ByteSource, _ map: AddressMap) {
    self.source = source
    self.map = map
    count = map.capacity(of: source.count)
  }

  init(_ bytes: [UInt8]) { self.init(MemoryBytes(bytes), AddressMap(start: 0)) }

  /// - Parameter what: the part these bytes belong to, for the error.
  func read(_ range: Range<Int>, _ what: String) throws -> [UInt8] {
    guard range.lowerBound >= 0, range.upperBound <= count else {
      throw ImageError.outOfBounds(what: what, position: range.upperBound, limit: count)
    }
    let runs = map.runs(of: range)
    if let only = runs.first, runs.count == 1 { return try source.read(only) }
    return try runs.reduce(into: []) { $0 += try source.read($1) }
  }

  func read(_ size: Int, at address: Int, _ what: String) throws -> [UInt8] {
    try read(address..<address + size, what)
  }
}
