internal import GUIDMapping
internal import Testing
internal import Vocabulary

@Suite("Check of local ports")
struct PortCheckTests {
  func port(_ guid: UInt64, _ name: String = "mlx4_0/1") -> LocalPort { LocalPort(name: name, guid: GUID(guid)) }

  func verdict(
    _ guid: UInt64, given: UInt8? = nil, stored: [UInt64: UInt8] = [:], others: [LocalPort] = []
  ) throws -> PortVerdict {
    let masks = Dictionary(
      uniqueKeysWithValues: stored.compactMap { key, value in
        GUIDMask(rawValue: value).map { (GUID(key), $0) }
      })
    let checker = PortChecker(given: given.flatMap { GUIDMask(rawValue: $0) }, stored: masks)
    return try #require(checker.verdicts(for: [port(guid)], others: others).first)
  }

  @Test("The readme's three outcomes, and the fourth: stored")
  func outcomes() throws {
    #expect(try verdict(0x0002_c903_00aa_bbcc).kind == .recognized)
    let found = try verdict(0xf452_1403_0011_2233)
    #expect(found.kind == .maskFound)
    #expect(found.maskToStore == .generic)
    #expect(found.mac?.description == "f4:52:14:11:22:33")
    #expect(try verdict(0x1022_3344_5566_7788).kind == .unknown)
    #expect(try verdict(0xf452_1403_0011_2233, stored: [0xf452_1403_0011_2233: 0xe7]).kind == .stored)
  }

  @Test("A mask of the user is taken for a maker nobody knows, and replaces a stored one")
  func given() throws {
    #expect(try verdict(0x1022_3344_5566_7788, given: 0xf3).maskToStore?.rawValue == 0xf3)
    let other = try verdict(0xf452_1403_0011_2233, given: 0xf3, stored: [0xf452_1403_0011_2233: 0xe7])
    #expect(other.kind == .maskFound)
    #expect(other.maskToStore?.rawValue == 0xf3)
    let same = try verdict(0xf452_1403_0011_2233, given: 0xe7, stored: [0xf452_1403_0011_2233: 0xe7])
    #expect(same.kind == .stored)
  }

  @Test("A mask that makes a multicast or a taken MAC is not stored")
  func useless() throws {
    let multicast = try verdict(0x0002_c901_0011_2233, given: 0x3f)
    #expect(multicast.kind == .unknown)
    #expect(multicast.maskToStore == nil)
    #expect(PortFindings.problems(of: [multicast]).map(\.id) == ["guid.unknown", "mac.multicast", "mask.drops_owner"])
  }

  @Test("Where 0xe7 gives another port's MAC, another mask is chosen")
  func collision() throws {
    let other = port(0x0002_c902_0011_2233, "mlx4_1/1")
    let verdict = try verdict(0x0002_c901_0011_2233, others: [other])
    #expect(verdict.kind == .maskFound)
    #expect(verdict.maskToStore != .generic)
    #expect(verdict.mac?.description != "00:02:c9:11:22:33")
  }

  @Test("Ethernet ports need no rule")
  func ethernet() throws {
    let port = LocalPort(
      name: "rxe0/1", guid: GUID(0x5054_00ff_fe00_0010), isEthernet: true,
      netdevs: [.init(name: "eth0", mac: MACAddress(0x5254_0000_0010))])
    let verdicts = PortChecker().verdicts(for: [port])
    #expect(verdicts.map(\.kind) == [.ethernet])
    #expect(verdicts.first?.mapping == nil)
    #expect(verdicts.first?.mac?.description == "52:54:00:00:00:10")
    #expect(PortFindings.problems(of: verdicts).isEmpty)
  }

  @Test("Each outcome leads to the next command")
  func problems() throws {
    let found = PortFindings.problems(of: [try verdict(0xf452_1403_0011_2233)])
    #expect(found.map(\.id) == ["mask.not_stored"])
    #expect(found[0].fix == ["rdmactl guid2mac --check mlx4_0/1 --apply"])
    let unknown = PortFindings.problems(of: [try verdict(0x1022_3344_5566_7788)])
    #expect(unknown.map(\.id) == ["guid.unknown"])
    #expect(unknown[0].fix[0] == "rdmactl guid2mac --suggest 1022334455667788")
  }

  func findings(_ port: LocalPort) -> [String] {
    PortFindings.problems(of: PortChecker().verdicts(for: [port])).map(\.id)
  }

  @Test("The hardware address of IPoIB and GID 0 end in the port GUID")
  func crossCheckInfiniBand() {
    let guid: UInt64 = 0x0002_c902_00aa_bbcc
    let prefix: [UInt8] = [0xfe, 0x80, 0, 0, 0, 0, 0, 0]
    func port(_ tail: UInt64, node: UInt64 = guid) -> LocalPort {
      let gid = prefix + GUID(tail).bytes
      return LocalPort(
        name: "mlx4_0/1", guid: GUID(guid), netdevs: [.init(name: "ib0", mac: nil)],
        ipoibHardwareAddress: [0x80, 0, 2, 8] + gid, gid0: gid, nodeGUID: GUID(node))
    }
    #expect(findings(port(guid)).isEmpty)
    #expect(findings(port(guid + 1)) == ["guid.hardware_address", "guid.gid0"])
    #expect(findings(port(guid, node: guid - 1)).isEmpty)
    #expect(findings(port(guid, node: guid - 2)) == ["guid.node_sequence"])
    #expect(findings(port(guid, node: guid + 1)) == ["guid.node_sequence"])
  }

