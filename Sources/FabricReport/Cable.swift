package import FabricDiscovery

/// What is wrong with a cable, or with the ports at its ends.
package struct CableFaults: OptionSet, Sendable, Hashable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// A port at one of its ends is not active.
  package static let down = CableFaults(rawValue: 1)
  /// Slower or narrower than both ends can be.
  package static let slow = CableFaults(rawValue: 2)
  /// An error counter of one of its ports is above its threshold, or moved since the earlier reading.
  package static let errors = CableFaults(rawValue: 4)

  /// The classes of its cell in the page.
  package var classes: String {
    let words = [(Self.down, "d"), (.slow, "s"), (.errors, "e")].filter { contains($0.0) }.map(\.1)
    return words.isEmpty ? "k" : words.joined(separator: " ")
  }
}

/// A cable as the page draws it: from the upper switch to the lower node.
package struct Cable: Sendable {
  package var upper: PortReference
  package var lower: PortReference
  package var faults: CableFaults
  package var link: LinkStatus
}
