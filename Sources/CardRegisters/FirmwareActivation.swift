internal import BinaryLayout
package import FirmwareImage

/// How far a reset of the firmware can go. The raw values are bits of MFRL's `reset_level`. Source: Linux
/// `drivers/net/ethernet/mellanox/mlx5/core/fw_reset.h`.
package enum ResetLevel: Int, Sendable, CaseIterable, Encodable {
  case live = 0, pcie = 3, reboot = 6

  /// For JSON.
  package var word: String {
    switch self {
    case .live: "live"
    case .pcie: "pcie_reset"
    case .reboot: "warm_reboot"
    }
  }

  package var words: String {
    switch self {
    case .live: "live, without a stop"
    case .pcie: "driver reload with a PCIe reset"
    case .reboot: "reboot of the machine"
    }
  }
}

/// What runs, what waits for a reset, and what that takes.
package struct FirmwareActivation: Sendable, Equatable {
  package let running: FirmwareVersion?
  /// `nil` when nothing waits.
  package let pending: FirmwareVersion?
  /// The resets that are possible now.
  package let levels: [ResetLevel]
  /// What makes the pending image start, by its own account: `firmware reset`, `reboot`, `power cycle`.
  package let methods: [String]
}

extension RunningCard {
  package func activation() throws(CardRegisterError) -> FirmwareActivation {
    let versions = try versions()
    guard versions.pending != nil else {
      return FirmwareActivation(running: versions.running, pending: nil, levels: [], methods: [])
    }
    let reset = try optional { () throws(CardRegisterError) in try mailbox.access(.mfrl) }
    let possible = Int(reset?[MFRL.trigger] ?? 0)
    var methods: [String] = []
    if let image = try bootImage() {
      typealias Layout = MCQI.Activation
      let value = try information(image, .activation, size: Layout.size, pending: true)
      let known: [(LayoutField, String)] = [
        (Layout.onFirmwareReset, "firmware reset"), (Layout.onReboot, "reboot"),
        (Layout.onPowerCycle, "DC power cycle"),
        (Layout.onColdPowerCycle, "AC power cycle"),
      ]
      methods = known.filter { value?[$0.0] == 1 }.map(\.1)
    }
    return FirmwareActivation(
      running: versions.running, pending: versions.pending,
      levels: ResetLevel.allCases.filter { possible >> $0.rawValue & 1 == 1 }, methods: methods)
  }

  /// Has the firmware reset itself at the next warm reboot of the machine.
  package func prepareReboot() throws(CardRegisterError) {
    _ = try mailbox.access(.mfrl, .write, [(MFRL.trigger, 1 << UInt64(ResetLevel.reboot.rawValue))])
  }
}
