internal import Foundation
internal import Testing
internal import Vocabulary

@testable internal import Snapshot

/// A machine with identities by chance: files, a kernel that was asked, datagrams and a log, which hold them in all
/// spellings.
private struct ChanceMachine {
  var recording = Recording()
  var log: [UInt8] = []
  /// Every identity in six spellings or as it is.
  var originals: [String] = []
  let host: String

  init(seed: UInt64) {
    var random = Chance(state: seed)
    let makers: [UInt64] = [0x0002c9, 0xb8599f, 0xec0d9a, 0x506b4b, 0x00e081]
    host = "gpu\(random.next() % 9000 + 1000)-\(String(random.next() % 100_000, radix: 36))x"
    recording.talks.host = host
    put("/proc/sys/kernel/hostname", host + "\n")
    for device in 0..<Int(random.next() % 3 + 1) {
      let maker = makers[Int(random.next() % 5)]
      let base = (random.next() & 0xffff0) | 0x10_0000
      let middle: UInt64 = [0x0300, 0x0300, 0xfffe, 0x1234][Int(random.next() % 4)]
      let node = maker << 40 | middle << 24 | base
      let directory = "/sys/class/infiniband/mlx5_\(device)"
      put("\(directory)/node_guid", GUID(node).colonDescription + "\n")
      put("\(directory)/node_desc", "\(host) mlx5_\(device)\n")
      put("\(directory)/sys_image_guid", GUID(node).colonDescription + "\n")
      learn(node)
      for port in 1...2 {
        let guid = node + UInt64(port)
        learn(guid)
        put("\(directory)/ports/\(port)/gids/0", "fe80:0000:0000:0000:\(GUID(guid).colonDescription)\n")
        let mac = maker << 24 | base | UInt64(port)
        let address = [10, UInt8(random.next() & 255), UInt8(random.next() & 255), UInt8(random.next() % 250 + 1)]
        let text = address.map { "\($0)" }.joined(separator: ".")
        originals += [text]
        let pair = { (index: Int) in (UInt64(address[index]) << 8 | UInt64(address[index + 1])).hexadecimal(digits: 4) }
        put("\(directory)/ports/\(port)/gids/3", "0000:0000:0000:0000:0000:ffff:\(pair(0)):\(pair(2))\n")
        originals.append("\(pair(0)):\(pair(2))")
        put("/sys/class/net/enx\(mac.hexadecimal(digits: 12))/address", "\(MACAddress(mac))\n")
        put(
          "/sys/class/net/ib\(device)\(port)/address",
          "80:00:00:48:fe:80:00:00:00:00:00:00:" + Self.pairs(guid, 8) + "\n")
        originals += [MACAddress(mac).description, mac.hexadecimal(digits: 12)]
        recording.talks.kernel.append(Self.talk(mac, guid))
        log += Array(
          "[ 1.0] mlx5_core: \(host) port \(port) GUID 0x\(GUID(guid)) mac \(MACAddress(mac)) peer \(text)\n".utf8)
      }
      recording.files["/sys/bus/pci/devices/0000:0\(device):00.0/config"] = .bytes(Self.configuration(node))
      add(
        datagram: 0x11,
        bytes: [1, 1, 1, 2] + node.bigEndianBytes(8) + node.bigEndianBytes(8) + (node + 1).bigEndianBytes(8))
      add(datagram: 0x10, bytes: Array("\(host) mlx5_\(device)".utf8))
    }
    originals.append(host)
  }

  private mutating func learn(_ guid: UInt64) {
    let text = GUID(guid).description
    originals += [
      text, GUID(guid).colonDescription, Self.pairs(guid, 8), text.uppercased(), "0x" + String(guid, radix: 16),
      IPAddress(bytes: [0xfe, 0x80] + [UInt8](repeating: 0, count: 6) + guid.bigEndianBytes(8))?.description ?? text,
    ]
  }

