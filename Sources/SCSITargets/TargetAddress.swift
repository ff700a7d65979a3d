/// What `add_target` of ib_srp takes: `id_ext=…,ioc_guid=…,dgid=…,pkey=…,service_id=…`, or `dest=ADDRESS:PORT` with
/// rdma_cm. Source: Linux, Documentation/ABI/stable/sysfs-driver-ib_srp.
package struct TargetAddress: Sendable, Equatable {
  private static let numbers: Set<String> = [
    "id_ext", "ioc_guid", "dgid", "pkey", "service_id", "initiator_ext", "io_class",
  ]
  private static let others: Set<String> = [
    "dest", "src", "max_sect", "max_cmd_per_lun", "cmd_sg_entries", "allow_ext_sg", "sg_tablesize", "comp_vector",
    "tl_retry_count", "queue_size", "ch_count", "max_it_iu_size", "target_can_queue",
  ]

  package let text: String
  private let values: [String: String]

  /// - Returns: why the text is none, or `nil`.
  package static func complaint(_ text: String) -> String? {
    var names: Set<String> = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts[1].isEmpty else { return "\(word): expected key=value" }
      guard numbers.contains(parts[0]) || others.contains(parts[0]) else { return "unknown key \(parts[0])" }
      guard names.insert(parts[0]).inserted else { return "\(parts[0]) is given twice" }
      let digits = parts[1].hasPrefix("0x") ? parts[1].dropFirst(2) : parts[1][...]
      if numbers.contains(parts[0]), digits.isEmpty || digits.count > 32 || !digits.allSatisfy(\.isHexDigit) {
        return "\(parts[0]) is a hexadecimal number"
      }
      guard parts[1].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return "\(parts[0]) has blanks" }
    }
    let byFabric: Set<String> = ["id_ext", "ioc_guid", "dgid", "pkey", "service_id"]
    guard names.isSuperset(of: ["id_ext", "ioc_guid", "dest"]) || names.isSuperset(of: byFabric) else {
      return "needs id_ext, ioc_guid, dgid, pkey and service_id, or id_ext, ioc_guid and dest"
    }
    return nil
  }

  package init?(_ text: String) {
    guard Self.complaint(text) == nil else { return nil }
    self.text = text
    values = Dictionary(
      text.split(separator: ",").map { word in
        let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
        return (parts[0], parts.count > 1 ? parts[1] : "")
      }
    ) { first, _ in first }
  }

  /// Whether a connection is to this target, through this device.
  package func matches(_ connection: TargetConnection, device: String) -> Bool {
    func number(_ text: String?) -> UInt64? {
      text.flatMap { UInt64($0.hasPrefix("0x") ? $0.dropFirst(2) : $0[...], radix: 16) }
    }
    return connection.device == device && number(values["id_ext"]) == number(connection.identifierExtension)
      && number(values["ioc_guid"]) == number(connection.controllerGUID)
  }
}
