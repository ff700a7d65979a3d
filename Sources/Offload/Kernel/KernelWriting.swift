internal import HostAccess

/// Makes one change of settings. Every text is looked at before the first message goes out.
struct KernelWriting {
  let network: any NetworkAccess

  func make(_ change: KnobWrite) throws(NetworkFailure) {
    guard !change.values.isEmpty else { return }
    guard let interface = change.interface else {
      guard change.kind == .sysctl else { throw .failed("\(change.kind.rawValue) is a setting of an interface") }
      return try write(change.values, .sysctl) { InterfaceFiles.path(ofSysctl: $0, interface: nil) }
    }
    guard InterfaceFiles.isName(interface.name) else {
      throw .failed("“\(interface.name)” is not a name of an interface")
    }
    switch change.kind {
    case .feature:
      _ = try network.ask(try FeatureMessage.setting(change.values, on: interface.index))
    case .channels, .ring, .coalesce, .pause:
      guard let table = ParameterTable.table(of: change.kind) else { return }
      let attributes = try table.attributes(for: change.values)
      _ = try network.ask(EthtoolMessage.set(table.set, interface.index, attributes))
    case .link:
      for request in try LinkMessage.setting(change.values, on: interface.index) { _ = try network.ask(request) }
    case .rss:
      let message = RSSMessage(network: network, interface: interface.name, functions: try hashFunctions(for: change))
      for structure in try message.structures(for: change.values) {
        _ = try network.ethtool(interface.name, structure)
      }
    case .sysfs:
      let directory = InterfaceFiles.directory(of: interface.name)
      try write(change.values, .sysfs) { Self.isBelow($0) ? "\(directory)/\($0)" : nil }
    case .interrupt:
      try write(change.values, .interrupt) { number in
        Int(decimal: number).map { "/proc/irq/\($0)/smp_affinity_list" }
      }
    case .sysctl:
      try write(change.values, .sysctl) { InterfaceFiles.path(ofSysctl: $0, interface: interface.name) }
    }
  }

  /// The names are asked for only when one is to be set.
  private func hashFunctions(for change: KnobWrite) throws(NetworkFailure) -> [String] {
    guard change.values["function"] != nil else { return [] }
    return FeatureMessage.names(.hashFunctions, in: try network.ask(FeatureMessage.namesRequest))
  }

  /// A file stays below the interface's directory.
  private static func isBelow(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." } && Knob.isText(name)
  }

  private func write(
    _ values: [String: String], _ kind: Knob.Kind, _ path: (String) -> String?
  ) throws(NetworkFailure) {
    var writes: [(path: String, text: String)] = []
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      let knob = Knob(kind, name)
      guard let path = path(name) else { throw .failed("\(knob) cannot be set") }
      guard !value.isEmpty, Knob.isText(value) else { throw .noValue(value, knob) }
      writes.append((path, value))
    }
    for write in writes { try network.write(write.text, to: write.path) }
  }
}

extension Knob {
  /// One line without control characters.
  static func isText(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7f..<0xa0).contains($0.value) }
  }
}
