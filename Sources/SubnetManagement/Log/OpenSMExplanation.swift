/// What a message of opensm means for the subnet, and what to do about it.
public struct OpenSMExplanation: Sendable, Equatable {
  enum Match: Sendable, Equatable {
    /// The number after `ERR`.
    case code(String)
    /// A trap that arrived.
    case trap(Int)
    /// The text begins with it.
    case text(String)
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
    .init(.text("SUBNET UP"), "the subnet is set up: all ports that answered are active"),
    .init(.text("Entering DISCOVERING state"), "it looks whether there is another subnet manager"),
    .init(.text("Entering MASTER state"), "this subnet manager rules the subnet now"),
    .init(.text("Entering STANDBY state"), "another subnet manager is master; this one watches it", "rdmactl sm list"),
    .init(
      .text("Entering NOT-ACTIVE state"), "it was told to do nothing until it is told to stand by",
      "rdmactl sm standby GUID"),
    .init(
      .text("Errors during initialization"),
      "some requests failed, so the subnet is only partly set up; the errors before this line say which",
      "rdmactl fabric check", "rdmactl sm reload"),
    .init(
      .text("SM port is down"),
      "the port of this subnet manager lost its link; without it the subnet has no master here",
      "rdmactl status"),
    .init(.text("SM port is up"), "the port of this subnet manager has its link back"),
    .init(.text("Exiting SM"), "this subnet manager was told to end, and a standby takes over when there is one"),
    .init(
      .code("2F04"), "a command for subnet managers came from one that may not give it in its state",
      "rdmactl sm list"),
    .init(
      .code("2F07"), "this subnet manager cannot do the change of state it was told in the state it is in",
      "rdmactl sm list"),
    .init(
      .code("3203"),
      "a standby does not know the port of its master any more: it was told a wrong GUID, or the port went",
      "rdmactl sm list", "rdmactl sm restart"),
    .init(.code("3204"), "a standby could not ask its master whether it lives", "rdmactl sm list"),
    .init(
      .text("Found remote SM"), "another subnet manager has another SM_Key: both will think that they are master",
      "rdmactl sm list"),
    .init(
      .code("0308"),
      "the port of this subnet manager is not in its own map of the subnet: its link went down meanwhile",
      "rdmactl status"),
  ]

  private static let traps: [OpenSMExplanation] = [
    .init(.trap(128), "a link of the switch with this LID went up or down", "rdmactl fabric links"),
    .init(
      .trap(129), "a port counts physical errors above its threshold: cable or connector", "rdmactl fabric errors"),
    .init(
      .trap(130), "buffers of a port overran above its threshold: it sends without credits, or the cable garbles them",
      "rdmactl fabric errors"),
    .init(
      .trap(131), "a port got no credits for too long and restarted its link: the other end hangs, or the cable is bad",
      "rdmactl fabric errors"),
    .init(
      .trap(144),
      "a port changed its capabilities, its description or the priority of its subnet manager: a host "
        + "started, or a program there opened or closed a subnet manager"),
    .init(.trap(145), "a switch or host changed its system image GUID"),
    .init(
      .trap(256),
      "a port was asked something with a wrong management key: a second subnet manager with another M_Key, "
        + "or somebody who tries", "rdmactl sm list"),
    .init(
      .trap(257), "a packet came with a P_Key that its target is no member of; the next line names both ends",
      "rdmactl sm lint"),
    .init(
      .trap(258),
      "a packet came with a wrong Q_Key: a program talks to a queue pair that is not its own; the next line "
        + "names both ends"),
    .init(
      .trap(259), "a switch stopped a packet with a P_Key that does not belong there", "rdmactl sm lint"),
  ]

  private static let requests: [OpenSMExplanation] = [
    .init(
      .code("5411"), "a request along a path got no answer: the node at its end died, hangs or was unplugged",
      "rdmactl fabric check"),
    .init(.code("5410"), "a request to a LID got no answer: its port left the subnet", "rdmactl fabric check"),
    .init(.code("3113"), "a request failed, for the reason in brackets", "rdmactl fabric check"),
    .init(
      .code("3120"), "a port did not answer; a wrong M_Key would look the same", "rdmactl fabric check"),
    .init(
      .code("3111"), "a port refused a request, with the status shown: old firmware, or a capability that it has not",
      "rdmactl fabric check"),
    .init(
      .code("3119"), "a setting was refused by a port; what is active there is the old one", "rdmactl sm reload"),
    .init(.code("0F10"), "a port refused its settings", "rdmactl fabric check"),
    .init(.code("0402"), "a switch did not take a part of its forwarding table", "rdmactl sm reload"),
    .init(.code("0802"), "a switch did not take a part of its multicast table", "rdmactl sm reload"),
    .init(
      .code("5430"), "the kernel took no request for this port: the driver or the adapter is in trouble",
      "rdmactl status"),
    .init(
      .code("5401"), "too many requests wait for answers, the oldest are given up: max_wire_smps is too high",
      "rdmactl sm lint"),
    .init(
      .code("5402"), "too many requests wait for answers, the oldest are given up: max_wire_smps is too high",
      "rdmactl sm lint"),
    .init(
      .code("5413"), "an answer came after its request had been given up: transaction_timeout is short for this subnet"),
  ]

