/// What a message of opensm means for the subnet, and what to do about it. Only what the line itself proves is said as a
/// fact; causes that it leaves open are named as possible ones.
public struct OpenSMExplanation: Sendable, Equatable {
  enum Match: Sendable, Equatable {
    /// The number after `ERR`.
    case code(String)
    /// A trap that arrived.
    case trap(Int)
    /// The text begins with it.
    case text(String)
    /// The text contains it; also with a code.
    case words(String)
  }

  let match: Match
  /// In one or two sentences, without the last full stop.
  public let meaning: String
  /// Commands that help, best first; none where nothing need be done.
  public let fix: [String]

  init(_ match: Match, _ meaning: String, _ fix: String...) {
    self.match = match
    self.meaning = meaning
    self.fix = fix
  }

  func explains(_ entry: OpenSMLogEntry) -> Bool {
    switch match {
    case .code(let code): entry.code == code
    case .trap(let number): entry.trap == number
    case .text(let start): entry.code == nil && entry.text.hasPrefix(start)
    case .words(let words): entry.text.contains(words)
    }
  }
}

extension OpenSMLogEntry {
  /// `nil` for messages that are not explained.
  public var explanation: OpenSMExplanation? { OpenSMExplanation.all.first { $0.explains(self) } }
}

extension OpenSMExplanation {
  /// The messages that administrators meet. Source of codes and texts: opensm 3.3.23; a test looks them up in the
  /// installed program.
  public static let all: [OpenSMExplanation] = states + traps + requests + subnet + routing + local

  /// The numbers after `ERR` that are explained.
  public static var codes: [String] { all.compactMap { if case .code(let code) = $0.match { code } else { nil } } }
}

extension OpenSMExplanation {
  private static let states: [OpenSMExplanation] = [
    .init(.text("SUBNET UP"), "the subnet is configured: all ports that answered are active"),
    .init(.text("Entering DISCOVERING state"), "it checks for other subnet managers"),
    .init(.text("Entering MASTER state"), "this subnet manager is the master now"),
    .init(.text("Entering STANDBY state"), "another subnet manager is master; this one watches it", "rdmactl sm list"),
    .init(
      .text("Entering NOT-ACTIVE state"), "it was disabled and does nothing until it is enabled again",
      "rdmactl sm list"),
    .init(
      .text("Errors during initialization"),
      "some requests failed, so the subnet is only partly configured; the errors before this line have the details",
      "rdmactl fabric check", "rdmactl sm reload"),
    .init(
      .text("SM port is down"),
      "the port of this subnet manager lost its link; without it the subnet has no master here",
      "rdmactl status"),
    .init(.text("SM port is up"), "the port of this subnet manager has its link back"),
    .init(
      .text("Exiting SM"),
      "this subnet manager ends: it was stopped, or it could not start (then the errors before this line have the reason)"
    ),
    .init(
      .code("2F04"), "another subnet manager sent a control that its state does not allow", "rdmactl sm list"),
    .init(
      .code("2F07"), "this subnet manager got a control that its state does not allow", "rdmactl sm list"),
    .init(
      .code("3203"), "a standby does not find the port of its master any more", "rdmactl sm list", "rdmactl sm restart"),
    .init(.code("3204"), "a standby could not query its master", "rdmactl sm list"),
    .init(
      .text("Found remote SM"), "another subnet manager has a different SM_Key: both may become master",
      "rdmactl sm list"),
    .init(.code("3309"), "the port of this subnet manager is not in its map of the subnet", "rdmactl status"),
    .init(.code("3320"), "an internal signal that opensm does not expect in its state"),
    .init(
      .code("0308"),
      "the port of this subnet manager is not in its own map of the subnet: its link may have gone down meanwhile",
      "rdmactl status"),
  ]

  private static let traps: [OpenSMExplanation] = [
    .init(.trap(128), "a link of the switch with this LID went up or down", "rdmactl fabric links"),
    .init(
      .trap(129), "a port counts physical errors above its threshold: usually the cable or a connector",
      "rdmactl fabric errors"),
    .init(
      .trap(130), "buffer overruns of a port are above its threshold: flow control fails, or the cable damages it",
      "rdmactl fabric errors"),
    .init(
      .trap(131),
      "a port got no credits for too long and restarted its link: the other end may hang, or the cable is bad",
      "rdmactl fabric errors"),
    .init(
      .trap(144),
      "a port changed its capabilities, its description or the priority of its subnet manager: a host "
        + "started, or a program there opened or closed a subnet manager"),
    .init(.trap(145), "a switch or host changed its system image GUID"),
    .init(
      .trap(256),
      "a port got a management request with a wrong M_Key: from a second subnet manager with another M_Key, or from a "
        + "program without it", "rdmactl sm list"),
    .init(
      .trap(257), "a packet has a P_Key that its target is not a member of; the next line names both ends",
      "rdmactl sm lint"),
    .init(
      .trap(258),
      "a packet has a wrong Q_Key for its queue pair; the next line names both ends"),
    .init(
      .trap(259), "a switch stopped a packet with a P_Key that does not belong there", "rdmactl sm lint"),
  ]

