internal import Offload
internal import Presentation
internal import Vocabulary

extension JSONWriter {
  /// An interface in the JSON of `offload show`.
  mutating func fields(of interface: InterfaceState) {
    field("name", interface.name)
    field("index", interface.identity.index)
    field("driver", interface.driver)
    field("kind", interface.kind)
    field("pci_address", interface.identity.pciAddress?.description)
    field("permanent_mac", interface.identity.permanentMAC?.description)
    field("up", interface.isUp)
    field("speed_mbps", interface.speed)
    field("numa_node", interface.numaNode)
    field("local_cpus", interface.localCPUs)
    field("master", interface.master)
    field("master_kind", interface.masterKind)
    field("members", interface.members)
    field("lower", interface.lower)
    array("uppers", interface.uppers) { json, upper in
      json.object { json in
        json.field("name", upper.name)
        json.field("kind", upper.kind)
        json.field("tag", upper.tag)
      }
    }
    field("xdp", interface.hasXDP)
    field("virtual_functions", interface.virtualFunctions)
    field("max_virtual_functions", interface.maximumVirtualFunctions)
    features(of: interface)
    numbers("rings", .ring, of: interface)
    numbers("channels", .channels, of: interface)
    numbers("coalesce", .coalesce, of: interface)
    texts("rss", .rss, of: interface)
    numbers("pause", .pause, of: interface)
    numbers("link", .link, of: interface)
    texts("sysfs", .sysfs, of: interface)
    texts("sysctl", .sysctl, of: interface)
    array("interrupts", interface.interrupts) { json, interrupt in
      json.object { json in
        json.field("number", interrupt.number)
        json.field("name", interrupt.name)
        json.field("cpus", interface.knobs[Knob(.interrupt, String(interrupt.number))]?.value)
      }
    }
  }

  private static let friendly = KeyCatalogue.friendly.filter { $0.knobs.first?.kind == .feature }
  private static let friendlyNames = Set(friendly.map(\.name))

  /// Friendly names and the kernel's own beside one another.
  private mutating func features(of interface: InterfaceState) {
    object("features") { json in
      for key in Self.friendly {
        guard let state = key.state(in: interface.knobs) else { continue }
        json.feature(key.name, state)
      }
      for knob in interface.knobs(of: .feature) {
        guard !Self.friendlyNames.contains(knob.name), let state = interface.knobs[knob] else { continue }
        json.feature(knob.name, state)
      }
    }
  }

  private mutating func feature(_ name: String, _ state: KnobState) {
    key(named: name)
    object { json in
      json.field("wanted", state.value == "on")
      json.field("active", state.effective == "on")
      json.field("fixed", state.isFixed)
      json.field("reason", state.reason)
    }
  }

  /// Numbers as numbers, on and off as true and false, words as words; `null` where the driver does not tell.
  private mutating func numbers(_ name: String, _ kind: Knob.Kind, of interface: InterfaceState) {
    let knobs = interface.knobs(of: kind)
    guard !knobs.isEmpty else { return field(name, String?.none) }
    object(name) { json in
      for knob in knobs {
        guard let state = interface.knobs[knob] else { continue }
        json.key(named: knob.name)
        json.object { json in
          switch state.value {
          case "on", "off": json.field("value", state.value == "on")
          case let text: if let number = Int(text) { json.field("value", number) } else { json.field("value", text) }
          }
          json.field("min", state.range?.lowerBound)
          json.field("max", state.range?.upperBound)
        }
      }
    }
  }

  private mutating func texts(_ name: String, _ kind: Knob.Kind, of interface: InterfaceState) {
    let knobs = interface.knobs(of: kind)
    guard !knobs.isEmpty else { return field(name, String?.none) }
    object(name) { json in
      for knob in knobs { json.field(named: knob.name, text: interface.knobs[knob]?.value) }
    }
  }

  mutating func field(named name: String, text: String?) {
    key(named: name)
    value(text)
  }
}

extension InterfaceState {
  /// Its knobs of one kind, in order.
  func knobs(of kind: Knob.Kind) -> [Knob] { knobs.keys.filter { $0.kind == kind }.sorted() }
}
