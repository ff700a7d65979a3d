public import Vocabulary

/// Why bytes are no image that can be used, or an image cannot be changed as wished.
///
/// What a *source* has to say (a flash that fails) passes through as its own error.
public enum ImageError: Failure, Equatable {
  /// No known magic pattern at any place where an image may start.
  case noImage
  /// The bytes are a container that images are shipped in, with what opens it: "a ZIP archive", "unzip".
  case container(String, opener: String)
  /// Something points or reaches outside: what, the position it names, and the bytes there are.
  case outOfBounds(what: String, position: Int, limit: Int)
  /// A part that must be right to go on is not: what and why, in half a sentence.
  case damaged(what: String, why: String)
  /// This format cannot do that: "an FS1 image has no MACs".
  case unsupported(String)
  /// The image does not fit: bytes needed, bytes there.
  case tooLarge(needed: Int, available: Int)
  /// The package has no image for this board; what it has.
  case noBoard(psid: String, known: [String])

  /// An image without the card's own data (MFG_INFO, DEV_INFO) cannot be written directly.
  public static let updateImage = ImageError.unsupported(
    "this is an update image, without the card's own data (MFG_INFO, DEV_INFO): it goes through the card's firmware, not"
      + " directly on its flash")

  public var id: String {
    switch self {
    case .noImage: "image.unknown"
    case .container: "image.container"
    case .outOfBounds, .damaged: "image.damaged"
    case .unsupported: "image.unsupported"
    case .tooLarge: "image.too_large"
    case .noBoard: "image.no_board"
    }
  }

  public var subject: String? { nil }

  public var message: String {
    switch self {
    case .noImage: "there is no firmware image of a known format in it"
    case .container(let kind, _): "this is \(kind), not a firmware image: unpack the image first"
    case .outOfBounds(let what, let position, let limit):
      "\(what) reaches to byte \(position), but there are only \(limit)"
    case .damaged(let what, let why): "\(what) \(why)"
    case .unsupported(let words): words
    case .tooLarge(let needed, let available):
      "the image needs \(needed) bytes, but there is room for only \(available)"
    case .noBoard(let psid, let known):
      "the package has no image for \(psid); it has \(known.count) boards"
        + (known.first.map { ", such as \($0)" } ?? "")
    }
  }

  public var fix: [String] { [] }

  public var exitStatus: ExitStatus {
    switch self {
    case .noImage, .container, .outOfBounds, .damaged: .checkFailed
    case .unsupported: .unsupported
    case .tooLarge: .refused
    case .noBoard: .notFound
    }
  }
}
