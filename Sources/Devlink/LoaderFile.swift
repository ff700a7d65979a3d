public import HostAccess

/// An image where the kernel's firmware loader finds it, for as long as a flash takes: the kernel takes no file by its
/// path, only by a name below its own directories. Source: the kernel's Documentation/driver-api/firmware/fw_search_path.rst.
public struct LoaderFile: Sendable {
  static let parameter = "/sys/module/firmware_class/parameters/path"
  private static let usual = "/lib/firmware"
  private static let own = "rdmactl"

  /// What the kernel calls it.
  public let name: String
  public let path: String
  private let directory: String
  private let files: any FileReading & FileWriting

  /// Puts the image there. Whoever does so holds the lock of the device: its name has the device in it, and what a killed
  /// process has left behind goes first.
  public init(_ image: [UInt8], for handle: DevlinkHandle, on host: Host) throws(DevlinkFailure) {
    for path in Self.leftBehind(for: handle, on: host) { try? host.store.remove(path) }
    files = host.store
    name = Self.name(for: handle)
    var errors: [FileError] = []
    for root in Self.roots(on: host) {
      let path = "\(root)/\(name)"
      do throws(FileError) {
        try Self.place(image, at: path, files)
        self.path = path
        directory = "\(root)/\(Self.own)"
        return
      } catch {
        errors.append(error)
      }
    }
    throw .noPlace(errors)
  }

  /// Takes it away again, and the directory with the last file in it.
  public func remove() throws(FileError) {
    try files.remove(path)
    try? files.remove(directory)
  }

  /// What the kernel will call the image for this device.
  public static func name(for handle: DevlinkHandle) -> String { "\(own)/\(fileName(handle))" }

  /// Where a flash of this device would put it first.
  public static func plannedPath(for handle: DevlinkHandle, on host: Host) -> String {
    "\(roots(on: host)[0])/\(name(for: handle))"
  }

  /// What a killed process has left behind for this device.
  public static func leftBehind(for handle: DevlinkHandle, on host: Host) -> [String] {
    roots(on: host).flatMap { root in
      // The second: ended between the bytes and their name.
      ["", ".new"].map { "\(root)/\(name(for: handle))\($0)" }
    }.filter { host.store.permissions($0) != nil }
  }

  private static func place(
    _ image: [UInt8], at path: String, _ files: any FileReading & FileWriting
  ) throws(FileError) {
    do { try files.replace(path, with: image) } catch {
      // It is there; that it might not outlive a power cut is how it should be.
      if case .notDurable = error.reason { return }
      throw error
    }
  }

  /// Where the kernel looks, as far as we may write there: the directory that the administrator named comes first.
  private static func roots(on host: Host) -> [String] {
    guard let named = try? host.files.text(parameter), named.hasPrefix("/"), named != usual else { return [usual] }
    return [named.hasSuffix("/") ? String(named.dropLast()) : named, usual]
  }

  private static func fileName(_ handle: DevlinkHandle) -> String {
    let kept = handle.description.unicodeScalars.map { scalar -> Character in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "-", ":", ".": Character(scalar)
      default: "_"
      }
    }
    return String(kept.prefix(200)) + ".bin"
  }
}