  @Test(
    "GID 0 of RoCE is made of the netdev's MAC",
    arguments: [
      (0x5054_00ff_fe00_0010, []), (0x5054_0000_0500_0010, []), (0x5254_0000_0500_0010, []),
      (0x5054_00ff_fe00_0011, ["guid.gid0"]), (0x5254_00ff_fe00_0010, ["guid.gid0"]),
    ] as [(UInt64, [String])])
  func crossCheckEthernet(_ tail: UInt64, _ expected: [String]) {
    let port = LocalPort(
      name: "rxe0/1", guid: GUID(tail), isEthernet: true,
      netdevs: [.init(name: "eth0", mac: MACAddress(0x5254_0000_0010))],
      gid0: [0xfe, 0x80, 0, 0, 0, 0, 0, 0] + GUID(tail).bytes)
    #expect(findings(port) == expected)
  }

  @Test("Values that are missing or odd are no findings")
  func absent() {
    #expect(
      findings(LocalPort(name: "a/1", guid: GUID(0x0002_c902_00aa_bbcc), ipoibHardwareAddress: [1], gid0: [])).isEmpty)
    #expect(
      findings(LocalPort(name: "a/1", guid: GUID(0x0002_c902_00aa_bbcc), gid0: .init(repeating: 0, count: 16))).isEmpty)
    #expect(findings(LocalPort(name: "a/1", guid: GUID(0))) == ["guid.zero"])
  }
}

@Suite("File of stored masks")
struct StoredMasksTests {
  let guid = GUID(0xf452_1403_0011_2233)

  func text(_ masks: StoredMasks) -> String { String(decoding: masks.bytes, as: UTF8.self) }

  @Test("What is stored is read again")
  func roundTrip() {
    var masks = StoredMasks()
    masks.store(.generic, for: guid, comment: "mlx4_0/1")
    #expect(text(masks).hasSuffix("f452140300112233 0xe7  # mlx4_0/1\n"))
    #expect(StoredMasks(bytes: masks.bytes).masks == [guid: .generic])
    #expect(StoredMasks(bytes: masks.bytes).badLines.isEmpty)
  }

  @Test("Lines of people stay, byte for byte")
  func kept() throws {
    let hand = "# mine\n\n  f4:52:14:03:00:11:22:33\t0b11100111 # spaced\nrubbish\n0002c901deadbeef 0xf3\r\n"
    var masks = StoredMasks(bytes: Array(hand.utf8) + [0xff, 0xfe, 0x0a])
    #expect(masks.masks.count == 2)
    #expect(masks.badLines.map(\.number) == [4, 6])
    masks.store(.generic, for: GUID(1), comment: "a\nb")
    #expect(masks.bytes.starts(with: Array(hand.utf8) + [0xff, 0xfe, 0x0a]))
    #expect(text(masks).hasSuffix("\n0000000000000001 0xe7  # a b\n"))
    masks.forget(GUID(1))
    #expect(masks.bytes == Array(hand.utf8) + [0xff, 0xfe, 0x0a])
    masks.store(try #require(GUIDMask(rawValue: 0xf3)), for: guid, comment: "new")
    #expect(text(masks).contains("\nf452140300112233 0xf3  # new\nrubbish\n"))
  }

  @Test("Storing what is stored changes nothing; forgetting what is not there neither")
  func idempotent() {
    let bytes = Array("f452140300112233 0xe7".utf8)
    var masks = StoredMasks(bytes: bytes)
    masks.store(.generic, for: guid, comment: "x")
    #expect(masks.bytes == bytes + [0x0a])
    masks.forget(GUID(5))
    #expect(masks.bytes == bytes + [0x0a])
  }

  @Test("A second line for a GUID is told of, not used, and goes with the first")
  func twice() {
    var masks = StoredMasks(bytes: Array("f452140300112233 0xe7\n0xf452140300112233 0xf3\n".utf8))
    #expect(masks.masks == [guid: .generic])
    #expect(masks.badLines.map(\.number) == [2])
    masks.forget(guid)
    #expect(masks.masks.isEmpty)
    #expect(masks.bytes.isEmpty)
  }

  @Test(
    "Bad lines say what is wrong",
    arguments: [
      ("f452140300112233", "1 word"), ("f452140300112233 0xe7 mlx4_0", "3 words"), ("nonsense 0xe7", "not a GUID"),
      ("f452140300112233 0xfd", "7 bits"), ("f452140300112233 mask", "not a mask"),
    ])
  func bad(_ line: String, _ words: String) {
    let problems = StoredMasks(bytes: Array((line + "\n").utf8)).problems(path: "/etc/rdmactl/guid-masks")
    #expect(problems.map(\.subject) == ["/etc/rdmactl/guid-masks:1"])
    #expect(problems.map(\.id) == ["mask.bad_line"])
    #expect(problems.first?.message.contains(words) == true, "\(problems)")
  }

  @Test("Any bytes are read without a crash, and come back as they were")
  func anything() {
    var numbers = SystemRandomNumberGenerator()
    for _ in 0..<300 {
      let bytes = (0..<Int.random(in: 0...200, using: &numbers)).map { _ in
        Bool.random(using: &numbers)
          ? UInt8.random(in: 0...255, using: &numbers) : [0x0a, 0x20, 0x30, 0x66].randomElement(using: &numbers) ?? 0
      }
      let again = StoredMasks(bytes: bytes).bytes
      #expect(again == bytes || again == bytes + [0x0a])
    }
  }
}
