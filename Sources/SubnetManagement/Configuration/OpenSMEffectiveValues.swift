/// What opensm works with: every key, its value, and where the value comes from. `rdmactl sm lint --show` prints it.
public struct OpenSMEffectiveValue: Sendable, Equatable {
  public enum Origin: Sendable, Equatable {
    /// Built into opensm.
    case builtIn
    /// Given in this line of the file.
    case line(Int)
    /// opensm does not work with what it was given, and takes this instead. The line, where there is one.
    case corrected(line: Int?)
  }

  public let option: OpenSMOption
  /// As `opensm -c` prints it.
  public let value: String
  public let origin: Origin
}

extension OpenSMConfiguration {
  /// Every key with the value that opensm 3.3.23 works with, in the order of its own template. Those of congestion
  /// control that are set for each service level appear once for each level where one of them is not 0.
  public var effectiveValues: [OpenSMEffectiveValue] {
    let state = OpenSMState(self)
    return OpenSMOption.all.flatMap { option in
      let value = state.values[option.name] ?? option.builtInValue
      guard case .perServiceLevel = option.type else {
        return [state.effective(option, option.spelling(of: value))]
      }
      return state.serviceLevels.map { state.effective(option, option.spelling(of: value, level: $0)) }
    }
  }

  /// The value that opensm works with, as it prints it; `nil` for a key that it does not know.
  public func effectiveValue(_ key: String) -> String? {
    guard let option = OpenSMOption.named(key) else { return nil }
    return option.spelling(of: OpenSMState(self).values[option.name] ?? option.builtInValue)
  }
}

extension OpenSMOption {
  /// Whether a value is what opensm has without the line.
  func isDefault(_ value: OpenSMValue) -> Bool {
    if case .perServiceLevel(let levels) = value { return levels.values.allSatisfy { $0 == 0 } }
    return value == builtInValue
  }

  var builtInValue: OpenSMValue {
    if case .perServiceLevel = type { return .perServiceLevel([:]) }
    return (try? read(defaultValue, over: .text(nil)).get()) ?? .text(defaultValue)
  }
}

/// The values in opensm's memory after it read a file and corrected what it found.
struct OpenSMState {
  var values: [String: OpenSMValue] = [:]
  /// The line that a value was taken from.
  var lines: [String: Int] = [:]
  /// Keys whose value opensm replaced, with what it took for it.
  var corrections: [String: OpenSMValue] = [:]

  init(_ configuration: OpenSMConfiguration) {
    for option in OpenSMOption.all { values[option.name] = option.builtInValue }
    for entry in configuration.entries {
      guard let option = OpenSMOption.named(entry.key), let previous = values[option.name],
        let value = try? option.read(entry.value, over: previous).get()
      else { continue }
      values[option.name] = value
      lines[option.name] = entry.line
    }
    correct()
  }

  func effective(_ option: OpenSMOption, _ value: String) -> OpenSMEffectiveValue {
    let line = lines[option.name]
    let origin: OpenSMEffectiveValue.Origin =
      corrections[option.name] != nil ? .corrected(line: line) : line.map { .line($0) } ?? .builtIn
    return OpenSMEffectiveValue(option: option, value: value, origin: origin)
  }

  func number(_ key: String) -> UInt64 {
    if case .number(let number) = values[key] { number } else { 0 }
  }

  func flag(_ key: String) -> Bool { values[key] == .flag(true) }

  /// `nil` for `(null)`.
  func text(_ key: String) -> String? {
    if case .text(let text) = values[key] { text } else { nil }
  }

  /// The levels that `opensm -c` prints: those with a value other than 0, or the first one.
  var serviceLevels: [UInt8] {
    var levels: Set<UInt8> = []
    for case .perServiceLevel(let table) in values.values {
      levels.formUnion(table.filter { $0.value != 0 }.keys)
    }
    return levels.isEmpty ? [0] : levels.sorted()
  }
}

/// What opensm replaces after reading. Source: `osm_subn_verify_config` of opensm 3.3.23.
extension OpenSMState {
  /// Keys that go back to their default when the value is none of `allowed`.
  static let backToDefault = [
    "lmc", "sm_priority", "force_link_speed", "force_link_speed_ext", "force_link_width", "fdr10", "console",
    "part_enforce", "perfmgr_sweep_time_s", "perfmgr_max_outstanding_queries",
  ]

  private mutating func correct() {
    for key in Self.backToDefault {
      guard let option = OpenSMOption.named(key), let value = values[key], !option.accepts(value) else { continue }
      take(option.builtInValue, for: key)
    }
    correctTiming()
    if flag("no_partition_enforcement"), text("part_enforce") != "off" { take(.text("off"), for: "part_enforce") }
    if flag("qos") { correctQuality() }
    correctKeys()
  }

  private mutating func correctTiming() {
    let unlimited: UInt64 = 0x7fff_ffff
    if number("max_wire_smps") == 0 {
      take(.number(unlimited), for: "max_wire_smps")
    } else if number("max_wire_smps") > unlimited {
      take(.number(4), for: "max_wire_smps")
    }
    if number("max_wire_smps2") > unlimited { take(.number(number("max_wire_smps")), for: "max_wire_smps2") }
    if number("long_transaction_timeout") < number("transaction_timeout") {
      take(.number(number("transaction_timeout")), for: "long_transaction_timeout")
    }
  }

  private mutating func correctQuality() {
    for prefix in ["qos", "qos_ca", "qos_sw0", "qos_swe", "qos_rtr"] {
      if number("\(prefix)_max_vls") > 15 { take(.number(0), for: "\(prefix)_max_vls") }
      guard case .signed(let limit) = values["\(prefix)_high_limit"] else { continue }
      if limit > 255 || limit < -1 { take(.signed(-1), for: "\(prefix)_high_limit") }
    }
  }

  /// A lease of the management key must outlast a sweep.
  private mutating func correctKeys() {
    if number("m_key_protection_level") > 3 { take(.number(2), for: "m_key_protection_level") }
    let lease = number("m_key_lease_period")
    guard number("m_key_protection_level") != 0, lease != 0 else { return }
    if number("sweep_interval") == 0 { take(.number(lease - 1), for: "sweep_interval") }
    let interval = number("sweep_interval")
    if interval >= lease { take(.number((interval + 1) & 0xffff), for: "m_key_lease_period") }
  }

  private mutating func take(_ value: OpenSMValue, for key: String) {
    guard values[key] != value else { return }
    values[key] = value
    corrections[key] = value
  }
}

extension OpenSMOption {
  /// Whether a value is one that means something.
  func accepts(_ value: OpenSMValue) -> Bool {
    switch value {
    case .number(let number): allowed?.contains { $0.contains(number) } ?? true
    case .text(let text): choices.isEmpty || (text.map(choices.contains) ?? false)
    default: true
    }
  }
}
