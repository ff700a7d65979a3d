internal import HostAccess

/// Keeps an adapter on a disk while it is used: each access begins with what other processes left and ends with its changes
/// written, so that several processes have one adapter between them, and one that is killed leaves what hardware would.
struct DiskKeeper: Sendable {
  private let flash: any ByteStore
  private let state: any ByteStore
  /// The state as it is on the disk, as far as this process knows.
  private var known: (bytes: [UInt8]?, value: DeviceState) = (nil, DeviceState())

  init(flash: any ByteStore, state: any ByteStore) {
    self.flash = flash
    self.state = state
  }

  /// Runs one access while no other process is in the midst of one.
  mutating func around<R>(_ device: inout Device, _ body: (inout Device) -> R) throws(FileError) -> R {
    try state.lock()
    defer { state.unlock() }
    try load(&device)
    let result = body(&device)
    try save(&device)
    return result
  }

  private mutating func load(_ device: inout Device) throws(FileError) {
    let bytes = try state.read(0..<DeviceState.largestSize)
    // A record says how long it is: what follows it is left of a longer one.
    if let known = known.bytes, bytes.starts(with: known) { return }
    guard let present = DeviceState(bytes) else {
      throw FileError(path: state.path, reason: .other("not the state of a simulated adapter"))
    }
    if present.generation != known.value.generation {
      let count = device.profile.flashSize
      device.flash.reload(FlashCells(try flash.read(0..<count), count: count))
    }
    device.take(present)
    known = (bytes, present)
  }

  /// Writes what changed; cheap when nothing did. The flash first: a process that is killed in between has changed it.
  private mutating func save(_ device: inout Device) throws(FileError) {
    var generation = known.value.generation
    for range in device.flash.takeChanges() {
      generation &+= 1
      try flash.write(device.flash.cells.bytes(range), at: range.lowerBound)
    }
    let present = device.state(generation: generation)
    guard present != known.value else { return }
    let bytes = present.bytes
    try state.write(bytes, at: 0)
    known = (bytes, present)
  }
}
