/// A file that makes settings come back after a restart.
public struct PersistentFile: Sendable, Equatable {
  public let path: String
  public let text: String
}

/// The texts of the files for some settings: a systemd .link file and a udev rule for each interface, and one file of
/// sysctls. Pure.
public struct PersistentFiles: Sendable, Equatable {
  /// In the order of their paths.
  public let files: [PersistentFile]
  /// What cannot be kept, or holds only with a condition; one sentence each.
  public let remarks: [String]

  /// The start of every file of rdmactl, whatever its version: without it a file is somebody else's.
  static let mark = "# Written by rdmactl offload tune persist;"
  static let header = mark + " that command overwrites it, and --remove removes it."

  /// - Parameters:
  ///   - program: the path of rdmactl, for what only it can set.
  ///   - inherited: the .link file in whose place ours comes.
  public init(
    _ settings: [PersistentSetting], program: String, inherited: (InterfaceIdentity) -> LinkFileInForce
  ) {
    var files: [PersistentFile] = []
    var remarks: [String] = []
    var sysctls: [String] = []
    var interfaces: [InterfaceIdentity] = []
    for setting in settings {
      guard let interface = setting.interface else {
        sysctls += Self.sysctl(setting, remarks: &remarks)
        continue
      }
      if !interfaces.contains(interface) { interfaces.append(interface) }
    }
    for interface in interfaces {
      let own = settings.filter { $0.interface == interface }
      var text = InterfaceFileTexts(interface, program: program)
      text.add(own)
      sysctls += text.sysctls
      if let link = text.link(after: inherited(interface)) {
        files.append(PersistentFile(path: text.linkPath, text: link))
      }
      remarks += text.remarks
      if let rules = text.rules { files.append(PersistentFile(path: text.rulesPath, text: rules)) }
    }
    if !sysctls.isEmpty {
      files.append(
        PersistentFile(path: Self.sysctlPath, text: ([Self.header] + sysctls).map { $0 + "\n" }.joined()))
    }
    self.files = files.sorted { $0.path < $1.path }
    self.remarks = remarks
  }

  static let linkDirectory = "/etc/systemd/network"
  static let rulesDirectory = "/etc/udev/rules.d"
  static let sysctlDirectory = "/etc/sysctl.d"
  static let sysctlPath = sysctlDirectory + "/90-rdmactl.conf"

  private static func sysctl(_ setting: PersistentSetting, remarks: inout [String]) -> [String] {
    guard case .knob(let knob) = setting.subject, knob.kind == .sysctl, isPlain(knob.name), isPlain(setting.value)
    else {
      remarks.append("\(setting.title) cannot be kept in a file of sysctls")
      return []
    }
    return ["\(knob.name) = \(setting.value)"]
  }

  /// What means nothing to systemd, udev, sysctl or a shell.
  static func isPlain(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: " -_.,:*/+\t".utf8.contains(byte)
        }
      }
  }
}

extension PersistentSetting {
  /// `eth0 ring rx`: for sentences.
  var title: String {
    let what =
      switch subject {
      case .knob(let knob): knob.kind == .sysctl ? knob.name : knob.description
      case .key(let key): key
      }
    return interface.map { "\($0.name) \(what)" } ?? what
  }
}
