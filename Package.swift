// swift-tools-version: 6.3
import PackageDescription

/// What every target of ours is held to. Warnings stop the build; each use of unsafe memory is spelled out.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// The commit that `rdmactl --version` names; the Makefile passes it. Manifest git look-ups go stale, the environment does not.
let commit = Context.environment["RDMACTL_COMMIT"] ?? "unknown"

/// The folder of `make vendor`, which the Makefile passes where it exists: a build from it needs no network.
let vendor = Context.environment["RDMACTL_VENDOR"] ?? ""

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

func library(_ name: String, _ dependencies: [Target.Dependency] = [], _ settings: [SwiftSetting]? = nil) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings ?? strict)
}

/// For what runs once in a call and is read by people: small before fast. Only the sweep and the burn have loops that
/// are worth their unrolling.
let small = strict + [.unsafeFlags(["-Osize"], .when(configuration: .release))]

func tests(of name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.target(name: name)] + dependencies, exclude: exclude, swiftSettings: strict)
}

let package = Package(
  name: "rdmactl",
  products: [.executable(name: "rdmactl", targets: ["rdmactl"])],
  dependencies: [
    vendor.isEmpty
      ? .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
      : .package(path: "\(vendor)/swift-argument-parser")
  ],
  targets: [
    // The C libraries of the field. Only HostLinux imports them. They are headers only: CShims loads each library at its
    // first use. libibmad is for the tests.
    .systemLibrary(name: "CIBVerbs", providers: [.apt(["libibverbs-dev"])]),
    .systemLibrary(name: "CIBUmad", providers: [.apt(["libibumad-dev"])]),
    .systemLibrary(name: "CIBMad", pkgConfig: "libibmad", providers: [.apt(["libibmad-dev"])]),
    .systemLibrary(name: "CPCI", providers: [.apt(["libpci-dev"])]),
    .systemLibrary(name: "CMnl", providers: [.apt(["libmnl-dev"])]),
    .target(name: "CShims", dependencies: ["CPCI"], cSettings: [.define("RDMACTL_COMMIT", to: "\"\(commit)\"")]),

    // Values and bytes: no I/O.
    library("Vocabulary"),
    library("BinaryLayout"),
    library("InfiniBandWire", ["BinaryLayout"]),
    library("GUIDMapping", ["Vocabulary"]),
    library("AdapterChips"),
    library("FirmwareImage", ["Vocabulary", "BinaryLayout", "AdapterChips"]),
    library("Glossary", ["Vocabulary"], small),

    // The door to the machine, and what stands behind it.
    library("HostAccess", ["Vocabulary"]),
    library(
      "HostLinux", ["HostAccess", "InfiniBandWire", "Vocabulary", "CIBVerbs", "CIBUmad", "CPCI", "CMnl", "CShims"]),

    // How anything is changed: one run, one journal, one way back.
    library("Change", ["Vocabulary", "HostAccess"], small),

    // One library per capability.
    library("PortStatus", ["Vocabulary", "BinaryLayout", "InfiniBandWire", "AdapterChips", "HostAccess"]),
    library("Counters", ["Vocabulary", "HostAccess", "PortStatus"], small),
    library("Fleet"),
    library(
      "Metrics", ["Vocabulary", "InfiniBandWire", "PortStatus", "Counters", "FabricDiscovery"]),
    library("GIDSelection", ["Vocabulary", "InfiniBandWire", "HostAccess", "PortStatus"], small),
    library("RoCE", ["Vocabulary", "HostAccess", "PortStatus", "Change"], small),
    library("NetworkNamespaces", ["Vocabulary", "HostAccess", "Change"], small),
    library("Sockets", ["Vocabulary", "HostAccess", "PortStatus", "Change"], small),
    library(
      "Performance", ["Vocabulary", "InfiniBandWire", "HostAccess", "PortStatus", "GIDSelection", "Sockets"], small),
    library("MaskStore", ["Vocabulary", "GUIDMapping", "HostAccess", "Change"]),
    library("FirmwareFlash", ["Vocabulary", "BinaryLayout", "AdapterChips", "FirmwareImage", "HostAccess", "Change"]),
    library("FabricDiscovery", ["Vocabulary", "BinaryLayout", "InfiniBandWire", "HostAccess", "Change"]),
    library("FabricPlan", ["Vocabulary", "InfiniBandWire", "FabricDiscovery"], small),
    library(
      "SubnetManagement",
      ["Vocabulary", "BinaryLayout", "InfiniBandWire", "HostAccess", "FabricDiscovery", "Change"], small),
    library("Snapshot", ["Vocabulary", "HostAccess"], small),
    library("FabricReport", ["Vocabulary", "InfiniBandWire", "FabricDiscovery"], small),
    library("Offload", ["Vocabulary", "HostAccess", "Change"], small),
    library("Devlink", ["Vocabulary", "HostAccess", "Change"], small),
    library("KernelEvents", ["Vocabulary", "HostAccess"], small),
    library("GroupMembership", ["Vocabulary", "HostAccess", "Change"], small),
    library("BootTable", ["Vocabulary", "HostAccess"], small),
    library("TraceSession", ["Vocabulary", "HostAccess", "Change"], small),
    library(
      "SCSITargets",
      ["Vocabulary", "BinaryLayout", "InfiniBandWire", "HostAccess", "FabricDiscovery", "KernelEvents", "Change"], small
    ),
    library("PortModule", ["Vocabulary", "HostAccess"], small),
    library(
      "CardRegisters",
      ["Vocabulary", "BinaryLayout", "AdapterChips", "FirmwareImage", "FirmwareFlash", "HostAccess", "Change"]),
    library(
      "SimulatedHardware",
      ["Vocabulary", "BinaryLayout", "AdapterChips", "FirmwareImage", "HostAccess", "CardRegisters"]),

    // What the user meets.
    library("Presentation", ["Vocabulary", "HostAccess"]),
    library(
      "Commands",
      [
        "Vocabulary", "HostAccess", "Change", "Presentation", "PortStatus", "GUIDMapping", "MaskStore", "AdapterChips",
        "FirmwareImage", "FirmwareFlash", "CardRegisters", "SimulatedHardware", "InfiniBandWire", "FabricDiscovery",
        "SubnetManagement", "Offload", "Devlink", "PortModule", "Glossary", "GIDSelection", "RoCE", "Counters",
        "NetworkNamespaces", "Sockets", "Performance", "Fleet", "FabricReport", "KernelEvents", "GroupMembership",
        "BootTable", "TraceSession", "SCSITargets", "Metrics", "FabricPlan", "Snapshot", argumentParser,
      ], small),
    .executableTarget(
      name: "rdmactl", dependencies: ["Commands", "HostAccess", "HostLinux", "SimulatedHardware", "Snapshot"],
      swiftSettings: strict
    ),

    // For developers: the manual pages and the completions, from the command definitions (`make generate`).
    .executableTarget(
      name: "GenerateDocumentation",
      dependencies: [
        "Commands", "Glossary", "GUIDMapping", "Vocabulary", argumentParser,
      ],
      swiftSettings: strict),

    // For tests only: fakes that stop a test when they are asked what nobody told them, programs, recorded machines.
    .target(
      name: "TestSupport",
      dependencies: [
        "Vocabulary", "HostAccess", "Change", "HostLinux", "Presentation", "Commands", "FabricLab", "Snapshot",
        argumentParser,
      ],
      path: "Tests/TestSupport", swiftSettings: strict),
    .target(
      name: "FlashRehearsal",
      dependencies: [
        "Vocabulary", "AdapterChips", "FirmwareImage", "FirmwareFlash", "HostAccess", "Change", "CardRegisters",
        "SimulatedHardware", "TestSupport",
      ],
      path: "Tests/FlashRehearsal", swiftSettings: strict),
    .executableTarget(
      name: "trials", dependencies: ["FlashRehearsal", "SimulatedHardware"], path: "Tests/Trials", swiftSettings: strict
    ),
    .target(name: "CFUSEFile", path: "Tests/CFUSEFile"),
    .executableTarget(
      name: "adapter-fuse", dependencies: ["CFUSEFile", "SimulatedHardware", "FirmwareImage", "Vocabulary"],
      path: "Tests/adapter-fuse", swiftSettings: strict),
    .target(
      name: "FabricLab", dependencies: ["Vocabulary", "BinaryLayout", "InfiniBandWire", "HostAccess"],
      path: "Tests/FabricLab", swiftSettings: strict),
    .executableTarget(
      name: "fabric-lab", dependencies: ["FabricLab", "BinaryLayout", "InfiniBandWire"], path: "Tests/fabric-lab",
      swiftSettings: strict),
    // The least time that a number of datagrams takes: `make bench` compares with it.
    .executableTarget(
      name: "mad-floor", dependencies: ["CIBUmad"], path: "Tests/mad-floor", linkerSettings: [.linkedLibrary("ibumad")]),
    .executableTarget(name: "machine", dependencies: ["TestSupport"], path: "Tests/machine", swiftSettings: strict),
    .target(name: "GuestLab", path: "Tests/GuestLab", swiftSettings: strict),

    // Fast, and without privileges. libibmad is the judge of our layouts.
    tests(of: "Fleet"),
    tests(of: "Metrics", ["Vocabulary", "HostAccess", "PortStatus", "TestSupport"]),
    tests(of: "Vocabulary"),
    tests(of: "AdapterChips"),
    tests(of: "InfiniBandWire", ["BinaryLayout", "CIBMad"]),
    tests(of: "GUIDMapping", ["Vocabulary"]),
    tests(of: "Glossary", ["Vocabulary"]),
    tests(of: "Presentation", ["Vocabulary", "HostAccess"]),
    tests(of: "HostLinux", ["HostAccess", "Vocabulary", "TestSupport"]),
    tests(of: "Counters", ["Vocabulary", "HostAccess", "PortStatus", "TestSupport"]),
    tests(of: "GIDSelection", ["Vocabulary", "PortStatus"]),
    tests(of: "NetworkNamespaces", ["Change", "HostAccess", "TestSupport", "Vocabulary"]),
    tests(of: "RoCE", ["Vocabulary", "HostAccess", "Change", "TestSupport"]),
    tests(of: "Sockets", ["Vocabulary", "HostAccess", "HostLinux", "Change", "TestSupport"]),
    tests(of: "Performance", ["Vocabulary", "HostAccess", "HostLinux", "TestSupport"]),
    tests(of: "PortStatus", ["Vocabulary", "HostAccess", "InfiniBandWire", "TestSupport"]),
    tests(
      of: "FabricDiscovery", ["Vocabulary", "BinaryLayout", "HostAccess", "InfiniBandWire", "FabricLab", "TestSupport"]),
    tests(of: "FabricPlan", ["Vocabulary", "HostAccess", "InfiniBandWire", "FabricDiscovery", "FabricLab"]),
    tests(
      of: "SubnetManagement",
      [
        "Vocabulary", "BinaryLayout", "HostAccess", "InfiniBandWire", "FabricDiscovery", "Change", "FabricLab",
        "TestSupport",
      ]),
    tests(of: "Snapshot", ["Vocabulary", "HostAccess", "HostLinux", "TestSupport"]),
    tests(
      of: "FabricReport",
      ["Vocabulary", "BinaryLayout", "FabricDiscovery", "InfiniBandWire", "FabricLab", "TestSupport"]),
    tests(of: "Change", ["Vocabulary", "HostAccess", "TestSupport"]),
    tests(of: "MaskStore", ["Vocabulary", "GUIDMapping", "HostAccess", "Change", "TestSupport"]),
    tests(of: "Offload", ["Vocabulary", "HostAccess", "Change", "TestSupport"], exclude: ["Recordings"]),
    tests(of: "Devlink", ["Vocabulary", "HostAccess", "TestSupport"]),
    tests(of: "KernelEvents", ["Vocabulary", "HostAccess", "TestSupport"], exclude: ["kernel-strings.txt"]),
    tests(of: "GroupMembership", ["Vocabulary", "HostAccess", "TestSupport"]),
    tests(of: "BootTable", ["Vocabulary", "HostAccess", "TestSupport"]),
    tests(of: "TraceSession", ["Vocabulary", "HostAccess", "Change", "TestSupport"]),
    tests(of: "SCSITargets", ["Vocabulary", "BinaryLayout", "HostAccess", "InfiniBandWire", "Change", "TestSupport"]),
    tests(of: "PortModule", ["HostAccess", "TestSupport"]),
    tests(of: "FabricLab", ["BinaryLayout", "HostAccess", "InfiniBandWire", "TestSupport", "fabric-lab"]),
    tests(of: "FirmwareImage", ["Vocabulary", "BinaryLayout", "AdapterChips", "TestSupport"]),
    tests(
      of: "FirmwareFlash",
      [
        "Vocabulary", "AdapterChips", "FirmwareImage", "HostAccess", "Change", "SimulatedHardware", "FlashRehearsal",
        "TestSupport",
      ]),
    tests(
      of: "CardRegisters",
      [
        "Vocabulary", "BinaryLayout", "AdapterChips", "FirmwareImage", "FirmwareFlash", "HostAccess",
        "SimulatedHardware", "FlashRehearsal", "TestSupport",
      ]),
    tests(of: "SimulatedHardware", ["Vocabulary", "AdapterChips", "FirmwareImage", "HostAccess", "TestSupport"]),
    tests(
      of: "Commands",
      [
        "Vocabulary", "BinaryLayout", "HostAccess", "HostLinux", "GUIDMapping", "Glossary", "InfiniBandWire",
        "AdapterChips", "FirmwareImage", "FabricLab", "Offload", "SimulatedHardware", "TestSupport", argumentParser,
      ], exclude: ["Opensm"]),
    tests(of: "TestSupport", ["HostAccess", "HostLinux", "Commands"]),
    tests(of: "GenerateDocumentation"),
    .testTarget(name: "MachineTests", dependencies: ["TestSupport", "HostAccess", "HostLinux"], swiftSettings: strict),

    // The built programs, as a user meets them.
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "rdmactl", "adapter-fuse", "GenerateDocumentation", "Commands", "PortStatus", "GUIDMapping", "FirmwareFlash",
        "CardRegisters",
        "FabricDiscovery", "SubnetManagement", "Glossary",
        "FirmwareImage", "AdapterChips", "FabricLab", "fabric-lab", "InfiniBandWire", "Vocabulary", "TestSupport",
        argumentParser,
      ],
      swiftSettings: strict),

    // The built programs beside real neighbours: parents, users, tools, name spaces and readers that do not behave.
    .testTarget(
      name: "NeighbourTests", dependencies: ["rdmactl", "adapter-fuse", "fabric-lab", "FabricLab", "TestSupport"],
      swiftSettings: strict),

    // On a true kernel, in a throw-away guest (Tests/GuestLab/Guest.swift).
    .testTarget(
      name: "GuestTests", dependencies: ["GuestLab", "TestSupport", "FabricLab", "Offload", "rdmactl"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