  private static let subnet: [OpenSMExplanation] = [
    .init(
      .code("0D01"), "two nodes have the same node GUID; none of them can be set up safely", "rdmactl fabric check",
      "rdmactl fw set-guids"),
    .init(
      .text("Errors on subnet. Duplicate GUID"), "it ends, because two nodes have the same GUID",
      "rdmactl fabric check",
      "rdmactl fw set-guids"),
    .init(
      .code("0D15"), "two ports have the same port GUID", "rdmactl fabric check", "rdmactl fw set-guids"),
    .init(
      .code("0D12"), "two ports have the same port GUID", "rdmactl fabric check", "rdmactl fw set-guids"),
    .init(
      .code("5108"), "an alias GUID that a virtual machine asked for belongs to another port already"),
    .init(
      .code("3315"), "behind this port is somebody who does not answer; it will be asked again", "rdmactl fabric check"),
    .init(.code("331D"), "a switch lost its forwarding table: it was restarted", "rdmactl sm reload"),
    .init(.code("3322"), "a LID belongs to another port than it should", "rdmactl fabric check"),
    .init(.code("0307"), "there are no more LIDs for this subnet: a smaller LMC frees some", "rdmactl sm lint --show"),
    .init(
      .code("0312"), "the file of LIDs (guid2lid) has a range that makes no sense; the entry is dropped"),
    .init(
      .code("0313"), "the file of LIDs (guid2lid) was made with another LMC; the entry is dropped"),
    .init(
      .text("FATAL: Error restoring Guid-to-Lid"), "the file of LIDs (guid2lid) is damaged, and it ends; move it away",
      "rdmactl sm start"),
    .init(
      .code("0512"), "a port has no room for one more P_Key: it is in too many partitions", "rdmactl sm lint"),
    .init(
      .text("PARSE ERROR"), "partitions.conf has a line that opensm refuses, and with it the whole file",
      "rdmactl sm lint"),
    .init(
      .text("Partition configuration in error"),
      "partitions.conf was refused: every port is a full member of the default partition now, no other partition exists",
      "rdmactl sm lint"),
    .init(
      .code("1B11"),
      "a host wants to join a multicast group that nobody made: IPoIB without its broadcast group (flag "
        + "ipoib of the partition)", "rdmactl sm lint"),
    .init(
      .code("1B12"), "a host may not join a multicast group: its rate or MTU is below that of the group",
      "rdmactl sm lint"),
    .init(
      .code("1B1B"), "the IPoIB broadcast group of a partition is missing: its flag ipoib is not set", "rdmactl sm lint"
    ),
    .init(
      .code("1B10"), "a host wants a multicast group to be made, without being a full member of it"),
    .init(
      .code("1F07"), "there is no way to a LID from a switch: its tables are not complete", "rdmactl fabric check",
      "rdmactl sm reload"),
    .init(.text("Removed port"), "a port left the subnet", "rdmactl fabric links --down"),
    .init(.text("Discovered new port"), "a port joined the subnet"),
    .init(
      .code("3811"), "a port that sends traps without end could not be switched off", "rdmactl fabric errors"),
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
      "the subnet is no fat tree to the engine ftree; opensm falls back to another engine, and says so "
        + "only here", "rdmactl fabric links --down", "rdmactl sm start --routing updn,minhop"),
    .init(
      .code("AB14"), "the subnet has no levels that the engine ftree understands; opensm falls back",
      "rdmactl sm start --routing updn,minhop"),
    .init(
      .code("AA0B"), "the engine updn needs switches, and there are none", "rdmactl sm start --routing minhop"),
    .init(.code("AA02"), "the file of root switches cannot be read", "rdmactl sm lint"),
    .init(
      .code("AD25"), "the engine dfsssp needs more virtual lanes than the switches have",
      "rdmactl sm start --routing updn"),
    .init(
      .text("No routing engine able"), "none of the routing engines fits this subnet; there are no new routes",
      "rdmactl sm start --routing minhop"),
    .init(
      .text("cannot find or setup routing engine"), "a routing engine is unknown or cannot start; opensm falls back",
      "rdmactl sm lint"),
    .init(
      .code("6302"), "the file of forwarding tables cannot be opened; the default routing is used", "rdmactl sm lint"),
    .init(.code("0A1E"), "a multicast group leads over a switch that is cut off", "rdmactl fabric check"),
  ]

  private static let local: [OpenSMExplanation] = [
    .init(
      .code("5426"),
      "the kernel gives the class of management requests to one program only: another opensm runs on this port",
      "rdmactl sm status"),
    .init(.code("542B"), "the port cannot be asked: the driver is in trouble", "rdmactl status"),
    .init(
      .code("542C"), "the device node of the port cannot be opened: not root, or ib_umad is not loaded",
      "rdmactl status"),
    .init(.code("5422"), "no port of this machine has this GUID", "rdmactl status"),
    .init(.code("5424"), "the port cannot be opened", "rdmactl status"),
    .init(
      .code("5431"), "the port cannot be marked as that of a subnet manager: another one runs on it",
      "rdmactl sm status"),
    .init(.code("4B02"), "the console port is taken: another opensm has its console there", "rdmactl sm lint"),
    .init(.code("4C02"), "the file of SA records cannot be opened; it starts without them", "rdmactl sm lint"),
    .init(.code("6107"), "a file of the cache cannot be written: disk full, or not permitted"),
    .init(.code("6110"), "a file of the cache did not reach the disk"),
    .init(
      .text("OpenSM "), "a new run of opensm begins here"),
  ]
}
