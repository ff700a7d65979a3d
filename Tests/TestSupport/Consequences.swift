internal import ArgumentParser
internal import Commands
public import HostAccess
internal import HostLinux
internal import Presentation
internal import Snapshot
internal import Vocabulary

extension Host {
  /// A machine of fakes; its own things are kept in the same files. Those not given end the test run when they are asked anything.
  public static func fake(
    files: any FileReading & FileWriting = ForbiddenFiles(), management: any ManagementAccess = FakeManagement(),
    verbs: any VerbsAccess = FakeVerbs(), pci: any PCIAccess = FakePCI(), unpacking: any Unpacking = FakeUnpacking(),
    processes: any ProcessAccess = FakeProcesses(),
    network: any NetworkAccess = FakeNetwork(),
    clock: any Clock = FakeClock(), console: any Console = FakeConsole(), places: Places = Places()
  ) -> Host {
    Host(
      files: files, store: files, management: management, verbs: verbs, pci: pci, unpacking: unpacking,
      processes: processes, network: network,
      clock: clock, console: console, places: places)
  }
}

/// All that a call of rdmactl leaves behind for its caller.
public struct Consequences: Sendable, Equatable {
  public let status: Int32
  public let output: String
  public let error: String

  public init(status: Int32, output: String, error: String) {
    self.status = status
    self.output = output
    self.error = error
  }

  public var outputLines: [Substring] { output.split(separator: "\n") }
}

/// Runs rdmactl in this process, on `host` whatever `--root` says.
/// - Parameter console: takes the place of the host's.
public func consequences(of arguments: [String], host: Host, console: FakeConsole = FakeConsole()) -> Consequences {
  var host = host
  host.console = console
  let status = Program(commit: "test") { [host] _ in host }.run(arguments)
  return Consequences(status: status, output: console.output, error: console.error)
}

/// Runs rdmactl in this process on what `--root` names, and on this machine without it.
/// - Parameter environment: of the call; this process's own is not looked at.
public func consequences(
  of arguments: [String], environment: [String: String] = [:], console: FakeConsole = FakeConsole()
) -> Consequences {
  let program = Program(commit: "test") { choice in
    var host = LinuxHost.make(root: choice.root, environment: environment)
    if let root = choice.root, let machine = try host.replaying(snapshot: root) { host = machine }
    host.console = console
    return host
  }
  return Consequences(status: program.run(arguments), output: console.output, error: console.error)
}

/// A command line that is parsed once and run often: parsing takes longer than most commands.
public struct ParsedCall {
  private let command: any HostCommand

  public init(_ arguments: [String]) throws {
    guard let command = try Rdmactl.parseAsRoot(arguments) as? any HostCommand else {
      throw SpawnFailure(message: "no command that runs on a host: \(arguments)")
    }
    self.command = command
  }

  /// The same as ``consequences(of:host:console:)`` for commands that end by an answer or by a failure of ours.
  public func consequences(host: Host) -> Consequences {
    let console = FakeConsole()
    var host = host
    host.console = console
    let common = command.common
    let output = Output(host: host, format: common.format, choice: common.textChoice)
    var status: Int32
    do {
      status = try command.run(on: host, output: output).rawValue
    } catch let failure as any Failure {
      output.report(failure)
      status = failure.exitStatus.rawValue
    } catch {
      output.talk("\(error)")
      status = -1
    }
    return Consequences(status: status, output: console.output, error: console.error)
  }
}
