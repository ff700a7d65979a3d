/// Which features need which, and which exclude which: what the kernel drops without a word when it works out what is
/// in force. Source: `netdev_fix_features` of Linux 6.1 and what was measured (FeatureRules.md#measured); rules of
/// single drivers (VLAN pairs, gso-partial) are not here and show as side effects.
enum FeatureRules {
  struct Need {
    let dependents: Set<String>
    /// One of these must be on; the first that the device can turn on is the one to be turned on.
    let anyOf: [String]
  }

  static let segmentation: Set<String> = [
    "tx-tcp-segmentation", "tx-tcp-ecn-segmentation", "tx-tcp-mangleid-segmentation", "tx-tcp6-segmentation",
  ]

  static let needs = [
    Need(dependents: ["tx-tcp-segmentation"], anyOf: ["tx-checksum-ip-generic", "tx-checksum-ipv4"]),
    Need(dependents: ["tx-tcp6-segmentation"], anyOf: ["tx-checksum-ip-generic", "tx-checksum-ipv6"]),
    Need(dependents: ["tx-tcp-mangleid-segmentation"], anyOf: ["tx-tcp-segmentation"]),
    Need(dependents: segmentation.union(["tx-generic-segmentation"]), anyOf: ["tx-scatter-gather"]),
    Need(
      dependents: ["tx-tcp-ecn-segmentation"],
      anyOf: ["tx-tcp-segmentation", "tx-tcp6-segmentation", "tx-tcp-mangleid-segmentation"]),
    Need(dependents: ["rx-lro", "rx-gro-hw", "tls-hw-rx-offload"], anyOf: ["rx-checksum"]),
  ]

  /// What falls when the first is on.
  static let exclusions: [(holder: String, excluded: Set<String>)] = [
    ("rx-fcs", ["rx-lro", "rx-gro-hw"]), ("rx-gro-hw", ["rx-lro"]),
  ]

  /// What connected mode takes from an IPoIB interface. Source: `ipoib_fix_features` of Linux 6.1.
  static let notInConnectedMode: Set<String> = ["tx-checksum-ipv4", "tx-tcp-segmentation"]

  /// Which of the features that are wanted (or fixed on) are in force, and why the others are not.
  static func inForce(_ wanted: Set<String>, connectedMode: Bool = false) -> (on: Set<String>, why: [String: String]) {
    var on = wanted
    var why: [String: String] = [:]
    func drop(_ names: Set<String>, _ reason: String) -> Bool {
      let falling = on.intersection(names)
      for name in falling { why[name] = reason }
      on.subtract(falling)
      return !falling.isEmpty
    }
    if connectedMode { _ = drop(notInConnectedMode, "connected mode has none") }
    // Each round drops at least one.
    var changed = true
    while changed {
      changed = false
      for need in needs where on.isDisjoint(with: need.anyOf) {
        changed = drop(need.dependents, "it needs \(need.anyOf[0])") || changed
      }
      for (holder, excluded) in exclusions where on.contains(holder) {
        changed = drop(excluded, "\(holder) excludes it") || changed
      }
    }
    return (on, why)
  }
}
