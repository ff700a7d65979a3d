internal import CIBUmad
internal import Glibc
public import HostAccess

/// Management datagrams through libibumad. The library speaks to standard error when something is amiss, so this looks
/// before it calls.
public struct LinuxManagement: ManagementAccess {
  public init() {}

  public func open(device: String, port: Int, classes: [ManagementClass]) throws(ManagementError) -> any ManagementPort
  {
    guard let node = managementNode(device: device, port: port) else { throw .noDevice }
    let path = "/dev/infiniband/\(node)"
    let probe = unsafe Glibc.open(path, O_RDWR | O_CLOEXEC)
    guard probe >= 0 else {
      switch errno {
      case EACCES, EPERM: throw .notPermitted(path: path)
      case ENOENT, ENODEV, ENXIO: throw .noDevice
      case let code: throw .failed(systemWords(code))
      }
    }
    close(probe)
    let status = umad_init()
    guard status == 0 else {
      throw status == -ELIBACC ? .noLibrary : .failed("libibumad does not support this kernel's interface")
    }
    let descriptor = unsafe device.withCString { unsafe umad_open_port($0, Int32(port)) }
    guard descriptor >= 0 else { throw .failed(systemWords(-descriptor)) }
    return try LinuxManagementPort(descriptor: descriptor, classes: classes)
  }

  /// `umad0`, for a port, by sysfs.
  private func managementNode(device: String, port: Int) -> String? {
    let files = LinuxFiles()
    let directory = "/sys/class/infiniband_mad"
    return (try? files.list(directory))?.first { name in
      name.hasPrefix("umad") && (try? files.text("\(directory)/\(name)/ibdev")) == device
        && (try? files.text("\(directory)/\(name)/port")) == String(port)
    }
  }
}

/// An open umad device.
@safe private final class LinuxManagementPort: ManagementPort {
  private static let datagramLength = 256
  private static let ofSubnetManagement: [UInt8] = [0x01, 0x81]
  /// The library says no more than that it did not work; this is why it usually does not.
  private static let noQueuePair0 = "; a virtual function has no access to subnet management (queue pair 0)"
  private let descriptor: Int32
  private let headerLength: Int
  /// By class; -1 for one that is not registered. A look for each datagram: no hashing.
  private var agents = [Int32](repeating: -1, count: 256)
  /// A umad: libibumad's header and a datagram. The header's size is known only after the port is open.
  private var buffer: UnsafeMutableRawPointer
  /// What the buffer holds behind the header: a datagram, or a whole table of records.
  private var room = LinuxManagementPort.datagramLength
  /// A table of the subnet administration is no longer: 100,000 records of 112 bytes.
  private static let mostRoom = 16 << 20

  init(descriptor: Int32, classes: [ManagementClass]) throws(ManagementError) {
    self.descriptor = descriptor
    headerLength = umad_size()
    unsafe buffer = .allocate(byteCount: headerLength + Self.datagramLength, alignment: 8)
    for wanted in classes {
      let agent = umad_register(
        descriptor, Int32(wanted.identifier), Int32(wanted.version), wanted.isReliable ? 1 : 0, nil)
      guard agent >= 0 else {
        let words = "class 0x\(String(wanted.identifier, radix: 16)) cannot be registered: \(systemWords(-agent))"
        throw .failed(Self.ofSubnetManagement.contains(wanted.identifier) ? words + Self.noQueuePair0 : words)
      }
      agents[Int(wanted.identifier)] = agent
    }
  }

  deinit {
    for agent in agents where agent >= 0 { umad_unregister(descriptor, agent) }
    umad_close_port(descriptor)
    unsafe buffer.deallocate()
  }

  func send(_ datagram: [UInt8], to address: ManagementAddress, timeoutMilliseconds: Int) throws(ManagementError) {
    // The class stands in byte 1 of every MAD.
    let agent = datagram.count == Self.datagramLength ? agents[Int(datagram[1])] : -1
    guard agent >= 0 else { throw .failed("the datagram has no registered class") }
    // What came in before stands in the same buffer: its address is not ours.
    unsafe memset(buffer, 0, headerLength)
    unsafe umad_set_addr(
      buffer, Int32(address.lid), Int32(address.queuePair), Int32(address.serviceLevel),
      Int32(bitPattern: address.queueKey))
    unsafe umad_set_pkey(buffer, Int32(address.keyIndex))
    unsafe umad_get_mad(buffer).copyMemory(from: datagram, byteCount: datagram.count)
    errno = 0
    let result = unsafe umad_send(
      descriptor, agent, buffer, Int32(datagram.count), Int32(clamping: timeoutMilliseconds), 0)
    guard result != 0 else { return }
    // The library answers "input/output error" to whatever went wrong; errno has the reason.
    switch errno {
    case EAGAIN, ENOBUFS, ENOMEM, EINTR: throw .congested
    case 0: throw .failed(systemWords(-result))
    case let code: throw .failed(systemWords(code))
    }
  }

  func receive(timeoutMilliseconds: Int) throws(ManagementError) -> ManagementArrival? {
    // Under load the next datagram is there already: a look costs less than a wait.
    if let arrival = try take() { return arrival }
    guard timeoutMilliseconds > 0 else { return nil }
    // A wait that fails, by a signal for one, has brought nothing; what is wrong for good the next look will say.
    guard umad_poll(descriptor, Int32(clamping: timeoutMilliseconds)) == 0 else { return nil }
    return try take()
  }

  /// What has arrived; `nil` when nothing has.
  private func take() throws(ManagementError) -> ManagementArrival? {
    var length = Int32(room)
    var agent = unsafe umad_recv(descriptor, buffer, &length, 0)
    if agent == -ENOSPC, Int(length) > room, Int(length) <= Self.mostRoom {
      unsafe buffer.deallocate()
      room = Int(length)
      unsafe buffer = .allocate(byteCount: headerLength + room, alignment: 8)
      agent = unsafe umad_recv(descriptor, buffer, &length, 0)
    }
    if agent < 0 {
      switch -agent {
      // The simulator answers -11 when nothing is queued.
      case ETIMEDOUT, EAGAIN, EINTR: return nil
      case let code: throw .failed(systemWords(code))
      }
    }
    let status = unsafe umad_status(buffer)
    let count = min(max(Int(length), 0), room)
    let bytes = unsafe Array(UnsafeRawBufferPointer(start: umad_get_mad(buffer), count: count))
    return status == 0 ? .answer(bytes) : .timedOut(bytes)
  }
}
