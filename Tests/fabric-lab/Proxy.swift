internal import BinaryLayout
internal import FabricLab
internal import Glibc
internal import InfiniBandWire
internal import Synchronization

/// What the proxy does to the datagrams that go through it.
struct ProxyOptions {
  enum Loss: Sendable { case error, silent }

  var upstream = ""
  var name = ""
  /// Of every answer.
  var delayMicroseconds = 0
  /// Up to so much more, at random.
  var jitterMicroseconds = 0
  var lossRate = 0.0
  var loss = Loss.error
  var duplicateRate = 0.0
  /// Answers that come 1 ms after the others, and so behind them.
  var reorderRate = 0.0
  /// Only requests for this attribute are lost, doubled or held up.
  var attribute: UInt16?
  /// Nodes that never answer an SMP, or only one attribute not.
  var silent: [(guid: UInt64, attribute: UInt16?)] = []
  /// Ports whose links run on one lane, whatever they are enabled for: a bad cable. ibsim cannot: it takes the width of a
  /// link from what both ends are enabled for.
  var worn: [(guid: UInt64, port: UInt32)] = []
  var seed: UInt64 = 1

  /// Whether the routes and nodes of the datagrams matter.
  var isParticular: Bool { !silent.isEmpty || !worn.isEmpty }
  var countFile: String?
}

private let ended = Atomic(false)

/// Between the clients of libumad2sim and ibsim, on names of its own.
final class Proxy {
  /// A client, and its socket at ibsim.
  private final class Client {
    let upstream: DatagramSocket
    /// Nodes by the directed routes that led to them.
    var nodes: [[UInt8]: UInt64] = [:]

    init(_ upstream: DatagramSocket) { self.upstream = upstream }
  }

  private let options: ProxyOptions
  private let control: DatagramSocket
  private let upstreamControl: DatagramSocket
  private let outputs: [DatagramSocket]
  private var clients: [Client?]
  private var random: SeededGenerator
  private var late = ArrivalQueue<(client: Int, bytes: [UInt8])>()
  private var counts = [Int](repeating: 0, count: 1 << 16)
  private var countsChanged = false
  private var buffer = [UInt8](repeating: 0, count: 512)

  init(_ options: ProxyOptions) throws(SocketFailure) {
    self.options = options
    random = SeededGenerator(seed: options.seed)
    upstreamControl = try DatagramSocket(bind: "\(options.upstream):ctlproxy\(getpid())")
    try upstreamControl.connect(to: "\(options.upstream):ctl")
    control = try DatagramSocket(bind: "\(options.name):ctl")
    var outputs: [DatagramSocket] = []
    for slot in 0..<SimulatorWire.clients { outputs.append(try DatagramSocket(bind: "\(options.name):out\(slot)")) }
    self.outputs = outputs
    clients = [Client?](repeating: nil, count: SimulatorWire.clients)
  }

  /// Until SIGTERM or SIGINT.
  func run() {
    for number in [SIGTERM, SIGINT] { _ = signal(number) { _ in ended.store(true, ordering: .relaxed) } }
    while !ended.load(ordering: .relaxed) {
      let slots = clients.indices.filter { clients[$0] != nil }
      var sockets = [control.descriptor] + slots.map { outputs[$0].descriptor }
      sockets += slots.compactMap { clients[$0]?.upstream.descriptor }
      var waiting = sockets.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      let ready = wait(&waiting)
      if ready == 0 && late.nextDue == nil { writeCounts() }
      if waiting[0].revents != 0 { while handleControl() {} }
      for (position, slot) in slots.enumerated() {
        if waiting[1 + position].revents != 0 { fromClient(slot) }
        if waiting[1 + slots.count + position].revents != 0 { fromFabric(slot) }
      }
      while let (slot, bytes) = late.take(at: Self.microseconds) { outputs[slot].send(bytes) }
    }
    writeCounts()
  }

  /// To the millisecond by poll(2); the rest of a shorter time in naps.
  private func wait(_ waiting: inout [pollfd]) -> Int32 {
    let (idle, nap) = (50, 100)
    let time = max(0, late.nextDue.map { $0 - Self.microseconds } ?? idle * 1000)
    if 0 < time, time < 1000, unsafe poll(&waiting, nfds_t(waiting.count), 0) == 0 {
      usleep(UInt32(min(time, nap)))
    }
    return unsafe poll(&waiting, nfds_t(waiting.count), Int32(min(time / 1000, idle)))
  }

  private static var microseconds: Int {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return now.tv_sec * 1_000_000 + now.tv_nsec / 1000
  }

  // MARK: control

  /// Hands a control datagram to ibsim and its answer back. - Returns: whether there was one.
  private func handleControl() -> Bool {
    typealias Control = SimulatorWire.Control
    guard let (count, sender) = control.receiveNamed(into: &buffer) else { return false }
    guard count == SimulatorWire.controlLength else { return true }
    let type = SimulatorWire.number(buffer, at: Control.type)
    let slot = Int(SimulatorWire.number(buffer, at: Control.client))
    let identifier = SimulatorWire.number(buffer, at: Control.connection)
    var socket: DatagramSocket?
    if type == Control.connect {
      // ibsim answers to a socket of this name: it must be there before it is asked.
      socket = try? DatagramSocket(bind: "\(options.upstream):in\(identifier)")
    }
    upstreamControl.send(buffer[..<count])
    var waiting = pollfd(fd: upstreamControl.descriptor, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&waiting, 1, 10_000) == 1, upstreamControl.receive(into: &buffer) == count else {
      SimulatorWire.put(Control.error, in: &buffer, at: Control.type)
      control.send(buffer[..<count], to: sender)
      return true
    }
    if let socket, SimulatorWire.number(buffer, at: Control.type) == type {
      accept(socket, slot: Int(SimulatorWire.number(buffer, at: Control.connection)), identifier: identifier)
    }
    if type == Control.disconnect, clients.indices.contains(slot) { clients[slot] = nil }
    control.send(buffer[..<count], to: sender)
    return true
  }

