internal import Glibc

/// A child by `posix_spawn(3)`, in a process group of its own. (Foundation's Process calls a program running for as long
/// as any grandchild of it lives, a daemon for one.)
final class ChildProcess {
  let identifier: pid_t
  private var status: Int32?

  /// - Parameters:
  ///   - streams: files for standard input, output and error.
  ///   - environment: all of it.
  init(
    path: String, arguments: [String], environment: [String: String], directory: String,
    streams: (input: String, output: String, error: String)
  ) throws {
    // The actions hold pointers, hence "unsafe"; they live and end in this function.
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, streams.input, O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 1, streams.output, O_WRONLY | O_APPEND, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, streams.error, O_WRONLY | O_APPEND, 0)
    // This process may ignore SIGPIPE; a child that inherits that never notices that its reader has gone.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe sigaddset(&signals, SIGPIPE)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

    // posix_spawn(3) has no portable way to change the directory: a shell does it and then becomes the program.
    let shell = "/bin/sh"
    let line = [shell, "-c", "cd \"$1\" && shift && exec \"$@\"", shell, directory, path] + arguments
    let words = unsafe line.map { unsafe strdup($0) } + [nil]
    let settings = unsafe environment.map { unsafe strdup("\($0)=\($1)") } + [nil]
    defer { unsafe (words + settings).forEach { unsafe free($0) } }
    var child: pid_t = 0
    let code = unsafe posix_spawn(&child, shell, &actions, &attributes, words, settings)
    guard code == 0 else {
      throw SpawnFailure(message: "\(path) cannot be started: \(unsafe String(cString: strerror(code)))")
    }
    identifier = child
  }

  var isRunning: Bool {
    guard status == nil else { return false }
    var raw: Int32 = 0
    let found = unsafe waitpid(identifier, &raw, WNOHANG)
    guard found != 0 else { return true }
    // The macros of wait(2): the low seven bits are the signal, the second byte the exit status. A death by signal
    // reads as in the shell.
    status = raw & 0x7f == 0 ? raw >> 8 & 0xff : 128 + (raw & 0x7f)
    return false
  }

  /// Waits; whether it ended in time.
  func ends(within seconds: Double) -> Bool {
    var waited = 0.0
    while isRunning {
      guard waited < seconds else { return false }
      usleep(1_000)
      waited += 0.001
    }
    return true
  }

  /// The exit status, once it has ended.
  var exitStatus: Int32 { status ?? -1 }

  /// Sends a signal to the whole group.
  func signal(_ number: Int32) { _ = kill(-identifier, number) }
}