  private static let requests: [OpenSMExplanation] = [
    .init(
      .code("5411"), "a request along a path got no answer: the node at its end died, hangs or was unplugged",
      "rdmactl fabric check"),
    .init(
      .code("5410"), "a request to a LID got no answer: the node may be down, hang, or have left the subnet",
      "rdmactl fabric check"),
    .init(.code("3113"), "a request failed, for the reason in brackets", "rdmactl fabric check"),
    .init(
      .code("3120"), "a port did not answer: it may be down, hang, or have another M_Key (that looks the same)",
      "rdmactl fabric check"),
    .init(
      .code("3111"), "a port refused a request with the status shown: often old firmware or a missing capability",
      "rdmactl fabric check"),
    .init(
      .code("3119"), "a port refused a setting and keeps the old one", "rdmactl sm reload"),
    .init(.code("0F10"), "a port refused its settings", "rdmactl fabric check"),
    .init(.code("0402"), "a switch did not accept a part of its forwarding table", "rdmactl sm reload"),
    .init(.code("0802"), "a switch did not accept a part of its multicast table", "rdmactl sm reload"),
    .init(
      .code("5430"), "the kernel did not accept a request for this port", "rdmactl status"),
    .init(
      .code("5401"), "too many outstanding requests; opensm drops the oldest: max_wire_smps may be too high",
      "rdmactl sm lint"),
    .init(
      .code("5402"), "too many outstanding requests; opensm drops the oldest: max_wire_smps may be too high",
      "rdmactl sm lint"),
    .init(
      .code("5413"), "an answer came after its request had timed out: transaction_timeout may be short for this subnet"),
    .init(.code("3E03"), "opensm could not send a request; the reason is in brackets", "rdmactl status"),
    .init(
      .code("3E04"), "a request failed with the status in brackets", "rdmactl fabric check"),
  ]

  private static let subnet: [OpenSMExplanation] = [
    // ERR 7526 of newer versions.
    .init(
      .words("Couldn't find SM port by guid"),
      "opensm does not find its own port in its map of the subnet: the port lost its link, or its GUID changed",
      "rdmactl status"),
    .init(
      .code("0D01"), "two nodes have the same node GUID; neither can be configured safely", "rdmactl fabric check"),
    .init(
      .text("Errors on subnet. Duplicate GUID"), "opensm exits because two nodes have the same GUID",
      "rdmactl fabric check"),
    .init(
      .code("0D15"), "two ports have the same port GUID", "rdmactl fabric check"),
    .init(
      .code("0D12"), "two ports have the same port GUID", "rdmactl fabric check"),
    .init(
      .code("5108"), "an alias GUID that a virtual machine asked for belongs to another port already"),
    .init(
      .code("3315"), "the node behind this port does not answer; opensm tries again", "rdmactl fabric check"),
    .init(.code("331D"), "a switch lost its forwarding table: it may have restarted", "rdmactl sm reload"),
    .init(.code("3322"), "a LID belongs to the wrong port", "rdmactl fabric check"),
    .init(.code("0307"), "no free LIDs in this subnet: a smaller LMC frees some", "rdmactl sm lint --show"),
    .init(
      .code("0312"), "the LID file (guid2lid) has an invalid range; opensm ignores the entry"),
    .init(
      .code("0313"), "the LID file (guid2lid) was written with another LMC; opensm ignores the entry"),
    .init(
      .text("FATAL: Error restoring Guid-to-Lid"), "the LID file (guid2lid) is damaged and opensm exits; move it away",
      "rdmactl sm start"),
    .init(
      .code("0512"), "the P_Key table of a port is full: it is in too many partitions", "rdmactl sm lint"),
    .init(
      .text("PARSE ERROR"), "partitions.conf has a line that opensm does not accept; opensm ignores the whole file",
      "rdmactl sm lint"),
    .init(
      .text("Partition configuration in error"),
      "opensm ignores partitions.conf: every port is a full member of the default partition, no other partition exists",
      "rdmactl sm lint"),
    .init(
      .code("1B11"),
      "a host wants to join a multicast group that does not exist; for IPoIB the flag ipoib of the partition creates it",
      "rdmactl sm lint"),
    .init(
      .code("1B12"), "a host cannot join a multicast group: its rate or MTU may be below that of the group",
      "rdmactl sm lint"),
    .init(
      .code("1B1B"), "the IPoIB broadcast group of a partition is missing: its flag ipoib is not set", "rdmactl sm lint"
    ),
    .init(
      .code("1B10"), "a host wants to create a multicast group without being a full member of it"),
    .init(
      .code("1F07"), "a switch has no route to a LID", "rdmactl fabric check",
      "rdmactl sm reload"),
    .init(.text("Removed port"), "a port left the subnet", "rdmactl fabric links --down"),
    .init(.text("Discovered new port"), "a port joined the subnet"),
    .init(
      .code("3811"), "a port that floods opensm with traps could not be disabled", "rdmactl fabric errors"),
  ]