  private mutating func put(_ path: String, _ text: String) { recording.files[path] = .bytes(Array(text.utf8)) }

  private mutating func add(datagram attribute: UInt8, bytes: [UInt8]) {
    var answer = [UInt8](repeating: 0, count: 256)
    (answer[0], answer[1], answer[3], answer[17]) = (1, 0x81, 0x81, attribute)
    answer.replaceSubrange(64..<64 + bytes.count, with: bytes)
    var request = answer
    for index in 64..<256 { request[index] = 0 }
    request[100] = UInt8(recording.datagrams.count)
    recording.datagrams[.init(port: "mlx5_0/1", lid: 0xffff, queuePair: 0, request: request)] = .some(answer)
  }

  static func pairs(_ value: UInt64, _ count: Int) -> String {
    value.bigEndianBytes(count).map { UInt64($0).hexadecimal(digits: 2) }.joined(separator: ":")
  }

  private static func talk(_ mac: UInt64, _ guid: UInt64) -> Conversation.Talk {
    let text = Array("enx\(mac.hexadecimal(digits: 12))\u{0}".utf8)
    return Conversation.Talk(
      family: "route", dump: true, request: .init(command: 18, header: "", attributes: []),
      answer: [
        .init(
          command: 16, header: "",
          attributes: [
            .init(type: 1, bytes: Hexadecimal.text(mac.bigEndianBytes(6))),
            .init(type: 3, bytes: Hexadecimal.text(text)),
            .init(type: 9, nest: [.init(type: 2, bytes: Hexadecimal.text(guid.byteSwapped.bigEndianBytes(8)))]),
          ])
      ])
  }

  /// With a Device Serial Number at 0x100.
  private static func configuration(_ guid: UInt64) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 512)
    (bytes[0x100], bytes[0x102]) = (3, 1)
    bytes.replaceSubrange(0x104..<0x10c, with: guid.byteSwapped.bigEndianBytes(8))
    return bytes
  }
}

private struct Chance: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}

@Suite struct RedactionTests {
  private static func key(_ seed: UInt64) -> [UInt8] { seed.bigEndianBytes(8) }

  /// All bytes that leave the machine. What is hexadecimal in them is there as bytes too.
  private static func bytes(_ recording: Recording, _ log: [UInt8]) -> [UInt8] {
    var all = Array(TreeText.text(recording.files).utf8) + recording.talks.json + recording.datagramBytes + log
    for talk in recording.talks.kernel {
      for message in talk.answer ?? [] {
        for attribute in message.attributes { all += attribute.bytes.flatMap(Hexadecimal.bytes) ?? [] }
      }
    }
    return all
  }

  /// In trials of a thousand machines.
  private static let machines: UInt64 = ProcessInfo.processInfo.environment["RDMACTL_TRIALS"] == "1" ? 1000 : 12

  @Test func noIdentityIsLeftInAnySpelling() {
    for seed in 1...Self.machines {
      let machine = ChanceMachine(seed: seed)
      var log = machine.log
      var redactor = Redactor(key: Self.key(seed))
      let redacted = redactor.redact(machine.recording, log: &log)
      let text = String(decoding: Self.bytes(redacted, log), as: UTF8.self)
      for original in machine.originals { #expect(!text.contains(original), "seed \(seed): \(original)") }
      // The same grep finds all of them before.
      let before = String(decoding: Self.bytes(machine.recording, machine.log), as: UTF8.self)
      #expect(before.contains(machine.host))
      let hexadecimal = Hexadecimal.text(Self.bytes(redacted, []))
      for guid in redactor.guids {
        #expect(
          !hexadecimal.contains(GUID(guid).description) && !hexadecimal.contains(GUID(guid.byteSwapped).description))
      }
    }
  }

