internal import Vocabulary

/// The texts for one interface.
struct InterfaceFileTexts {
  private let interface: InterfaceIdentity
  private let program: String
  private var linkLines: [String] = []
  /// `ATTR{…}="…"` of files in sysfs.
  private var attributes: [(name: String, value: String)] = []
  /// `key=value` for rdmactl itself.
  private var assignments: [String] = []
  private(set) var sysctls: [String] = []
  private(set) var remarks: [String] = []

  init(_ interface: InterfaceIdentity, program: String) {
    self.interface = interface
    self.program = program
  }

  private var fileName: String {
    String(
      String.UnicodeScalarView(
        interface.name.unicodeScalars.map {
          $0.properties.isAlphabetic && $0.isASCII || "0123456789_.-".unicodeScalars.contains($0) ? $0 : "_"
        }))
  }

  var linkPath: String { "\(PersistentFiles.linkDirectory)/60-rdmactl-\(fileName).link" }
  /// Behind 80-net-setup-link.rules, which puts the .link file in force.
  var rulesPath: String { "\(PersistentFiles.rulesDirectory)/90-rdmactl-\(fileName).rules" }

  mutating func add(_ settings: [PersistentSetting]) {
    if linkMatch == nil {
      remarks.append(
        "what is set on \(interface.name) cannot be kept: neither an address nor a plain name says which one it is")
    }
    let checksums = settings.filter {
      if case .knob(let knob) = $0.subject { LinkFileKeys.isTransmitChecksum(knob) } else { false }
    }
    if !checksums.isEmpty, Set(checksums.map(\.value)).count == 1,
      let line = LinkFileKeys.boolean(LinkFileKeys.transmitChecksums, checksums[0].value)
    {
      linkLines.append(line)
      add(rest: settings.filter { !checksums.contains($0) })
    } else {
      add(rest: settings)
    }
  }

  private mutating func add(rest settings: [PersistentSetting]) {
    var processors: [String] = []
    for setting in settings {
      guard PersistentFiles.isPlain(setting.value) else {
        remarks.append("\(setting.title) cannot be kept: its value has characters that mean something elsewhere")
        continue
      }
      switch setting.subject {
      case .key(let key): assignments.append("\(key)=\(setting.value)")
      case .knob(let knob):
        if let line = LinkFileKeys.line(knob, setting.value) {
          linkLines.append(line)
        } else {
          add(knob, setting, processors: &processors)
        }
      }
    }
    // Numbers of interrupts change from one start to the next; the processors stay.
    if !processors.isEmpty { assignments.append("irq-affinity=\(processors.joined(separator: ","))") }
  }

  private mutating func add(_ knob: Knob, _ setting: PersistentSetting, processors: inout [String]) {
    switch knob.kind {
    case .sysctl: addSysctl(knob, setting)
    case .sysfs: attributes.append((knob.name, setting.value))
    case .link where knob.name == "ipoib-mode": attributes.append(("mode", setting.value))
    case .interrupt: if !processors.contains(setting.value) { processors.append(setting.value) }
    case .rss: assignments.append("rss-\(knob.name)=\(setting.value)")
    case .channels:
      assignments.append("\(knob.name == "combined" ? "channels" : "channels-\(knob.name)")=\(setting.value)")
    case .ring: assignments.append("\(knob.name)-ring=\(setting.value)")
    case .pause: assignments.append("pause-\(knob.name)=\(setting.value)")
    case .feature, .coalesce, .link: assignments.append("\(knob.name)=\(setting.value)")
    }
  }

  /// With slashes: the name of an interface may have dots.
  private mutating func addSysctl(_ knob: Knob, _ setting: PersistentSetting) {
    guard Self.isPlainName(interface.name) else {
      remarks.append(
        "\(setting.title) cannot be kept: the interface's name has characters that mean something elsewhere")
      return
    }
    let parts = knob.name.split(separator: ".").map { $0 == "IF" ? interface.name : String($0) }
    sysctls.append("\(parts.joined(separator: "/")) = \(setting.value)")
  }

  /// - Parameter inherited: the file that is in force now; its lines stay in force.
  /// - Returns: `nil` when nothing of it is for a .link file.
  mutating func link(after inherited: LinkFileInForce) -> String? {
    guard !linkLines.isEmpty, let match = linkMatch else { return nil }
    if inherited.goesFirst {
      remarks.append("\(linkPath) has no effect on \(interface.name): \(inherited.path) comes before it")
    }
    let own = Set(linkLines.map(Self.key))
    let kept = inherited.lines.filter { !own.contains(Self.key($0)) }
    let lines =
      [PersistentFiles.header, "", "[Match]", match, "", "[Link]", LinkFileInForce.mark + inherited.path] + kept
      + ["# Set by rdmactl"] + linkLines
    return lines.map { $0 + "\n" }.joined()
  }

  private static func key(_ line: String) -> String { String(line.prefix { $0 != "=" && $0 != " " }) }

  private var linkMatch: String? {
    if let address = interface.permanentMAC { return "PermanentMACAddress=\(address)" }
    if let address = interface.pciAddress { return "Path=pci-\(address) pci-\(address)-*" }
    return Self.isPlainName(interface.name) ? "OriginalName=\(interface.name)" : nil
  }

  /// An interface may be called `*`, and that names all of them to systemd, udev and sysctl.
  private static func isPlainName(_ name: String) -> Bool { PersistentFiles.isPlain(name) && !name.contains("*") }

  /// A VLAN on the interface has its address but not its device.
  private var ruleMatch: String? {
    var parts = ["ACTION==\"add\"", "SUBSYSTEM==\"net\""]
    if let address = interface.permanentMAC { parts.append("ATTR{address}==\"\(address)\"") }
    if let address = interface.pciAddress {
      parts.append("KERNELS==\"\(address)\"")
    } else if interface.permanentMAC != nil {
      parts.append("DRIVERS==\"?*\"")
    } else if Self.isPlainName(interface.name) {
      parts.append("KERNEL==\"\(interface.name)\"")
    } else {
      return nil
    }
    return parts.joined(separator: ", ")
  }

  /// - Returns: `nil` when nothing is left for a udev rule.
  var rules: String? {
    guard !attributes.isEmpty || !assignments.isEmpty, let match = ruleMatch else { return nil }
    var lines = [PersistentFiles.header]
    lines += attributes.map { "\(match), ATTR{\($0.name)}=\"\($0.value)\"" }
    if !assignments.isEmpty {
      let words = assignments.map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ")
      // Interfaces appear together at a start, and each has its call: one after the other.
      lines.append("\(match), RUN+=\"\(program) offload set $name \(words) --yes --wait 60\"")
    }
    return lines.map { $0 + "\n" }.joined()
  }
}
