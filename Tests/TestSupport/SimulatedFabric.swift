public import FabricLab
internal import Foundation
internal import Synchronization

/// An InfiniBand fabric by ibsim, which ends with the object. Programs see it through the preload libumad2sim; each needs
/// a directory of its own (the preload writes its sysfs there) and a time limit (it waits for ever for a fabric that is
/// gone). At most ten programs can be attached, and a killed one keeps its place.
public final class SimulatedFabric {
  private static let started = Mutex(0)

  public let topology: Topology
  private let scratch: Scratch
  private let ibsim: Spawned
  private let socket: String
  private let proxy: FabricProxy?

  /// What a fabric needs and this machine has not; `nil` when everything is here.
  public static let missing: String? = {
    let programs = ["ibsim", "opensm", "ibstat", "ibnetdiscover", "ibqueryerrors", "sminfo"].filter {
      Spawned.find($0) == nil
    }
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
  /// - Parameters:
  ///   - netfile: what ibsim loads in place of the topology's own text: the same fabric in other words.
  ///   - proxy: what a proxy before it does, in the options of `fabric-lab proxy`; `nil` for none.
  public init(_ topology: Topology, netfile: String? = nil, proxy options: [String]? = nil) throws {
    self.topology = topology
    scratch = try Scratch("fabric")
    let number = Self.started.withLock { number in
      number += 1
      return number
    }
    socket = "rdmactl-\(getpid())-\(number)"
    try scratch.write("net", netfile ?? topology.netfile)
    // The console is a FIFO that stays open both ways: at its end ibsim would spin, without it no link can be cut.
    ibsim = try Spawned(
      "sh", ["-c", "mkfifo console && exec ibsim \"$@\" net 0<>console", "sh"] + Self.limits(of: topology),
      environment: ["IBSIM_SOCKNAME": socket], directory: scratch.path)
    try ibsim.wait(timeout: 60, until: "serving") { [socket] in FabricProxy.isServing(socket) }
    proxy = try options.map { [socket] in try FabricProxy(upstream: socket, options: $0) }
  }

  /// ibsim ends above its built-in limits, so it is told what is to come.
  private static func limits(of topology: Topology) -> [String] {
    let switches = topology.switches.count
    let ports = topology.nodes.reduce(switches) { $0 + $1.portCount }
    return ["-s", "-N", "\(topology.nodes.count + 8)", "-S", "\(switches + 8)", "-P", "\(ports + 64)"]
      + (topology.hasDuplicateGUIDs ? ["-I"] : [])
  }

  /// Ends the simulator at once: whoever has asked gets no answer any more.
  public func killSimulator() { ibsim.signal(SIGKILL) }

  /// How many datagrams of each attribute ID went through the proxy, once it has been idle for a moment.
  public func counts() throws -> [UInt16: Int] { try proxy?.counts() ?? [:] }

  /// What a program needs in its environment to sit on `host`. A subnet manager keeps its files in a directory of its host.
  public func environment(on host: String) -> [String: String] {
    [
      "IBSIM_SOCKNAME": proxy?.socket ?? socket, "SIM_HOST": host, "LD_PRELOAD": Self.preload ?? "",
      "OSM_CACHE_DIR": scratch("osm-\(host)"), "OSM_TMP_DIR": scratch("osm-\(host)"),
    ]
  }

  /// Sits on a host within this process, without a program and the preload.
  public func port(on host: String) throws -> SimulatorPort {
    // Not the number of a process: libumad2sim takes those.
    let number = Self.started.withLock { number in
      number += 1
      return number
    }
    return try SimulatorPort(simulator: proxy?.socket ?? socket, host: host, number: 1 << 30 + number)
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

  /// Types a line at ibsim's console (`Dump "leaf0"`) and waits until it is done.
  /// - Returns: what ibsim said.
  @discardableResult public func console(_ line: String) throws -> String {
    guard let console = FileHandle(forWritingAtPath: scratch("console")) else {
      throw SpawnFailure(message: "ibsim has no console")
    }
    let before = ibsim.output
    try console.write(contentsOf: Data((line + "\n").utf8))
    try console.close()
    // A prompt follows every command.
    try ibsim.wait(timeout: 20, until: "done with \(line)") { [ibsim] in
      let output = ibsim.output
      return output.utf8.count > before.utf8.count && output.hasSuffix(Self.prompt)
    }
    return String(ibsim.output.dropFirst(before.count).dropLast(Self.prompt.count))
  }

  private static let prompt = "sim> "

  /// Pulls the cable at an end.
  public func unlink(_ end: Topology.End) throws { try console("Unlink \(name(end))") }

  /// Plugs in the cable again that was pulled at this end.
  public func relink(_ end: Topology.End) throws { try console("ReLink \(name(end))") }

  /// Sets a performance counter.
  public func set(_ setting: Topology.CounterSetting) throws { try console(topology.consoleCommand(setting)) }

  /// Gives a port a LID by hand.
  public func setLID(_ lid: UInt16, at end: Topology.End) throws { try console("Baselid \(name(end)) \(lid)") }

  private func name(_ end: Topology.End) -> String { "\"\(topology.nodes[end.node].name)\"[\(end.port)]" }

  /// Lets the real opensm set the subnet up once.
  public func bringUp(from host: String = "host0", timeout: Double = 120) throws {
    let log = try log(of: host, "opensm-once.log")
    let result = try run(on: host, "opensm", ["-o", "-f", log, "-s", "0"], timeout: timeout)
    guard contents(log).contains("SUBNET UP") else {
      throw SpawnFailure(
        message: "opensm did not bring the subnet up:\n\(result.output)\(result.error)\(contents(log))")
    }
  }

  /// Starts the real opensm, which stays until its object goes. Each host takes one; a standby takes over within a second.
  /// - Parameters:
  ///   - isUp: wait until it has done its first sweep: as master, or as one that has found a master.
  ///   - options: more options of opensm.
  public func startSubnetManager(
    on host: String = "host0", priority: Int = 0, waitUntilUp isUp: Bool = false, options: [String] = [],
    timeout: Double = 120
  ) throws -> Spawned {
    let log = try log(of: host, "opensm.log")
    try? FileManager.default.removeItem(atPath: log)
    let configuration = try scratch.write(
      "osm-\(host)/opensm.conf", "sminfo_polling_timeout 200\npolling_retry_number 2\nforce_log_flush TRUE\n")
    let manager = try start(
      on: host, "opensm", ["-F", configuration, "-p", "\(priority)", "-f", log, "-s", "1"] + options)
    if isUp {
      try manager.wait(timeout: timeout, until: "master or standby") {
        let text = contents(log)
        return text.contains("SUBNET UP") || text.contains("Entering STANDBY state")
      }
    }
    return manager
  }

  /// The log of the opensm that ``startSubnetManager(on:priority:waitUntilUp:timeout:)`` started on a host.
  public func subnetManagerLog(on host: String) -> String { contents(scratch("osm-\(host)/opensm.log")) }

  private func log(of host: String, _ name: String) throws -> String {
    try FileManager.default.createDirectory(atPath: scratch("osm-\(host)"), withIntermediateDirectories: true)
    return scratch("osm-\(host)/\(name)")
  }

  private func contents(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
}
