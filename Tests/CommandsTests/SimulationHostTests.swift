import Foundation
import TestSupport
import Testing

/// A machine that is written to a file, and what `--root` shows of it.
@Suite struct SimulationHostTests {
  @Test(arguments: [("down", "port.no_link"), ("init", "port.no_sm"), ("active", "")])
  func theMachineShowsItsPortsInTheStateThatWasAskedFor(_ state: String, _ problem: String) throws {
    let file = FileManager.default.temporaryDirectory.path + "/rdmactl-\(UUID()).tree"
    defer { try? FileManager.default.removeItem(atPath: file) }
    let made = consequences(of: [
      "sim", "host", file, "--profile", "connectx3", "--profile", "connectx5", "--port", state,
    ])
    #expect(made.status == 0 && made.output.contains("rdmactl --root \(file) status"), "\(made.error)")
    let shown = consequences(of: ["--root", file, "status", "--columns", "port,state"])
    #expect(shown.output.contains("mlx4_0/1  \(state)") && shown.output.contains("mlx5_0/1  \(state)"), "\(shown)")
    #expect(
      shown.output.contains("[port.") == !problem.isEmpty && (problem.isEmpty || shown.output.contains(problem)),
      "\(shown.output)")
    let again = consequences(of: ["sim", "host", file])
    #expect(again.status == 7, "an existing file is not overwritten: \(again)")
    #expect(consequences(of: ["sim", "host", file, "--force", "-q"]).output == file + "\n")
  }
}
