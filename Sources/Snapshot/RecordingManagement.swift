internal import HostAccess
internal import Synchronization

struct RecordingManagement: ManagementAccess {
  let base: any ManagementAccess
  let recorder: Recorder

  func open(device: String, port: Int, classes: [ManagementClass]) throws(ManagementError) -> any ManagementPort {
    let name = "\(device)/\(port)"
    do throws(ManagementError) {
      guard recorder.sendsDatagrams else { throw .recorded }
      return RecordingPort(base: try base.open(device: device, port: port, classes: classes), name, recorder)
    } catch {
      recorder.recording.withLock { $0.talks.ports[name] = .init(error) }
      throw error
    }
  }
}

private final class RecordingPort: ManagementPort {
  private let base: any ManagementPort
  private let name: String
  private let recorder: Recorder
  /// Requests under way, by the half of their transaction ID that the kernel leaves alone.
  private var open: [ArraySlice<UInt8>: Recording.Datagram] = [:]

  init(base: any ManagementPort, _ name: String, _ recorder: Recorder) {
    (self.base, self.name, self.recorder) = (base, name, recorder)
  }

  func send(_ datagram: [UInt8], to address: ManagementAddress, timeoutMilliseconds: Int) throws(ManagementError) {
    try base.send(datagram, to: address, timeoutMilliseconds: timeoutMilliseconds)
    open[DatagramBytes.transaction(datagram)] = Recording.Datagram(name, address, datagram)
  }

  func receive(timeoutMilliseconds: Int) throws(ManagementError) -> ManagementArrival? {
    let arrival = try base.receive(timeoutMilliseconds: timeoutMilliseconds)
    switch arrival {
    case .answer(let bytes)?:
      guard let request = open[DatagramBytes.transaction(bytes)] else { break }
      recorder.recording.withLock {
        // The first answer counts; an answer counts more than none.
        if ($0.datagrams[request] ?? nil) == nil { $0.datagrams[request] = .some(DatagramBytes.withoutKeys(bytes)) }
      }
    case .timedOut(let bytes)?:
      guard let request = open[DatagramBytes.transaction(bytes)] else { break }
      recorder.recording.withLock { if $0.datagrams[request] == nil { $0.datagrams[request] = .some(nil) } }
    case nil: break
    }
    return arrival
  }
}

extension Recording.Datagram {
  init(_ port: String, _ address: ManagementAddress, _ datagram: [UInt8]) {
    self.init(
      port: port, lid: address.lid, queuePair: address.queuePair, request: DatagramBytes.withoutKeys(datagram))
  }
}

/// Where things are in a management datagram. Source: InfiniBand specification vol. 1, 13.4.3, 14.2.1, 15.2.1.
enum DatagramBytes {
  static let length = 256
  private static let managementClass = 1
  private static let attribute = 16..<18
  private static let transactionID = 8..<16
  /// Of SMPs.
  private static let mKey = 24..<32
  static let subnetData = 64
  /// SM_Key of messages of the subnet administrator.
  private static let smKey = 36..<44
  static let subnetClasses: Set<UInt8> = [0x01, 0x81]
  private static let administration: UInt8 = 0x03

  static let nodeDescription: UInt16 = 0x10
  static let nodeInfo: UInt16 = 0x11
  static let guidInfo: UInt16 = 0x14
  private static let portInfo: UInt16 = 0x15
  static let smInfo: UInt16 = 0x20

  static func transaction(_ datagram: [UInt8]) -> ArraySlice<UInt8> {
    datagram.count < transactionID.upperBound ? [] : Array(datagram[12..<16])[...]
  }

  static func isSubnet(_ datagram: [UInt8]) -> Bool {
    datagram.count > subnetData && subnetClasses.contains(datagram[managementClass])
  }

  static func attribute(_ datagram: [UInt8]) -> UInt16 {
    datagram.count < attribute.upperBound ? 0 : UInt16(datagram[16]) << 8 | UInt16(datagram[17])
  }

  /// Without the transaction ID and without keys that give control of the subnet: M_Key and SM_Key.
  static func withoutKeys(_ datagram: [UInt8]) -> [UInt8] {
    var bytes = datagram
    func clear(_ range: Range<Int>) {
      for index in range where index < bytes.count { bytes[index] = 0 }
    }
    clear(transactionID)
    if isSubnet(datagram) {
      clear(mKey)
      // The M_Key is the first field of PortInfo, the SM_Key the second of SMInfo.
      if attribute(datagram) == portInfo { clear(subnetData..<subnetData + 8) }
      if attribute(datagram) == smInfo { clear(subnetData + 8..<subnetData + 16) }
    } else if datagram.count > managementClass, datagram[managementClass] == administration {
      clear(smKey)
    }
    return bytes
  }

  static func answer(_ kept: [UInt8], to request: [UInt8]) -> [UInt8] {
    var bytes = kept
    for index in transactionID where index < min(bytes.count, request.count) { bytes[index] = request[index] }
    return bytes
  }
}

/// All datagrams as one block of bytes: port, LID, queue pair, request and answer, without the zeros at their ends.
extension Recording {
  var datagramBytes: [UInt8] {
    var bytes: [UInt8] = []
    func put(_ part: [UInt8]) {
      let count = (part.lastIndex { $0 != 0 }.map { $0 + 1 }) ?? 0
      bytes += [UInt8(count >> 8), UInt8(count & 255)] + part[..<count]
    }
    let all = datagrams.sorted {
      ($0.key.port, $0.key.lid) < ($1.key.port, $1.key.lid)
        || ($0.key.port, $0.key.lid) == ($1.key.port, $1.key.lid)
          && $0.key.request.lexicographicallyPrecedes($1.key.request)
    }
    for (key, answer) in all {
      put(Array(key.port.utf8))
      bytes += [UInt8(key.lid >> 8), UInt8(key.lid & 255), UInt8(truncatingIfNeeded: key.queuePair)]
      put(key.request)
      bytes.append(answer == nil ? 0 : 1)
      if let answer { put(answer) }
    }
    return bytes
  }

  mutating func read(datagrams bytes: [UInt8]) throws(SnapshotFailure) {
    var rest = bytes[...]
    func take(_ count: Int) throws(SnapshotFailure) -> ArraySlice<UInt8> {
      guard rest.count >= count else { throw .damaged("", "the datagrams are cut off") }
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count)
    }
    func part(_ padded: Bool) throws(SnapshotFailure) -> [UInt8] {
      let size = Array(try take(2))
      let bytes = Array(try take(Int(size[0]) << 8 | Int(size[1])))
      return padded ? bytes + [UInt8](repeating: 0, count: max(0, DatagramBytes.length - bytes.count)) : bytes
    }
    while !rest.isEmpty {
      let port = String(decoding: try part(false), as: UTF8.self)
      let place = Array(try take(3))
      let key = Datagram(
        port: port, lid: UInt16(place[0]) << 8 | UInt16(place[1]), queuePair: UInt32(place[2]), request: try part(true))
      datagrams[key] = .some(try take(1).first == 1 ? try part(true) : nil)
    }
  }
}
