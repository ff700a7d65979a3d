public import ArgumentParser
internal import Devlink
internal import FirmwareFlash
internal import FirmwareImage
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl fw query`
public struct FirmwareQuery: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "Version, PSID, GUIDs, MAC addresses and slots of a device or an image.",
    discussion: """
      Of a package, the boards it has images for; with --psid the values of one of them.

      Examples:
        rdmactl fw query -d mlx4_0
        rdmactl fw query -i fw.bin --json
      """)

  @OptionGroup public var common: CommonOptions
  @OptionGroup public var target: FirmwareTarget
  @OptionGroup public var reach: DeviceReach

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    switch try target.kind(for: "query") {
    case .image(let path):
      let file = try NamedFile(path, host: host)
      if target.psid == nil, let package = try file.package() {
        try output.show(PackageAnswer(path: path, boards: package.boards))
        return .done
      }
      return try show(try ImageFile(file, psid: target.psid, host: host), output)
    case .device(let name):
      let answer = try query(name, host)
      try output.show(answer)
      return answer.problems.contains { $0.severity == .error } ? .checkFailed : .done
    }
  }

  /// What is on the flash, and what the driver tells; of a device whose flash cannot be read only this.
  private func query(_ name: String, _ host: Host) throws -> QueryAnswer {
    do {
      var answer = try DeviceSession.open(name, reach: reach, host: host) { session in try session.query() }
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
          ? [] : [Note(subject: name, message: "only what its driver tells: \(failure.message)")])
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
