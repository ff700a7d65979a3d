internal import BinaryLayout
internal import Glibc
public import HostAccess

/// A host of an ibsim that runs, asked from within the test: what libumad2sim is to libibumad, without the preload.
/// Time is real here. Each takes one of ibsim's ten places and gives it back.
public final class SimulatorPort: ManagementPort {
  private let control: DatagramSocket
  private let data: DatagramSocket
  private let slot: UInt32
  private var buffer = [UInt8](repeating: 0, count: 512)

  /// - Parameters:
  ///   - simulator: the name of its sockets.
  ///   - host: the node's id.
  ///   - number: tells the clients of a simulator apart; process numbers are those of libumad2sim's own.
  public init(simulator: String, host: String, number: Int) throws(SocketFailure) {
    typealias Control = SimulatorWire.Control
    control = try DatagramSocket(bind: "\(simulator):ctl\(number)")
    try control.connect(to: "\(simulator):ctl")
    data = try DatagramSocket(bind: "\(simulator):in\(number)")
    var request = [UInt8](repeating: 0, count: SimulatorWire.controlLength)
    SimulatorWire.put(Control.magic, in: &request, at: 0)
    SimulatorWire.put(Control.connect, in: &request, at: Control.type)
    SimulatorWire.put(Control.connectionLength, in: &request, at: Control.length)
    SimulatorWire.put(UInt32(number), in: &request, at: Control.connection)
    for (index, byte) in host.utf8.prefix(31).enumerated() { request[Control.nodeName + index] = byte }
    control.send(request)
    guard Self.wait(for: control, milliseconds: 5000), control.receive(into: &buffer) == SimulatorWire.controlLength,
      SimulatorWire.number(buffer, at: Control.type) == Control.connect
    else { throw SocketFailure("ibsim lets nobody on \(host)") }
    slot = SimulatorWire.number(buffer, at: Control.connection)
    try data.connect(to: "\(simulator):out\(slot)")
  }

  deinit {
    typealias Control = SimulatorWire.Control
    var request = [UInt8](repeating: 0, count: SimulatorWire.controlLength)
    SimulatorWire.put(Control.magic, in: &request, at: 0)
    SimulatorWire.put(slot, in: &request, at: Control.client)
    SimulatorWire.put(Control.disconnect, in: &request, at: Control.type)
    control.send(request)
  }

  public func send(
    _ datagram: [UInt8], to address: ManagementAddress, timeoutMilliseconds: Int
  ) throws(ManagementError) {
    typealias Data = SimulatorWire.Data
    guard datagram.count == 256 else { throw .failed("a datagram has 256 bytes") }
    var bytes = [UInt8](repeating: 0, count: Data.datagram)
    Data.destinationLID.write(UInt64(address.lid), into: &bytes)
    // The answer goes where the request says it came from; 0 stands for the LID of the port.
    Data.sourceLID.write(address.lid == 0xffff ? 0xffff : 0, into: &bytes)
    Data.destinationQueuePair.write(UInt64(address.queuePair), into: &bytes)
    Data.sourceQueuePair.write(UInt64(address.queuePair), into: &bytes)
    Data.length.write(UInt64(datagram.count), into: &bytes)
    guard data.send(bytes + datagram) else { throw .failed("ibsim has gone") }
  }

  public func receive(timeoutMilliseconds: Int) throws(ManagementError) -> ManagementArrival? {
    guard Self.wait(for: data, milliseconds: timeoutMilliseconds),
      data.receive(into: &buffer) == SimulatorWire.dataLength
    else { return nil }
    let datagram = Array(buffer[SimulatorWire.Data.datagram..<SimulatorWire.dataLength])
    return SimulatorWire.Data.status.read(buffer) == 0 ? .answer(datagram) : .timedOut(datagram)
  }

  private static func wait(for socket: DatagramSocket, milliseconds: Int) -> Bool {
    var waiting = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&waiting, 1, Int32(clamping: milliseconds)) == 1
  }
}
