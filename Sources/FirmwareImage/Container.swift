/// Forms in which image files are shipped and which are not images: by the bytes that they start with.
enum Container {
  private static let kinds: [(start: [UInt8], offset: Int, name: String, opener: String)] = [
    // APPNOTE.TXT, 4.3.7: the local file header.
    ([0x50, 0x4b, 0x03, 0x04], 0, "a ZIP archive", "unzip"),
    // RFC 1952, 2.3.1.
    ([0x1f, 0x8b], 0, "a gzip file", "gunzip"),
    ([0x42, 0x5a, 0x68], 0, "a bzip2 file", "bunzip2"),
    // The .xz file format, 2.1.1.1.
    ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], 0, "an XZ file", "unxz"),
    // RFC 8878, 3.1.1.
    ([0x28, 0xb5, 0x2f, 0xfd], 0, "a Zstandard file", "unzstd"),
    ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], 0, "a 7z archive", "7z x"),
    // POSIX ustar, pax(1): the magic of a header block.
    (Array("ustar".utf8), 257, "a tar archive", "tar xf"),
    // DSP0267, 7.1: the identifiers of package headers 1.0 to 1.3 differ in their last byte pairs only.
    ([0xf0, 0x18, 0x87, 0x8c, 0xcb, 0x7d, 0x49, 0x43], 0, "a PLDM firmware package (fwpkg)", ""),
    ([0x12, 0x44, 0xd2, 0x64, 0x8d, 0x7d, 0x47, 0x18], 0, "a PLDM firmware package (fwpkg)", ""),
    (Array("MFAR".utf8), 0, "an MFA package of the first form", ""),
    (Array("\u{7f}ELF".utf8), 0, "a program", ""),
  ]

  /// - Returns: `nil` for bytes of none of these forms.
  static func error(for source: any ByteSource) throws -> ImageError? {
    for kind in kinds where kind.offset + kind.start.count <= source.count {
      if try source.read(kind.offset..<kind.offset + kind.start.count) == kind.start {
        return .container(kind.name, opener: kind.opener)
      }
    }
    return nil
  }
}
