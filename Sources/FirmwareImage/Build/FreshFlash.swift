public import AdapterChips

extension Firmware {
  /// The whole content of a flash that held nothing before `image` was put on it, device data and all.
  /// - Throws: `ImageError` when the image does not fit or is no image.
  public static func freshFlash(
    _ geometry: FlashGeometry, holding image: [UInt8], format: ImageFormat
  ) throws -> [UInt8] {
    var flash = [UInt8](repeating: 0xff, count: geometry.size)
    let recipe = try recipe(
      placing: image, format: format, on: geometry, holding: [], source: MemoryBytes(flash))
    for step in recipe.steps {
      switch step {
      case .make(let address, let bytes), .program(let address, let bytes):
        flash.replaceSubrange(address..<address + bytes.count, with: bytes)
      }
    }
    return flash
  }
}
