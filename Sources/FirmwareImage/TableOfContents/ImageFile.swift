internal import AdapterChips

/// A contiguous image as a burn and an edit take it: it starts at the file's first byte.
struct ImageFile<Codec: TabledCodec> {
  let bytes: [UInt8]
  let tabled: TabledImage

  init(_ bytes: [UInt8]) throws {
    let source = MemoryBytes(bytes)
    guard let placement = try Codec.placement(at: 0, in: source, medium: .file) else { throw ImageError.noImage }
    self.bytes = bytes
    tabled = try Codec.load(placement, in: source)
    try tabled.checkOverlap()
    for part in tabled.imageParts + tabled.deviceParts where part.upperBound > bytes.count {
      throw ImageError.outOfBounds(what: "a section", position: part.upperBound, limit: bytes.count)
    }
  }
}

/// Runs `body` on bytes in memory, where nothing but the image itself can fail.
func inMemory<Result>(_ body: () throws -> Result) throws(ImageError) -> Result {
  do {
    return try body()
  } catch let error as ImageError {
    throw error
  } catch {
    throw .damaged(what: "the image", why: "cannot be read: \(error)")
  }
}
