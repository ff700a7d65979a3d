import FabricLab
import Foundation
import InfiniBandWire

/// `fabric-lab net`: a netfile for ibsim, and the truth about it.
enum Net {
  static func run(_ shape: String, _ arguments: Arguments) throws {
    var arguments = arguments
    var net = try topology(shape, &arguments)
    let seed = UInt64(try arguments.number("--seed", default: 1))
    net.pullCables(try arguments.number("--down", default: 0), seed: seed)
    net.degradeCables(try arguments.number("--narrow", default: 0), width: .x1, seed: seed + 1)
    net.degradeCables(try arguments.number("--slow", default: 0), speed: .qdr, seed: seed + 2)
    net.setErrors(try arguments.number("--errors", default: 0), seed: seed + 3)
    let (output, manifest) = (arguments.text("-o"), arguments.text("-m"))
    try arguments.finish()
    try write(Data(net.netfile.utf8), to: output ?? "/dev/stdout")
    if let manifest { try write(try Manifest(net).json, to: manifest) }
  }

  private static func write(_ data: Data, to path: String) throws {
    // Not by renaming: it may be a device.
    if path.hasPrefix("/dev/") {
      try FileHandle.standardOutput.write(contentsOf: data)
    } else {
      try data.write(to: URL(fileURLWithPath: path))
    }
  }

  private static func topology(_ shape: String, _ arguments: inout Arguments) throws -> Topology {
    let name = arguments.text("--speed") ?? "hdr"
    guard let speed = LinkSpeed(rawValue: name.lowercased()) else { throw UsageFailure("no speed \(name)") }
    let seed = UInt64(try arguments.number("--seed", default: 1))
    func number(_ name: String, _ value: Int) throws -> Int { try arguments.number(name, default: value) }
    switch shape {
    case "star": return .star(hosts: try number("--hosts", 4), speed: speed)
    case "two-levels":
      return .twoLevels(
        hosts: try number("--hosts", 4), leaves: try number("--leaves", 2), spines: try number("--spines", 1),
        speed: speed)
    case "fat-tree":
      return .fatTree(
        hosts: try number("--hosts", 16), radix: try number("--radix", 8), levels: try number("--levels", 2),
        speed: speed)
    case "torus":
      let sizes = (arguments.text("--sizes") ?? "4x4").split(separator: "x").compactMap { Int($0) }
      return .torus(sizes, hostsPerSwitch: try number("--hosts-per-switch", 1), speed: speed)
    case "dragonfly":
      return .dragonfly(
        groups: try number("--groups", 5), routersPerGroup: try number("--routers", 4),
        hostsPerRouter: try number("--hosts-per-router", 2), speed: speed)
    case "random":
      return .randomRegular(
        switches: try number("--switches", 16), degree: try number("--degree", 4),
        hostsPerSwitch: try number("--hosts-per-switch", 2), seed: seed, speed: speed)
    case "irregular":
      return .irregular(
        switches: try number("--switches", 12), hosts: try number("--hosts", 32),
        extraCables: try number("--extra-cables", 8), seed: seed, speed: speed)
    default: throw UsageFailure("no shape \(shape)")
    }
  }
}