  private func accept(_ socket: DatagramSocket, slot: Int, identifier: UInt32) {
    guard clients.indices.contains(slot), (try? socket.connect(to: "\(options.upstream):out\(slot)")) != nil,
      (try? outputs[slot].connect(to: "\(options.name):in\(identifier)")) != nil
    else { return }
    clients[slot] = Client(socket)
  }

  /// A client that ended without a word keeps its place at ibsim otherwise.
  private func drop(_ slot: Int) {
    clients[slot] = nil
    var goodbye = [UInt8](repeating: 0, count: SimulatorWire.controlLength)
    SimulatorWire.put(SimulatorWire.Control.magic, in: &goodbye, at: 0)
    SimulatorWire.put(UInt32(slot), in: &goodbye, at: SimulatorWire.Control.client)
    SimulatorWire.put(SimulatorWire.Control.disconnect, in: &goodbye, at: SimulatorWire.Control.type)
    upstreamControl.send(goodbye)
    var waiting = pollfd(fd: upstreamControl.descriptor, events: Int16(POLLIN), revents: 0)
    if unsafe poll(&waiting, 1, 10_000) == 1 { _ = upstreamControl.receive(into: &buffer) }
  }

  // MARK: data

  private func fromClient(_ slot: Int) {
    while let client = clients[slot], let count = outputs[slot].receive(into: &buffer) {
      guard count == SimulatorWire.dataLength else { continue }
      let datagram = Datagram(buffer, inDetail: options.isParticular)
      if datagram.isResponse {
        client.upstream.send(buffer[..<count])
        continue
      }
      counts[Int(datagram.attribute)] += 1
      countsChanged = true
      if concerns(datagram), random.happens(options.lossRate) {
        if options.loss == .error { giveBack(slot, count) }
        continue
      }
      if let guid = datagram.route.flatMap({ client.nodes[$0] }), isSilent(guid, datagram.attribute) { continue }
      client.upstream.send(buffer[..<count])
    }
  }

  private func fromFabric(_ slot: Int) {
    while let client = clients[slot], let count = client.upstream.receive(into: &buffer) {
      guard count == SimulatorWire.dataLength else { continue }
      let datagram = Datagram(buffer, inDetail: options.isParticular)
      if let found = datagram.nodeGUID {
        if let route = datagram.route { client.nodes[route] = found }
        if isSilent(found, datagram.attribute) { continue }
      }
      wear(datagram, client)
      deliver(slot, count, datagram)
    }
  }

  private func wear(_ datagram: Datagram, _ client: Client) {
    guard datagram.isResponse, datagram.attribute == ManagementDatagram.SubnetAttribute.portInfo.rawValue,
      let guid = datagram.route.flatMap({ client.nodes[$0] }),
      options.worn.contains(where: { $0.guid == guid && $0.port == datagram.modifier })
    else { return }
    buffer[Datagram.attributeData + PortInfo.Layout.linkWidthActive.offset / 8] = LinkWidth.x1.rawValue
  }

  private func deliver(_ slot: Int, _ count: Int, _ datagram: Datagram) {
    let isConcerned = datagram.isResponse && concerns(datagram)
    var delay = options.delayMicroseconds
    if options.jitterMicroseconds > 0 { delay += Int.random(in: 0...options.jitterMicroseconds, using: &random) }
    let reordered = 1000
    if isConcerned, random.happens(options.reorderRate) { delay += reordered }
    let copies = isConcerned && random.happens(options.duplicateRate) ? 2 : 1
    for _ in 0..<copies {
      if delay > 0 {
        late.add((slot, Array(buffer[..<count])), due: Self.microseconds + delay)
      } else if !outputs[slot].send(buffer[..<count]) {
        return drop(slot)
      }
    }
  }

  /// As ibsim gives back what was lost.
  private func giveBack(_ slot: Int, _ count: Int) {
    SimulatorWire.Data.status.write(SimulatorWire.timedOut, into: &buffer)
    if options.delayMicroseconds > 0 {
      late.add((slot, Array(buffer[..<count])), due: Self.microseconds + options.delayMicroseconds)
    } else {
      outputs[slot].send(buffer[..<count])
    }
  }

  private func concerns(_ datagram: Datagram) -> Bool {
    options.attribute == nil || options.attribute == datagram.attribute
  }

  private func isSilent(_ guid: UInt64, _ attribute: UInt16) -> Bool {
    options.silent.contains { $0.guid == guid && ($0.attribute == nil || $0.attribute == attribute) }
  }

  // MARK: counts

  /// A line for each attribute: its ID and how many requests for it were seen.
  private func writeCounts() {
    guard countsChanged, let path = options.countFile else { return }
    countsChanged = false
    let lines = counts.indices.filter { counts[$0] > 0 }.map { "0x\(String($0, radix: 16)) \(counts[$0])\n" }
    let text = Array(lines.joined().utf8)
    // Whole or not at all.
    let descriptor = unsafe open(path + ".new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return }
    let written = unsafe text.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
    if written == text.count { _ = unsafe rename(path + ".new", path) }
  }
}
