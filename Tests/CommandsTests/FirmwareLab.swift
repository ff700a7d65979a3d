import Commands
import Foundation
import HostAccess
import HostLinux
import SimulatedHardware
import TestSupport
import Testing

/// Simulated adapters in a directory, and rdmactl in this process on them.
struct FirmwareLab {
  let scratch: Scratch
  /// With a space, as a directory may have.
  var directory: String { scratch("my lab") }

  init(_ profiles: String...) throws {
    scratch = try Scratch("lab")
    let result = call(["sim", "create", scratch("my lab")] + profiles.flatMap { ["--profile", $0] })
    try #require(result.status == 0, "\(result.error)")
  }

  /// A call of rdmactl that chooses its machine as the program does.
  func call(_ arguments: [String], console: FakeConsole = FakeConsole()) -> Consequences {
    let program = Program(commit: "test") { choice in
      var host = LinuxHost.make(root: choice.simulation ?? choice.root, environment: [:])
      if let directory = choice.simulation {
        let machine = try SimulatedMachine.load(from: directory, files: LinuxFiles())
        host.files = machine.files
        host.pci = machine.pci
      }
      host.console = console
      return host
    }
    return Consequences(status: program.run(arguments), output: console.output, error: console.error)
  }

  /// `rdmactl --sim … fw …`
  func fw(_ arguments: String...) -> Consequences { call(["--sim", directory, "fw"] + arguments) }

  func image(_ name: String, _ options: String...) throws -> String {
    let result = call(["sim", "image", scratch(name)] + options)
    try #require(result.status == 0, "\(result.error)")
    return scratch(name)
  }

  func bytes(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: path).map(Array.init) }

  /// Of the first adapter.
  var flash: [UInt8]? { bytes("\(directory)/0000:03:00.0.flash") }
}
