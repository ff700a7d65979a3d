/// Which parts of rdmactl's answers are compared between hosts, and by what their parts are found again.
enum AnswerForm {
  /// Lists of an answer whose elements are compared one by one, with the keys of which the first that has a value names the
  /// element: an adapter is its slot, for with a card missing names and slots part.
  static let slotLists = [
    "adapters": ["pci_address", "name"], "interfaces": ["name"], "managers": ["guid"],
    "devices": ["pci_address", "name"],
  ]

  /// Lists within these, with the key of an element; elements of other lists go by their position.
  static let elementKeys = [
    "ports": "port", "parameters": "name", "slots": "address", "rom": "type", "queues": "index",
  ]

  /// The thing that the whole of an answer is about, where there is one.
  static let subjects: Set = ["target", "device"]

  /// What is a host's own, moves by itself, or is words about other values.
  static let ignored: Set = [
    "node_guid", "system_image_guid", "port_guid", "guid", "guids", "gid", "gids", "mac", "macs", "permanent_mac",
    "lid", "sm_lid", "master_lid", "netdev", "netdevs", "node_description", "description", "vsd", "name", "msix",
    "limits",
    "counters", "hw_counters", "bad_pkey_counter", "qkey_violation_counter", "index", "local", "local_cpus", "upper",
    "lower", "lowest", "evidence", "message", "fix", "hint", "reason", "notes", "seconds_since_1970",
    "interval_seconds", "pid", "since", "activity", "interrupts", "indirection", "hash_key", "key", "serial_number",
    "pci_address", "uppers", "members", "address",
  ]

  /// Lists of a whole answer that are of no use here: counters differ on every host; what is wrong with them is a problem.
  static let ignoredAtTop: Set = ["ports", "results", "entries"]

  /// The fields that a problem explains, by the beginning of its id: the id is shown in their place.
  static let explanations: [(problem: String, fields: [String])] = [
    ("adapter.pcie", ["pcie."]),
    ("adapter.unreadable", [""]), ("adapter.no_driver", [""]), ("adapter.flash_recovery", [""]),
    ("adapter.no_rdma_device", [""]), ("host.no_rdma_device", [""]),
    ("port.", ["ports."]), ("sm.", [""]), ("fabric.", [""]),
  ]

  static func explains(_ problem: String, _ field: String) -> Bool {
    explanations.contains { problem.hasPrefix($0.problem) && $0.fields.contains { field.hasPrefix($0) } }
  }
}