  @Test func redactedTwiceIsRedactedOnce() {
    let machine = ChanceMachine(seed: 7)
    var log = machine.log
    var redactor = Redactor(key: Self.key(7))
    let once = redactor.redact(machine.recording, log: &log)
    let text = Array(TreeText.text(once.files).utf8) + log
    #expect(redactor.redacted(text: text, words: true) == text)
    // Another key, other values.
    var other = Redactor(key: Self.key(8))
    var otherLog = machine.log
    #expect(other.redact(machine.recording, log: &otherLog) != once)
  }

  @Test func aNodeAndItsPortsStayNeighboursAndTheMACStaysThatOfTheGUID() {
    var redactor = Redactor(key: [1])
    let text = """
      0002:c903:00ab:cde0 0002:c903:00ab:cde1 0002:c903:00ab:cde1 00:02:c9:ab:cd:e1 0000:0000:0000:0000
      fe80::202:c9ff:feab:cde1 ff:ff:ff:ff:ff:ff 33:33:00:00:00:01 255.255.255.0 192.168.7.1 12.28.2006
      """
    redactor.learn(text: Array(text.utf8), isFree: true)
    redactor.seal()
    let words = String(decoding: redactor.redacted(text: Array(text.utf8)), as: UTF8.self).split {
      $0 == " " || $0 == "\n"
    }
    let guids = words.prefix(3).map { $0.filter { $0 != ":" } }
    #expect(guids.allSatisfy { $0.hasPrefix("0002c90300") } && guids[0] != "0002c90300abcde0")
    #expect(guids[0].dropLast() == guids[1].dropLast() && guids[0].last == "0" && guids[1].last == "1")
    #expect(guids[1] == guids[2])
    #expect(words[3].filter { $0 != ":" } == "0002c9" + guids[1].suffix(6))
    #expect(words[4] == "0000:0000:0000:0000")
    #expect(words[5].hasPrefix("fe80::202:c9ff:fe") && words[5].hasSuffix(guids[1].suffix(4)))
    #expect(words[6...8] == ["ff:ff:ff:ff:ff:ff", "33:33:00:00:00:01", "255.255.255.0"])
    #expect(words[9].hasPrefix("198.1"))
    #expect(words[10] == "12.28.2006")
  }

  @Test func theSerialNumberOfAModuleIsReplacedInItsEEPROM() throws {
    let answer = Array(#"{"module":{"part_number":"MCP1650-H001E30","serial_number":"MT2113VS04417"}}"#.utf8)
    var recording = Recording()
    let eeprom = [UInt8](repeating: 3, count: 40) + Array("MT2113VS04417   ".utf8) + [UInt8](repeating: 4, count: 72)
    recording.talks.kernel = [
      .init(
        family: "generic ethtool", dump: false, request: .init(command: 31, header: "", attributes: []),
        answer: [.init(command: 31, header: "", attributes: [.init(type: 7, bytes: Hexadecimal.text(eeprom))])])
    ]
    var log: [UInt8] = []
    var redactor = Redactor(key: [3])
    let redacted = redactor.redact(recording, log: &log, answers: [answer])
    let digits = try #require(redacted.talks.kernel.first?.answer?.first?.attributes.first?.bytes)
    let bytes = try #require(Hexadecimal.bytes(digits))
    #expect(bytes.count == eeprom.count && bytes != eeprom)
    #expect(!String(decoding: bytes, as: UTF8.self).contains("VS04417"))
    #expect(bytes.prefix(40) == eeprom.prefix(40) && bytes.suffix(75) == eeprom.suffix(75))
  }

  @Test func keysOfTheSubnetAreNeverKept() {
    var datagram = [UInt8](repeating: 0, count: 256)
    (datagram[0], datagram[1], datagram[17]) = (1, 0x81, 0x15)
    for place in [8, 24, 64] { datagram[place] = 0xaa }
    datagram[72] = 0xbb
    let kept = DatagramBytes.withoutKeys(datagram)
    #expect(!kept.contains(0xaa) && kept[72] == 0xbb)
  }
}
