public import HostAccess

/// What of the machine bears on a profile, beside its interfaces.
public struct TuningMachine: Sendable, Equatable {
  /// In the kernel's form: "0-15". `nil` when it does not tell.
  public var onlineProcessors: String?
  /// The processors that share a core with each: the first of them stands for the core.
  public var coreOf: [Int: Int]
  /// Bytes; `nil` when the kernel does not tell.
  public var memory: Int?
  /// Whether packets are looked up among connections, and how many there are and may be.
  public var trackedConnections: Int?
  public var maximumConnections: Int?
  /// The packet filters that are in the kernel: "nf_tables", "ip_tables".
  public var packetFilters: [String]
  /// Whether irqbalance runs.
  public var balancesInterrupts: Bool

  public init(
    onlineProcessors: String? = nil, coreOf: [Int: Int] = [:], memory: Int? = nil, trackedConnections: Int? = nil,
    maximumConnections: Int? = nil, packetFilters: [String] = [], balancesInterrupts: Bool = false
  ) {
    self.onlineProcessors = onlineProcessors
    self.coreOf = coreOf
    self.memory = memory
    self.trackedConnections = trackedConnections
    self.maximumConnections = maximumConnections
    self.packetFilters = packetFilters
    self.balancesInterrupts = balancesInterrupts
  }

  /// Reads it; what cannot be read is not known.
  public init(_ files: any FileReading) {
    let online = try? files.text("/sys/devices/system/cpu/online")
    self.init(
      onlineProcessors: online, coreOf: Self.cores(online, files),
      memory: Self.memory((try? files.lines("/proc/meminfo", limit: 1 << 16)) ?? []),
      trackedConnections: Self.number("/proc/sys/net/netfilter/nf_conntrack_count", files),
      maximumConnections: Self.number("/proc/sys/net/netfilter/nf_conntrack_max", files),
      packetFilters: ["nf_tables", "ip_tables"].filter { files.directoryExists("/sys/module/\($0)") },
      balancesInterrupts: Self.runs("irqbalance", files))
  }

  private static func number(_ path: String, _ files: any FileReading) -> Int? {
    (try? files.text(path)).flatMap { Int($0) }
  }

  /// `MemTotal:       16316412 kB`
  private static func memory(_ lines: [String]) -> Int? {
    guard let line = lines.first(where: { $0.hasPrefix("MemTotal:") }) else { return nil }
    let words = line.split(separator: " ")
    guard words.count == 3, words[2] == "kB", let kibibytes = Int(words[1]), kibibytes > 0 else { return nil }
    let (bytes, overflows) = kibibytes.multipliedReportingOverflow(by: 1024)
    return overflows ? nil : bytes
  }

  private static func cores(_ online: String?, _ files: any FileReading) -> [Int: Int] {
    var cores: [Int: Int] = [:]
    for processor in online.flatMap({ ProcessorSet($0) })?.numbers ?? [] {
      let path = "/sys/devices/system/cpu/cpu\(processor)/topology/thread_siblings_list"
      guard let siblings = (try? files.text(path)).flatMap({ ProcessorSet($0) }) else { continue }
      cores[processor] = siblings.numbers.first
    }
    return cores
  }

  private static func runs(_ program: String, _ files: any FileReading) -> Bool {
    ((try? files.list("/proc")) ?? []).contains { name in
      name.utf8.allSatisfy { (0x30...0x39).contains($0) } && (try? files.text("/proc/\(name)/comm")) == program
    }
  }
}
