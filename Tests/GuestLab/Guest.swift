internal import Foundation

/// A throw-away Linux with a real RDMA, ethtool and devlink stack: Debian's kernel in QEMU, in which the host's files are
/// the guest's, read-only below a tmpfs, at the same paths. Whatever is installed on the host runs in it; what is written
/// in it is gone afterwards.
///
///     @Suite(.enabled(if: Guest.unavailable == nil, "\(Guest.unavailable ?? "")"))
///     struct RingTests {
///       @Test func rings() throws {
///         let guest = try Guest(nics: Guest.allCards, modules: ["netdevsim"])
///         let before = try guest.run("ethtool -g eth0").output
///         let result = try guest.run("\(Guest.rdmactl) offload set eth0 rx-ring=128 --yes", timeout: 30)
///         #expect(result.status == 0, "\(result.error)")
///         let refused = try guest.run("ethtool -G eth0 rx 64", as: "nobody")
///         let watching = try guest.start("\(Guest.rdmactl) status --watch 0.2")
///         try watching.wait(until: "two objects") { $0.split(separator: "\n").count >= 2 }
///         try watching.signal(SIGINT)
///         #expect(try watching.wait().status == 130)
///       }
///     }
///
/// A boot takes some seconds under emulation, so a machine is booted for the first test that asks for these cards and
/// serves all others that ask for the same, one after the other: `init` waits until no other `Guest` has it. Two in one
/// test with the same cards would wait for each other for ever.
///
/// Each `Guest` finds the machine as after the boot, as far as processes, modules (the drivers of the cards are loaded
/// again, so rings, features and addresses are theirs), virtual interfaces and network name spaces go. Files and the
/// sysctls that belong to no interface stay as the last one has left them.
///
/// The cards are eth0, eth1, … in the order of `nics`; their links are down, lo is up. There is no udev and no systemd.
/// Nobody but the other cards of one queue answers on the wire.
public final class Guest {
  private let machine: GuestMachine
  private let hardware: GuestHardware

  /// Why there can be no guest here, or `nil`.
  public static var unavailable: String? {
    if case .failure(let failure) = GuestParts.found { failure.description } else { nil }
  }

  /// The program to run in it: the release one when it is there and not older than the debug one.
  public static var rdmactl: String { GuestParts.rdmactl }

  /// One of each kind of card: eth0 to eth3. Tests that ask for the same cards share a boot.
  public static let allCards = ["e1000e", "vmxnet3", "virtio:4", "virtio,rss=on"]

  /// - Parameters:
  ///   - nics: models of QEMU, with its properties after a comma: `e1000e`, `vmxnet3`, `virtio`; `virtio,rss=on` has a
  ///     hash key that can be set; `virtio:4` has four queues (but no MSI-X, and no packet ever leaves it).
  ///   - modules: for modprobe, each with its parameters: `"ibloop nodes=4"`.
  public init(nics: [String] = [], modules: [String] = []) throws {
    hardware = GuestHardware(nics: nics)
    machine = try GuestPool.shared.take(hardware)
    for module in modules { try check("modprobe \(module)") }
  }

  deinit { GuestPool.shared.giveBack(hardware) }

  /// Runs a command of the shell to its end.
  /// - Parameters:
  ///   - user: who runs it.
  ///   - input: its standard input.
  ///   - timeout: seconds; past it the command is killed and the call throws.
  @discardableResult public func run(
    _ command: String, as user: String = "root", input: String = "", timeout: Double = 60
  ) throws -> GuestResult {
    try start(command, as: user, input: input).wait(timeout: timeout)
  }

  /// Runs a command that must succeed, and gives what it wrote to its standard output.
  @discardableResult public func check(_ command: String, timeout: Double = 60) throws -> String {
    let result = try run(command, timeout: timeout)
    guard result.status == 0 else {
      throw GuestFailure("\(command): status \(result.status)\n\(result.output)\(result.error)")
    }
    return result.output
  }

  /// Starts a command and returns at once. It is killed at the latest when the next test takes the machine.
  public func start(_ command: String, as user: String = "root", input: String = "") throws -> GuestJob {
    try machine.start(command, as: user, input: input)
  }

  /// Runs `command` again and again until `condition` holds for its result, which it gives; throws past `timeout` seconds.
  @discardableResult public func wait(
    for what: String, _ command: String, timeout: Double = 60, until condition: (GuestResult) -> Bool
  ) throws -> GuestResult {
    let end = Date(timeIntervalSinceNow: timeout)
    while true {
      let result = try run(command, timeout: timeout)
      if condition(result) { return result }
      guard Date() < end else {
        throw GuestFailure("not \(what) within \(timeout) s; \(command): \(result.output)\(result.error)")
      }
      usleep(50_000)
    }
  }

  /// QEMU's.
  public var processIdentifier: Int32 { machine.processIdentifier }

  /// The last of what the kernel has said.
  public var console: String { machine.console }
}
