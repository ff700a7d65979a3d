package import Vocabulary

/// Something that happened to an adapter.
package struct KernelEvent: Sendable, Equatable {
  package enum Source: String, Sendable, Encodable {
    case log, devlink, link
  }

  /// Seconds since 1970; `nil` when it is not known.
  package let time: Double?
  /// Seconds since boot, as the kernel's log counts.
  package let uptime: Double?
  /// The log's own word for the time of day.
  package let stamp: String?
  package let kind: EventKind
  package let source: Source
  /// In the words of the kernel.
  package let message: String
  package let address: PCIAddress?
  package let device: String?
  package let interface: String?
  /// Of devlink: `pci/0000:3b:00.0`.
  package let handle: String?

  package init(_ message: KernelMessage, _ kind: EventKind, bootTime: Double?) {
    uptime = message.microseconds.map { Double($0) / 1e6 }
    time = uptime.flatMap { seconds in bootTime.map { $0 + seconds } }
    stamp = message.stamp
    self.kind = kind
    source = .log
    self.message = message.text
    address = message.address
    device = message.device
    interface = message.interface
    handle = nil
  }

  package init(
    time: Double?, kind: EventKind, source: Source, message: String, address: PCIAddress? = nil, device: String? = nil,
    interface: String? = nil, handle: String? = nil
  ) {
    self.time = time
    uptime = nil
    stamp = nil
    self.kind = kind
    self.source = source
    self.message = message
    self.address = address
    self.device = device
    self.interface = interface
    self.handle = handle
  }
}
