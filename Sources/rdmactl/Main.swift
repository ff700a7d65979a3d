internal import Commands
internal import Glibc
internal import HostAccess
internal import HostLinux
internal import SimulatedHardware
internal import Snapshot

/// The process: its arguments and environment in, its exit status out. The only place that chooses the machine.
@main
enum Main {
  static func main() {
    LinuxHost.prepareProcess()
    let (arguments, environment) = (LinuxHost.arguments, LinuxHost.environment)
    let program = Program(commit: LinuxHost.commit) { choice in
      // Of a simulated machine everything but the adapters is as of a recorded one, its own things included.
      var host = LinuxHost.make(root: choice.simulation ?? choice.root, environment: environment)
      if let root = choice.root, let machine = try host.replaying(snapshot: root) { host = machine }
      if let directory = choice.simulation {
        let machine = try SimulatedMachine.load(from: directory, files: LinuxFiles())
        host.files = machine.files
        host.pci = machine.pci
      }
      guard let file = choice.debug ?? environment["RDMACTL_DEBUG"], !file.isEmpty else { return host }
      return try host.logged(to: file, arguments: arguments)
    }
    exit(program.run(Array(arguments.dropFirst())))
  }
}
