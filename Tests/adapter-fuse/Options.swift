import FirmwareImage
import SimulatedHardware

/// What `adapter-fuse` is told.
struct Options {
  static let usage = """
    usage: adapter-fuse --profile NAME --flash FILE [--address 0000:03:00.0] [--report FILE]
                        [--cut N | --tear N | --kill N] [--cut-step N | --kill-step N] [--refuse STAGE=CODE]
                        [--owner SECONDS] [--seed S] -- COMMAND…
           adapter-fuse --profile NAME --make-image FILE [--version A.B.C] [--code BYTES] [--seed S]
    Runs COMMAND where that PCI function is a simulated adapter whose flash is FILE (made with an image on it when it is
    missing, written back at the end, with the card's settings in FILE.settings); or makes an image file for such an adapter. The report is JSON. At erase or program operation N of COMMAND the power fails before it (--cut) or
    in the midst of it (--tear), or COMMAND is killed after it (--kill); the same at step N of an update through running
    firmware (--cut-step, --kill-step), which can refuse a stage (begin, download, verify, activate) or be another tool's. Exits as COMMAND does; 77 when this machine
    cannot do it (no root, no /dev/fuse), 64 when these words are not understood.
    """

  var profile = AdapterProfile.connectx3
  var flash = ""
  /// Beside the flash: what a running card keeps for its next start.
  var settings: String { flash + ".settings" }
  var image: String?
  var version: FirmwareVersion?
  var codeSize = 0x4000
  var address = "0000:03:00.0"
  var report: String?
  var faults = FaultPlan()
  var command: [String] = []

  init?(_ arguments: [String]) {
    var rest = arguments[...]
    var interruption: (Int, FaultPlan.InterruptionKind)?
    while let word = rest.popFirst() {
      if word == "--" { break }
      guard let value = rest.popFirst() else { return nil }
      switch word {
      case "--profile":
        guard let named = AdapterProfile.named(value) else { return nil }
        profile = named
      case "--flash": flash = value
      case "--make-image": image = value
      case "--version":
        let numbers = value.split(separator: ".").compactMap { Int($0) }
        guard numbers.count == 3 else { return nil }
        version = FirmwareVersion(numbers[0], numbers[1], numbers[2])
      case "--code":
        guard let size = Int(value), size >= 0, size <= 1 << 24 else { return nil }
        codeSize = size
      case "--address": address = value
      case "--report": report = value
      case "--cut": interruption = Int(value).map { ($0, .cleanPowerCut) }
      case "--tear": interruption = Int(value).map { ($0, .tornPowerCut) }
      case "--kill": interruption = Int(value).map { ($0, .toolDeath) }
      case "--cut-step":
        faults.firmware.interruption = Int(value).map { .init(operation: $0, kind: .cleanPowerCut) }
      case "--kill-step": faults.firmware.interruption = Int(value).map { .init(operation: $0, kind: .toolDeath) }
      case "--owner": faults.firmware.foreignOwnerSeconds = Int(value)
      case "--refuse":
        let words = value.split(separator: "=").map(String.init)
        guard words.count == 2, let stage = FirmwareFaults.Stage(rawValue: words[0]), let code = UInt8(words[1]) else {
          return nil
        }
        faults.firmware.refusal = .init(stage, code)
      case "--seed":
        guard let seed = UInt64(value) else { return nil }
        faults.seed = seed
      default: return nil
      }
    }
    faults.interruption = interruption.map { .init(operation: $0.0, kind: $0.1) }
    command = Array(rest)
    if image == nil, flash.isEmpty || command.isEmpty { return nil }
  }
}
