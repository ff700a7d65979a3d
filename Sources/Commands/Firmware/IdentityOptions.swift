public import ArgumentParser
internal import FirmwareFlash
internal import FirmwareImage
public import Presentation
internal import Vocabulary

/// The identity of a card, as the user gives it.
public struct IdentityOptions: ParsableArguments {
  @Option(
    name: .customLong("guid"),
    help: ArgumentHelp(
      "Node GUID; port 1, port 2 and system image get the next three numbers.", valueName: "guid"))
  public var baseGUID: String?

  @Option(
    name: .customLong("guids"),
    help: ArgumentHelp("Node, port 1, port 2 and system image GUID, separated by commas.", valueName: "n,p1,p2,s"))
  public var listedGUIDs: String?

  @Option(
    name: .customLong("mac"),
    help: ArgumentHelp("MAC address of port 1; port 2 gets the next number.", valueName: "mac"))
  public var baseMAC: String?

  @Option(
    name: .customLong("macs"),
    help: ArgumentHelp("MAC addresses of port 1 and port 2, separated by a comma.", valueName: "m1,m2"))
  public var listedMACs: String?

  @Option(name: .long, help: ArgumentHelp("Vendor specific data: text, up to 208 bytes.", valueName: "text"))
  public var vsd: String?

  public init() {}

  func guids(for command: String) throws(UsageFailure) -> CardGUIDs? {
    if baseGUID != nil && listedGUIDs != nil { throw wrong("--guid cannot be combined with --guids", command) }
    if let baseGUID {
      guard let guids = CardGUIDs.consecutive(from: try guid(baseGUID, command)) else {
        throw wrong("there are no three GUIDs after \(baseGUID)", command)
      }
      return guids
    }
    guard let listedGUIDs else { return nil }
    let words = listedGUIDs.split(separator: ",", omittingEmptySubsequences: false)
    guard words.count == 4 else { throw wrong("--guids takes four GUIDs: node, port 1, port 2, system image", command) }
    var all: [GUID] = []
    for word in words { all.append(try guid(String(word), command)) }
    return CardGUIDs(node: all[0], port1: all[1], port2: all[2], systemImage: all[3])
  }

  func macs(for command: String) throws(UsageFailure) -> CardMACs? {
    if baseMAC != nil && listedMACs != nil { throw wrong("--mac cannot be combined with --macs", command) }
    if let baseMAC {
      guard let macs = CardMACs.consecutive(from: try mac(baseMAC, command)) else {
        throw wrong("there is not a MAC address after \(baseMAC)", command)
      }
      return macs
    }
    guard let listedMACs else { return nil }
    let words = listedMACs.split(separator: ",", omittingEmptySubsequences: false)
    guard words.count == 2 else { throw wrong("--macs takes two MAC addresses: port 1, port 2", command) }
    return CardMACs(port1: try mac(String(words[0]), command), port2: try mac(String(words[1]), command))
  }

  /// - Throws: when the text cannot be stored.
  func vendorData(for command: String) throws(UsageFailure) -> String? {
    guard let vsd else { return nil }
    guard vsd.utf8.count <= 208, vsd.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) else {
      throw wrong("--vsd takes at most 208 printable ASCII characters", command)
    }
    return vsd
  }

  private func guid(_ text: String, _ command: String) throws(UsageFailure) -> GUID {
    guard let guid = GUID(text) else { throw wrong("\"\(text)\" is not a GUID (16 hexadecimal digits)", command) }
    if guid.rawValue == 0 { throw wrong("a GUID of zeros is not valid", command) }
    return guid
  }

  private func mac(_ text: String, _ command: String) throws(UsageFailure) -> MACAddress {
    guard let mac = MACAddress(text) else { throw wrong("\"\(text)\" is not a MAC address", command) }
    if mac.rawValue == 0 { throw wrong("a MAC address of zeros is not valid", command) }
    return mac
  }

  private func wrong(_ words: String, _ command: String) -> UsageFailure {
    .unreadable(words, command: "fw \(command)")
  }
}

/// Options of every change of a flash.
public struct ChangeOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Do not ask.")
  public var yes = false

  @Flag(name: [.customShort("n"), .long], help: "Show the plan, and write nothing.")
  public var dryRun = false

  @Flag(help: "Do not back up the flash before it is changed.")
  public var noBackup = false

  @Option(help: ArgumentHelp("Show progress on standard error: auto, none or json.", valueName: "mode"))
  public var progress = ProgressMode.auto

  public init() {}
}
