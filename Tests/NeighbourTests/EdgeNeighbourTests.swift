internal import Foundation
internal import TestSupport
internal import Testing

/// What a terminal, another process with a lock, a power cut and a bare root directory do to a call.
@Suite(
  "Terminals, lock holders, the disk and a missing /proc",
  .enabled(if: Neighbour.noNamespaces == nil, "\(Neighbour.noNamespaces ?? "")"))
struct EdgeNeighbourTests {
  private let scratch: Scratch
  private let lab: String

  init() throws {
    scratch = try Scratch("edge")
    lab = scratch("lab")
  }

  private func makeLab() throws {
    #expect(try Spawned.rdmactl("sim", "create", lab, "--profile", "connectx3").status == 0)
    let words = ["sim", "image", scratch("image"), "--profile", "connectx3", "--version", "99.12.1234"]
    #expect(try Spawned.run(Spawned.rdmactl, words).status == 0)
  }

  private var burn: [String] { [Spawned.rdmactl, "--sim", lab, "fw", "burn", "-d", "03:00.0", "-i", scratch("image")] }

  /// F8. Ctrl-C is typed on a terminal; the other two are sent.
  @Test(
    "Ctrl-C and signals at the question end the burn at once, and nothing is written",
    .enabled(if: Spawned.find("python3") != nil, "python3 is not installed"), arguments: ["^C", "15", "1"])
  func question(_ how: String) throws {
    try makeLab()
    let script = """
      import os, pty, signal, sys, time
      pid, terminal = pty.fork()
      if pid == 0:
          for number in (1, 2, 15): signal.signal(number, signal.SIG_DFL)
          os.execv(sys.argv[2], sys.argv[2:])
      text = b''
      while b'[y/N]' not in text: text += os.read(terminal, 4096)
      start = time.time()
      os.write(terminal, b'\\x03') if sys.argv[1] == '^C' else os.kill(pid, int(sys.argv[1]))
      while True:
          try: part = os.read(terminal, 4096)
          except OSError: break
          if not part: break
          text += part
      print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), time.time() - start < 3)
      print('nothing was written' in text.decode())
      """
    let result = try Spawned.run("python3", ["-c", script, how] + burn, timeout: 60)
    #expect(result.output == "130 True\nTrue\n", "\(result.output)\(result.error)")
  }

  /// F17. Two file systems have files of the same inode number, each locked by another process.
  @Test("The holder of a lock is the one of this file, not of a file of the same number elsewhere") func holder() throws
  {
    try makeLab()
    let script = """
      set -e; run=$1/run/rdmactl; lock=fw-0000:03:00.0.lock; shift
      mkdir -p $run $run.other; mount -t tmpfs none $run; mount -t tmpfs none $run.other
      touch $run/$lock $run.other/$lock; stat -c %i $run/$lock $run.other/$lock | uniq | wc -l
      flock --no-fork $run.other/$lock sleep 60 & other=$!
      flock --no-fork $run/$lock sleep 60 & holder=$!
      while flock --nonblock $run/$lock true || flock --nonblock $run.other/$lock true; do sleep 0.02; done
      echo "held by PID $holder (sleep)"; "$@" --yes 2>&1 | grep -o 'held by PID.*sleep)'; kill $holder $other
      """
    let result = try Spawned.run("unshare", ["-m", "sh", "-c", script, "sh", lab] + burn, timeout: 60)
    let lines = result.outputLines
    #expect(lines.count == 3 && lines[0] == "1" && lines[1] == lines[2], "\(result.output)\(result.error)")
  }

  /// F20. By the system calls: whatever names a new file or directory is on the disk before the kernel is told to change.
  @Test(
    "A power cut after the first write loses no journal: it and its directories are on the disk before",
    .enabled(if: Spawned.find("strace") != nil, "strace is not installed"))
  func synchronised() throws {
    let space = try NetworkSpace()
    let trace = scratch("trace")
    let command = space.command(
      ["env", "RDMACTL_STATE_DIR=\(scratch("state"))", "RDMACTL_RUN_DIR=\(scratch("run"))"]
        + ["strace", "-f", "--seccomp-bpf", "-o", trace, "-e", "trace=mkdir,openat,fsync,rename,sendto"]
        + [Spawned.rdmactl, "offload", "set", "lo", "mtu=60000", "--yes"])
    let result = try Spawned.run(command[0], Array(command.dropFirst()), timeout: 60)
    #expect(result.status == 0, "\(result.error)")
    var lines = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n").map(String.init)
    let change = try #require(lines.firstIndex { $0.contains("RTM_SETLINK") && $0.contains("60000") })
    lines = Array(lines[..<change])
    let made = lines.indices.filter { index in
      let line = lines[index]
      return (line.contains("mkdir(") || line.contains("rename(")) && line.contains(scratch("state"))
        && line.hasSuffix("= 0")
    }
    #expect(made.count >= 3)
    for index in made {
      let name = String(lines[index].split(separator: "\"")[lines[index].contains("rename(") ? 3 : 1])
      let directory = URL(fileURLWithPath: name).deletingLastPathComponent().path
      let opened = lines[index...].first { $0.contains("\"\(directory)\"") && $0.contains("O_DIRECTORY") }
      let descriptor = opened?.split(separator: " ").last ?? "-"
      #expect(lines[index...].contains { $0.contains("fsync(\(descriptor))") && $0.hasSuffix("= 0") }, "\(name)")
    }
  }

  @Test("Without /proc, as in a bare chroot, the command line is read all the same") func noProc() throws {
    let script = "mount -t tmpfs none /proc && exec \"$@\""
    let result = try Spawned.run(
      "unshare", ["-m", "sh", "-c", script, "sh", Spawned.rdmactl, "guid2mac", "-q", "0002c90300aabbcc"])
    #expect(result == Consequences(status: 0, output: "00:02:ca:aa:bb:cc\n", error: ""))
  }
}
