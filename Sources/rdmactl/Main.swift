internal import Commands
internal import Glibc
internal import HostLinux

/// The process: its arguments and environment in, its exit status out. The only place that chooses the machine.
@main
enum Main {
  static func main() {
    let environment = LinuxHost.environment
    let program = Program(commit: LinuxHost.commit) { choice in
      LinuxHost.make(root: choice.root, environment: environment)
    }
    exit(program.run(Array(CommandLine.arguments.dropFirst())))
  }
}
