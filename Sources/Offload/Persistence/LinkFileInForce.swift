public import HostAccess

/// The .link file that udev used for an interface. Only one counts, so the file that comes before it must say what it said:
/// above all how the interface is named.
public struct LinkFileInForce: Sendable, Equatable {
  public let path: String
  /// The assignments of its section [Link].
  public let lines: [String]

  public init(path: String, lines: [String]) {
    self.path = path
    self.lines = lines
  }

  /// As systemd 252 ships it, for a machine whose udev has not told.
  public static let usual = LinkFileInForce(
    path: "/usr/lib/systemd/network/99-default.link",
    lines: [
      "NamePolicy=keep kernel database onboard slot path", "AlternativeNamesPolicy=database onboard slot path",
      "MACAddressPolicy=persistent",
    ])

  /// Reads it; ``usual`` where nothing is known.
  public init(of interface: InterfaceIdentity, _ files: any FileReading) {
    guard var path = Self.path(ofIndex: interface.index, files), var text = try? files.lines(path, limit: 1 << 16)
    else {
      self = .usual
      return
    }
    if text.first?.hasPrefix(PersistentFiles.mark) == true {
      // Ours names the one whose lines it took over.
      let named = text.first { $0.hasPrefix(Self.mark) }.map { String($0.dropFirst(Self.mark.count)) }
      guard let named, let original = try? files.lines(named, limit: 1 << 16) else {
        self = .usual
        return
      }
      (path, text) = (named, original)
    }
    let section = text.drop { $0 != "[Link]" }.dropFirst().prefix { !$0.hasPrefix("[") }
    let lines = section.filter { line in
      line.contains("=") && !line.hasPrefix("#") && !line.hasPrefix(";") && line.utf8.allSatisfy { $0 < 0x7f }
    }
    self.init(path: path, lines: lines)
  }

  /// The line of our own file that says where lines are taken from.
  static let mark = "# As in "

  /// Whether it goes before ours, which has no effect then.
  var goesFirst: Bool { (path.split(separator: "/").last ?? "") < "60-rdmactl-" }

  /// `E:ID_NET_LINK_FILE=/usr/lib/systemd/network/99-default.link` of udev's database.
  private static func path(ofIndex index: Int, _ files: any FileReading) -> String? {
    let lines = try? files.lines("/run/udev/data/n\(index)", limit: 1 << 16)
    let name = "E:ID_NET_LINK_FILE="
    guard let path = lines?.first(where: { $0.hasPrefix(name) })?.dropFirst(name.count), path.hasPrefix("/") else {
      return nil
    }
    return String(path)
  }
}
