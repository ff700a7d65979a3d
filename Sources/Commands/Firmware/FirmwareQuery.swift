public import ArgumentParser
internal import Devlink
internal import FirmwareFlash
internal import FirmwareImage
public import HostAccess
internal import PortStatus
public import Presentation
public import Vocabulary

/// `rdmactl fw query`
public struct FirmwareQuery: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "Show version, PSID, GUIDs, MAC addresses and slots of a device or an image.",
    discussion: """
      If the machine has one adapter, its name can be omitted. For a package, the boards that it has images for are \
      listed; --psid selects one of them.

      Examples:
        rdmactl fw query mlx4_0
        rdmactl fw query fw.bin --json
      """)

  @OptionGroup public var common: CommonOptions
  @OptionGroup public var target: FirmwareTarget
  @OptionGroup public var reach: DeviceReach

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    switch try kind(on: host) {
    case .image(let path):
      let file = try NamedFile(path, host: host)
      if target.psid == nil, let package = try file.package() {
        try output.show(PackageAnswer(path: path, package: package, host: host))
        return .done
      }
      return try show(try ImageFile(file, psid: target.psid, host: host), output)
    case .device(let name):
      let answer = try query(name, host)
      try output.show(answer)
      return answer.problems.contains { $0.severity == .error } ? .checkFailed : .done
    }
  }

  /// The only adapter, when nothing is named.
  private func kind(on host: Host) throws -> FirmwareTarget.Kind {
    guard target.word == nil, target.named.device == nil, target.image == nil else {
      return try target.kind(for: "query", host: host)
    }
    let adapters = FirmwareList.adapters(InventoryReader(host: host).read(InventoryRequest()))
    switch adapters.count {
    case 0: throw NoAdapterToList()
    case 1: return .device(adapters[0].named.label)
    default: throw SeveralAdapters(names: adapters.map(\.named.label))
    }
  }

  /// What is on the flash, and what the driver tells; of a device whose flash cannot be read only this.
  private func query(_ name: String, _ host: Host) throws -> QueryAnswer {
    do {
      var answer = try DeviceSession.open(
        name, reach: reach, host: host, running: { session in try session.query() }, { session in try session.query() })
      answer.vpd = answer.device.flatMap { PCIAddress($0.pciAddress) }.flatMap {
        QueryAnswer.VPDPayload(of: $0, on: host)
      }
      answer.devlink = answer.device.flatMap { DevlinkTarget.information(ofPCI: $0.pciAddress, host: host) }
      return answer
    } catch let failure as any Failure {
      guard reach.way == nil, let target = DevlinkTarget.other(than: failure, name: name, reading: true, host: host),
        let information = try? DevlinkClient(host).information(of: target.handle)
      else { throw failure }
      return QueryAnswer(
        target: name, facts: nil, slots: [], device: nil, devlink: information,
        problems: target.unfinished(on: host),
        notes: target.adapter == nil
          ? [] : [Note(subject: name, message: "only what its driver reports: \(failure.message)")])
    }
  }

  private func show(_ file: ImageFile, _ output: Output) throws -> ExitStatus {
    let images = try file.placements.map { placement in
      (
        placement, try file.wrapping { try Firmware.read(placement, from: file.source) },
        try file.wrapping { try Firmware.verify(placement, in: file.source) }
      )
    }
    let problems = images.filter { !$0.2.isWhole }.map { FirmwareImageProblem.notWhole(file.path, $0.0, $0.2) }
    let slots = images.enumerated().map { position, image in
      QueryAnswer.Slot(
        placement: image.0, boots: position == 0, isValid: image.2.isWhole, version: image.1.facts.version)
    }
    try output.show(
      QueryAnswer(target: file.path, facts: images[0].1.facts, slots: slots, device: nil, problems: problems))
    return .done
  }
}

/// A command that takes the only adapter was called on a machine with several.
private struct SeveralAdapters: Failure {
  let names: [String]
  let id = "firmware.several_adapters"
  var message: String { "this machine has \(names.count) adapters; name one: \(names.joined(separator: ", "))" }
  let subject: String? = nil
  var fix: [String] { names.prefix(1).map { "rdmactl fw query \($0)" } }
  let exitStatus = ExitStatus.notFound
}
