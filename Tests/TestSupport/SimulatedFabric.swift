internal import Foundation
internal import HostLinux
internal import Synchronization

/// An InfiniBand fabric by ibsim, which ends with the object. Programs see it through the preload libumad2sim; each needs
/// a directory of its own (the preload writes its sysfs there) and a time limit (it waits for ever for a fabric that is
/// gone). At most ten programs can be attached, and a killed one keeps its place.
public final class SimulatedFabric {
  private static let started = Mutex(0)

  private let scratch: Scratch
  private let ibsim: Spawned
  private let socket: String

  /// What a fabric needs and this machine has not; `nil` when everything is here.
  public static let missing: String? = {
    let programs = ["ibsim", "opensm", "ibstat"].filter { Spawned.find($0) == nil }
    let absent = programs + (preload == nil ? ["libumad2sim.so"] : [])
    return absent.isEmpty ? nil : absent.joined(separator: ", ")
  }()

  private static let preload: String? = {
    let libraries = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []
    let places = ["/usr/lib64"] + libraries.sorted().map { "/usr/lib/\($0)" }
    return places.map { "\($0)/umad2sim/libumad2sim.so" }.first { Spawned.find($0) != nil || isReadable($0) }
  }()

  private static func isReadable(_ path: String) -> Bool { FileManager.default.isReadableFile(atPath: path) }

  /// Starts ibsim and waits until it serves.
  public init(_ net: FabricNet) throws {
    scratch = try Scratch("fabric")
    let number = Self.started.withLock { number in
      number += 1
      return number
    }
    socket = "rdmactl-\(getpid())-\(number)"
    try scratch.write("net", net.text)
    // The console is a FIFO that stays open both ways: at its end ibsim would spin, without it no link can be cut.
    ibsim = try Spawned(
      "sh", ["-c", "mkfifo console && exec ibsim -s -I net 0<>console"], environment: ["IBSIM_SOCKNAME": socket],
      directory: scratch.path)
    let ready = "@\(socket):out9"
    try ibsim.wait(timeout: 20, until: "serving") {
      // Foundation takes the first page of a file of the kernel for all of it.
      let table = (try? LinuxFiles().read("/proc/net/unix", limit: 1 << 24)) ?? []
      return String(decoding: table, as: UTF8.self).contains(ready)
    }
  }

  /// What a program needs in its environment to sit on `host`.
  public func environment(on host: String) -> [String: String] {
    [
      "IBSIM_SOCKNAME": socket, "SIM_HOST": host, "LD_PRELOAD": Self.preload ?? "", "OSM_CACHE_DIR": scratch.path,
      "OSM_TMP_DIR": scratch.path,
    ]
  }

  /// Starts a program on a host of the fabric.
  public func start(
    on host: String, _ program: String, _ arguments: [String] = [], environment: [String: String] = [:]
  ) throws -> Spawned {
    try Spawned(program, arguments, environment: self.environment(on: host).merging(environment) { $1 })
  }

  /// Runs a program on a host to its end.
  public func run(
    on host: String, _ program: String, _ arguments: [String] = [], environment: [String: String] = [:],
    timeout: Double = 30
  ) throws -> Consequences {
    try start(on: host, program, arguments, environment: environment).wait(timeout: timeout)
  }

  /// Runs the rdmactl beside the test bundle on a host to its end.
  public func rdmactl(on host: String, _ arguments: String..., timeout: Double = 30) throws -> Consequences {
    try run(on: host, Spawned.rdmactl, arguments, timeout: timeout)
  }

  /// Types a line at ibsim's console: `Unlink "leaf0"[2]`.
  public func console(_ line: String) throws {
    guard let console = FileHandle(forWritingAtPath: scratch("console")) else {
      throw SpawnFailure(message: "ibsim has no console")
    }
    try console.write(contentsOf: Data((line + "\n").utf8))
    try console.close()
  }

  /// Lets the real opensm set the subnet up once.
  public func bringUp(from host: String = "host0") throws {
    let result = try run(on: host, "opensm", ["-o", "-f", scratch("opensm-once.log"), "-s", "0"])
    let log = (try? String(contentsOfFile: scratch("opensm-once.log"), encoding: .utf8)) ?? ""
    guard log.contains("SUBNET UP") else {
      throw SpawnFailure(message: "opensm did not bring the subnet up:\n\(result.output)\(result.error)\(log)")
    }
  }

  /// Starts the real opensm, which stays until its object goes.
  public func startSubnetManager(on host: String = "host0") throws -> Spawned {
    try start(on: host, "opensm", ["-f", scratch("opensm.log"), "-s", "1"])
  }
}
