internal import FabricDiscovery
internal import InfiniBandWire
internal import Vocabulary

/// What `fabric port` is asked to do.
enum PortWish: Equatable {
  case disable, enable, reset
  /// No more lanes than these, no faster lanes than these; `nil`: all that the port supports.
  case width(LinkWidth?)
  case speed(LinkSpeed?)

  static let words = ["show", "enable", "disable", "reset", "speed", "width"]

  /// - Returns: `nil` for `show`.
  /// - Throws: `UsageFailure`.
  static func read(_ action: String, _ value: String?) throws -> PortWish? {
    let word = action.lowercased()
    let takesValue = word == "speed" || word == "width"
    guard takesValue || value == nil else { throw unreadable("\(word) takes no value") }
    switch word {
    case "show": return nil
    case "enable", "on": return .enable
    case "disable", "off": return .disable
    case "reset": return .reset
    case "width":
      return .width(try limit(value, "width", LinkWidth.allCases.sorted { $0.lanes < $1.lanes }) { $0.description })
    case "speed":
      return .speed(try limit(value, "speed", LinkSpeed.allCases.filter { $0 != .fdr10 }) { $0.rawValue })
    default: throw unreadable("unknown action \"\(action)\"; use one of \(words.joined(separator: ", "))")
    }
  }

  private static func limit<Value>(
    _ text: String?, _ what: String, _ values: [Value], spelled: (Value) -> String
  ) throws -> Value? {
    let names = values.map(spelled)
    guard let text = text?.lowercased() else {
      throw unreadable("\(what) needs a value: max, or one of \(names.joined(separator: ", "))")
    }
    if text == "max" { return nil }
    guard let index = names.firstIndex(of: text) else {
      throw unreadable("\"\(text)\" is not a \(what); use max, or one of \(names.joined(separator: ", "))")
    }
    return values[index]
  }

  private static func unreadable(_ message: String) -> any Error {
    UsageFailure.unreadable(message, command: "fabric port")
  }

  /// The word of the journal.
  var action: String {
    switch self {
    case .disable: "disable"
    case .enable: "enable"
    case .reset: "reset"
    case .width: "width"
    case .speed: "speed"
    }
  }
}

/// The settings of a port that a change can have, and how their values are written.
enum PortKey: String, CaseIterable {
  case state, width, speed
  /// Its training: nothing to restore.
  case link

  static let (up, retrained) = ("up", "retrained")
  static let (enabled, disabled) = ("enabled", "disabled")

  func value(_ settings: PortSettings) -> String {
    switch self {
    case .state: settings.isDisabled ? Self.disabled : Self.enabled
    case .width: settings.widthsEnabled.map(\.description).joined(separator: ",")
    case .speed: settings.speedsEnabled.map(\.rawValue).joined(separator: ",")
    case .link: Self.up
    }
  }

  /// The Set for a value of the journal; `nil` when it is none.
  func change(_ value: String) -> PortSettings.Change? {
    let words = value.split(separator: ",").map(String.init)
    switch self {
    case .state: return value == Self.disabled ? .disable : value == Self.enabled ? .enable : nil
    case .link: return .retrain
    case .width:
      let widths = words.compactMap { word in LinkWidth.allCases.first { $0.description == word } }
      return widths.isEmpty || widths.count < words.count ? nil : .widths(widths)
    case .speed:
      let speeds = words.compactMap(LinkSpeed.init(rawValue:))
      return speeds.isEmpty || speeds.count < words.count ? nil : .speeds(speeds)
    }
  }
}

/// Why a port was not shown or changed.
enum PortFailure: Failure, Equatable {
  /// A switch was named without a port, or its management port.
  case needsNumber(String)
  case silent(String)
  case refused(String, String)
  /// It answers questions, and no Set.
  case protected(String, hasKey: Bool)
  case unsupported(String, String)
  case isDisabled(String)
  case danger(String, LinkLoss.Danger, node: String, other: String?)
  case notTrained(String, seconds: Int)

  var id: String {
    switch self {
    case .needsNumber: "fabric.port_number_missing"
    case .silent: "fabric.port_silent"
    case .refused: "fabric.port_refused"
    case .protected: "fabric.port_protected"
    case .unsupported: "fabric.port_unsupported"
    case .isDisabled: "fabric.port_disabled"
    case .danger: "fabric.port_cut_off"
    case .notTrained: "fabric.port_not_trained"
    }
  }

  var subject: String? {
    switch self {
    case .needsNumber(let name), .silent(let name), .refused(let name, _), .protected(let name, _),
      .unsupported(let name, _), .isDisabled(let name), .danger(let name, _, _, _), .notTrained(let name, _):
      name
    }
  }

  var message: String {
    switch self {
    case .needsNumber: "a switch has many ports: name one of them, such as leaf1/3; port 0 cannot be changed"
    case .silent: "the port did not answer"
    case .refused(_, let words): "the port refused the request: \(words)"
    case .protected(_, let hasKey):
      "the port answers questions but no change: it is protected by an M_Key"
        + (hasKey ? ", and the one of --m-key-file is another" : "") + "; nothing was written"
    case .unsupported(_, let sentence): sentence
    case .isDisabled: "the port is disabled; nothing was written"
    case .danger(_, .ownPath, _, _):
      "this is the only path from this machine to the port: it could not be enabled from here again; nothing was written"
    case .danger(_, .lastManager, _, _):
      "this is the last path to a subnet manager; nothing was written"
    case .danger(_, .switchCutOff, let node, _): "this is the only path to the switch \(node); nothing was written"
    case .notTrained(_, let seconds): "the link did not come up again within \(seconds) s; the setting was restored"
    }
  }

  var fix: [String] {
    switch self {
    case .needsNumber(let name): ["rdmactl fabric links \(ShellWord.quoted(name))"]
    case .silent, .refused: ["rdmactl fabric check"]
    case .isDisabled(let name): ["rdmactl fabric port \(ShellWord.quoted(name)) enable"]
    case .danger(_, _, _, let other?): ["rdmactl fabric port \(ShellWord.quoted(other))"]
    case .notTrained(let name, _): ["rdmactl fabric port \(ShellWord.quoted(name))"]
    case .protected, .unsupported, .danger: []
    }
  }

  var hint: [String] {
    switch self {
    case .protected: ["give the key of the subnet: --m-key-file FILE"]
    case .danger(_, .ownPath, _, _?): ["change the other end of the cable instead"]
    case .danger: ["--allow-cut-off does it nevertheless"]
    default: []
    }
  }

  var exitStatus: ExitStatus {
    switch self {
    case .needsNumber: .usage
    case .silent, .refused, .notTrained: .failed
    case .protected: .notPermitted
    case .unsupported: .unsupported
    case .isDisabled, .danger: .refused
    }
  }
}
