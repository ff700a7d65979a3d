package import HostAccess
internal import Vocabulary

/// What starts opensm when the machine starts: the distribution's unit, and on Debian the ports in `/etc/default/opensm`.
package struct OpenSMBoot: Sendable, Equatable {
  static let unitName = "opensm.service"
  static let unitDirectories = ["/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"]
  static let defaults = "/etc/default/opensm"
  static let linkDirectory = "/etc/systemd/system"

  /// `nil` where the system has no unit of this name.
  package let unit: String?
  /// The administrator has made the unit impossible to start.
  package let isMasked: Bool
  /// The links by which systemd starts the unit.
  package let links: [String]
  /// Where such a link would stand, by the unit's `WantedBy=` and `RequiredBy=`.
  let wantedLinks: [String]
  /// `nil` where the unit does not read the file.
  package let ports: DefaultsFile.Ports?
  let hasDefaults: Bool

  package var isEnabled: Bool { !links.isEmpty }
  /// Whether an opensm will run after the next start of the machine.
  package var starts: Bool { unit != nil && isEnabled && !isMasked && ports != DefaultsFile.Ports.none }

  /// - Parameter root: before each path: the directory of a recorded machine, or "".
  package init(_ files: any FileReading, root: String = "") {
    func text(_ path: String) -> String? {
      (try? files.read(root + path, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
    }
    isMasked = (try? files.link("\(root)\(Self.linkDirectory)/\(Self.unitName)")) == "/dev/null"
    let found = Self.unitDirectories.lazy.map { "\($0)/\(Self.unitName)" }.compactMap { path in
      text(path).map { (path, $0) }
    }.first
    unit = found?.0
    hasDefaults = found?.1.contains(Self.defaults) ?? false
    ports = hasDefaults ? text(Self.defaults).flatMap { DefaultsFile($0, file: Self.defaults).ports } : nil
    wantedLinks = (found?.1 ?? "").split(separator: "\n").flatMap { line -> [String] in
      for (key, suffix) in [("WantedBy=", "wants"), ("RequiredBy=", "requires")] where line.hasPrefix(key) {
        return line.dropFirst(key.count).split(separator: " ").map {
          "\(Self.linkDirectory)/\($0).\(suffix)/\(Self.unitName)"
        }
      }
      return []
    }
    let directories = ((try? files.list(root + Self.linkDirectory)) ?? []).filter {
      $0.hasSuffix(".wants") || $0.hasSuffix(".requires")
    }
    links = directories.map { "\(Self.linkDirectory)/\($0)/\(Self.unitName)" }.filter {
      (try? files.link(root + $0)) != nil
    }
  }
}

extension DefaultsFile.Ports {
  /// `ALL`, `NONE`, `0x0002c90300abcdef 0x…`
  package var text: String {
    switch self {
    case .all: "ALL"
    case .none: "NONE"
    case .guids(let guids): guids.map { "0x\($0)" }.joined(separator: " ")
    }
  }

  /// With a port more. `nil` stands for a file without the setting: the service starts nothing then.
  static func adding(_ guid: GUID, to ports: Self?) -> Self {
    switch ports {
    case .all: .all
    case .guids(let guids): .guids(guids.contains(guid) ? guids : guids + [guid])
    case nil, Self.none?: .guids([guid])
    }
  }

  /// Without a port.
  /// - Parameter all: the ports of the machine.
  static func removing(_ guid: GUID, from ports: Self?, all: [GUID]) -> Self {
    let guids: [GUID] =
      switch ports {
      case .all: all
      case .guids(let guids): guids
      case nil, Self.none?: []
      }
    let rest = guids.filter { $0 != guid }
    return rest.isEmpty ? .none : .guids(rest)
  }
}

extension DefaultsFile {
  /// The text with another value of `PORTS`; everything else stays as it is.
  static func text(_ text: String, setting ports: Ports) -> String {
    let line = "PORTS=\"\(ports.text)\""
    let file = DefaultsFile(text, file: "")
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if let number = file.portsLine, lines.indices.contains(number - 1) {
      lines[number - 1] = line
    } else {
      if lines.last?.isEmpty ?? false { lines.removeLast() }
      lines += [line, ""]
    }
    return lines.joined(separator: "\n")
  }
}
