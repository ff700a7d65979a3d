internal import AdapterChips

/// One image format: how its images are read, verified, changed, and put on a flash.
protocol FormatCodec: Sendable {
  /// The images of this format that start at `start`, if one does. Recognising reads as little as it can.
  static func placement(at start: Int, in source: any ByteSource, medium: Medium) throws -> Placement?
  /// Reads values and the list of sections: headers and small sections only, for every byte of a flash costs.
  static func read(_ placement: Placement, from source: any ByteSource) throws -> Image
  /// Reads everything once and checks every checksum.
  static func verify(
    _ placement: Placement, in source: any ByteSource, progress: (_ done: Int, _ total: Int) throws -> Void
  ) throws -> Verification
  /// The image as a contiguous file, the form that `make(…)` builds and a burn takes.
  static func contents(_ placement: Placement, of source: any ByteSource) throws -> [UInt8]
  /// A contiguous image with other values, every checksum right.
  static func changing(_ image: [UInt8], _ change: IdentityChange) throws(ImageError) -> [UInt8]
  /// How to put a contiguous image on a flash that holds `present` (the images found on it, in boot order, `source` to
  /// read what is there). The slot that boots now is not touched before the new image is complete.
  static func recipe(
    placing image: [UInt8], on flash: FlashGeometry, holding present: [Placement], source: any ByteSource
  ) throws -> BurnRecipe
  /// How to set the identity of the device itself where that needs no new image (FS3, FS4: its device data sections).
  /// `nil` for formats that keep the identity in the image (FS1, FS2).
  static func recipe(
    setting change: IdentityChange, on flash: FlashGeometry, holding present: [Placement], source: any ByteSource
  ) throws -> BurnRecipe?
}
