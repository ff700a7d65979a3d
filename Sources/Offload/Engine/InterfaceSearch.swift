internal import Vocabulary

/// Finds an interface again that may have been renamed, or made anew.
struct InterfaceSearch {
  let state: OffloadState
  let isOfThisBoot: Bool

  /// - Returns: who it is now (`nil`: gone), and what is to be told about it.
  func find(_ old: InterfaceIdentity) -> (identity: InterfaceIdentity?, remark: String?) {
    guard let found = match(old) else { return (nil, "\(old.name) is gone, and its settings with it") }
    return (found, found.name == old.name ? nil : "\(old.name) is called \(found.name) now")
  }

  private func match(_ old: InterfaceIdentity) -> InterfaceIdentity? {
    let all = state.interfaces.map(\.identity)
    if old.permanentMAC != nil, old.pciAddress != nil {
      let same = all.filter { $0.permanentMAC == old.permanentMAC && $0.pciAddress == old.pciAddress }
      // Several on one card with one MAC (virtual functions of some): the number or the name decides.
      return same.count > 1 ? same.first { $0.index == old.index } ?? same.first { $0.name == old.name } : same.first
    }
    let possible = all.filter { $0.permanentMAC == old.permanentMAC && $0.pciAddress == old.pciAddress }
    if isOfThisBoot, let same = possible.first(where: { $0.index == old.index }) { return same }
    return possible.first { $0.name == old.name }
  }
}
