/// Where BOOT2 lies in an image, by its first bytes.
struct BootBlock: Sendable, Equatable {
  let name = "BOOT2"
  /// Bytes from the start of the image.
  let address: Int
  let size: Int
  let head: [UInt8]

  /// - Parameter head: the first ``Boot2/headerSize`` bytes.
  init(at address: Int, head: [UInt8]) throws(ImageError) {
    self.address = address
    self.head = head
    size = try Boot2.size(header: head)
  }
}
