/// The ways into an adapter's CR space. The raw values are those of the command line.
public enum AccessWay: String, Sendable, CaseIterable {
  /// An address and a data register in configuration space, 0x58 and 0x5c: every adapter before ConnectX-4.
  case window
  /// The vendor specific capability in configuration space: ConnectX-4 and later.
  case capability = "vsc"
  /// BAR 0 mapped into memory: adapters before ConnectX-4, where the host maps it.
  case bar

  /// For the help and the manual page.
  public var meaning: String {
    switch self {
    case .window: "the window in configuration space (0x58, 0x5c)"
    case .capability: "the vendor specific capability of ConnectX-4 and later"
    case .bar: "BAR 0, mapped into memory"
    }
  }
}
