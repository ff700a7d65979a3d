import Glibc
import TestSupport

// Lays a recorded machine out for `rdmactl --root`: for the demonstration, the measurements, and whoever wants to look.
let arguments = CommandLine.arguments.dropFirst()
guard let name = arguments.first, arguments.count <= 2 else {
  print("usage: machine NAME [DIR]    lay a recorded machine out in DIR, or say whether its file can be read")
  print("machines: " + (MachineTree.names + ["big-host", "nameless-host"]).joined(separator: " "))
  exit(64)
}
let tree =
  switch name {
  case "big-host": try MachineTree.bigHost()
  case "nameless-host": try MachineTree.namelessHost()
  default: try MachineTree(named: name)
  }
if let directory = arguments.dropFirst().first { try tree.layOut(in: directory) }
