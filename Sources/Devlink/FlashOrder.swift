/// What the kernel is asked to flash.
public struct FlashOrder: Sendable, Equatable {
  /// What drivers keep unless they are told to overwrite it, and are able to.
  public enum Overwrite: String, Sendable, CaseIterable, Encodable {
    /// Settings of the device.
    case settings
    /// What makes it this device: serial numbers, MAC addresses.
    case identifiers

    var bit: UInt32 {
      switch self {
      case .settings: 1 << 0
      case .identifiers: 1 << 1
      }
    }
  }

  public let handle: DevlinkHandle
  /// Below the directory that the kernel's firmware loader reads.
  public let file: String
  /// Only this part of the firmware; the driver's choice without.
  public let component: String?
  public let overwrite: Set<Overwrite>

  public init(handle: DevlinkHandle, file: String, component: String? = nil, overwrite: Set<Overwrite> = []) {
    self.handle = handle
    self.file = file
    self.component = component
    self.overwrite = overwrite
  }
}

/// What a driver tells while it flashes.
public struct FlashStatus: Sendable, Equatable {
  /// What it does ("Flashing"); `nil` when it does not say.
  public let message: String?
  public let component: String?
  /// Of ``total``, in the driver's own unit; both 0 when it cannot say.
  public let done: Int
  public let total: Int
  /// How long this may take at most; `nil` when the driver does not say.
  public let timeoutSeconds: Int?

  public init(message: String?, component: String? = nil, done: Int = 0, total: Int = 0, timeoutSeconds: Int? = nil) {
    self.message = message
    self.component = component
    self.done = done
    self.total = total
    self.timeoutSeconds = timeoutSeconds
  }
}
