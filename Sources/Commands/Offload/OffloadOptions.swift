public import ArgumentParser
internal import Change
internal import HostAccess
internal import Offload

/// The options of what changes the kernel's settings.
public struct OffloadChangeOptions: ParsableArguments {
  @Flag(name: [.customShort("y"), .long], help: "Do not ask.")
  public var yes = false

  @Flag(name: [.customShort("n"), .long], help: "Show the plan and write nothing.")
  public var dryRun = false

  public init() {}

  var options: Change.ChangeOptions { Change.ChangeOptions(yes: yes, dryRun: dryRun) }
}

/// Interfaces and `key=value`, in any order: `eth0 eth1 tso=off`. Settings without an interface are the machine's.
public struct AssignmentWords: ParsableArguments {
  @Argument(
    help: ArgumentHelp("Interfaces and the settings to change.", valueName: "if|key=value"),
    completion: .shellCommand(InterfaceNames.completion))
  public var words: [String] = []

  public init() {}

  public func validate() throws {
    guard words.contains(where: { $0.contains("=") }) else {
      throw ValidationError("missing setting; use key=value, for example \(words.isEmpty ? "eth0 " : "")tso=off")
    }
  }

  /// - Throws: ``InterfaceNameFailure``.
  func requests(on host: Host) throws(InterfaceNameFailure) -> [SettingRequest] {
    let names = words.filter { Self.assignment($0) == nil || Self.isInterface($0, of: host) }
    let assignments = words.filter { !names.contains($0) }.compactMap(Self.assignment)
    guard !names.isEmpty else { return [SettingRequest(nil, assignments)] }
    return try InterfaceNames(host: host).resolve(names).map { SettingRequest($0, assignments) }
  }

  /// The kernel allows interfaces that are called `a=b`.
  private static func isInterface(_ word: String, of host: Host) -> Bool {
    guard let key = assignment(word)?.key, KeyCatalogue.key(named: key) == nil else { return false }
    return host.interfaceNames.contains(word)
  }

  private static func assignment(_ word: String) -> Assignment? {
    guard let sign = word.firstIndex(of: "=") else { return nil }
    return Assignment(key: String(word[..<sign]), value: String(word[word.index(after: sign)...]))
  }
}