  private static let routing: [OpenSMExplanation] = [
    .init(
      .code("AB0A"), "two switches of a level have different numbers of links down: no pure fat tree",
      "rdmactl fabric links --down"),
    .init(
      .code("AB09"), "two switches of a level have different numbers of links up: no pure fat tree",
      "rdmactl fabric links --down"),
    .init(
      .code("AB0B"), "two switches have groups of links up of different width: no pure fat tree",
      "rdmactl fabric links --down"),
    .init(
      .code("AB0C"), "two switches have groups of links down of different width: no pure fat tree",
      "rdmactl fabric links --down"),
    .init(
      .code("AB0D"),
      "the engine ftree does not accept the subnet as a fat tree; opensm uses another engine",
      "rdmactl fabric links --down",
      "rdmactl sm restart --routing updn,minhop"),
    .init(
      .code("AB14"), "the engine ftree finds no levels in the subnet; opensm uses another engine",
      "rdmactl sm restart --routing updn,minhop"),
    .init(
      .code("AB2B"), "the engine ftree finds more than one root switch at the top level; opensm uses another engine",
      "rdmactl sm restart --routing updn,minhop"),
    .init(
      .words("no root nodes were found"),
      "the engine updn found no root switches and is not used; root_guid_file of opensm.conf names them",
      "rdmactl sm lint --show"),
    .init(
      .words("cannot build lid matrices"),
      "the routing engine in this line failed; opensm uses the next one of its list, or minhop",
      "rdmactl sm lint --show"),
    .init(
      .words("cannot build fwd tables"),
      "the routing engine in this line failed; opensm uses the next one of its list, or minhop",
      "rdmactl sm lint --show"),
    .init(
      .words("tables configured on all switches"),
      "the routing engine in this line computed the routes; if opensm.conf asks for another one, that one failed before"
    ),
    .init(
      .code("AA0B"), "the engine updn needs switches, and the subnet has none", "rdmactl sm restart --routing minhop"),
    .init(.code("AA02"), "the file of root switches cannot be read", "rdmactl sm lint"),
    .init(
      .code("AD25"), "the engine dfsssp needs more virtual lanes than the switches have",
      "rdmactl sm restart --routing updn"),
    .init(
      .text("No routing engine able"), "no routing engine could compute routes; there are no new routes",
      "rdmactl sm restart --routing minhop"),
    .init(
      .text("cannot find or setup routing engine"),
      "a routing engine is unknown or cannot start; opensm uses another one",
      "rdmactl sm lint"),
    .init(
      .code("6302"), "the file of forwarding tables cannot be opened; opensm uses its default routing",
      "rdmactl sm lint"),
    .init(.code("0A1E"), "a multicast group uses a switch that is not reachable", "rdmactl fabric check"),
  ]

  private static let local: [OpenSMExplanation] = [
    .init(
      .code("5426"),
      "the kernel did not register opensm for this class of management requests: another opensm may run on this port, or "
        + "the kernel refuses it (seen with Linux 6.11, linux-rdma/opensm issue 37)",
      "rdmactl sm status", "uname -r"),
    .init(
      .code("3118"), "opensm could not attach to the port; the error before this line has the reason",
      "rdmactl sm status"),
    .init(
      .code("2E10"), "opensm could not attach to the port and exits; the first error of this run has the reason",
      "rdmactl sm status"),
    .init(.code("542B"), "the port cannot be queried", "rdmactl status"),
    .init(
      .code("542C"), "the device node of the port cannot be opened: opensm needs root and the module ib_umad",
      "rdmactl status"),
    .init(.code("5422"), "no port of this machine has this GUID", "rdmactl status"),
    .init(.code("5424"), "the port cannot be opened", "rdmactl status"),
    .init(
      .code("5431"), "the port cannot be marked as a subnet manager's: another subnet manager may run on it",
      "rdmactl sm status"),
    .init(.code("4B02"), "the console port is in use: another opensm may have its console there", "rdmactl sm lint"),
    .init(.code("4C02"), "the file of SA records cannot be opened; opensm starts without them", "rdmactl sm lint"),
    .init(.code("6107"), "a cache file cannot be written"),
    .init(.code("6110"), "a cache file was not synced to disk"),
    .init(
      .text("OpenSM "), "opensm starts here"),
  ]
}
