/// What a guest machine has: the part of a session that a boot decides.
struct GuestHardware: Hashable, Sendable {
  let nics: [String]

  /// The words of QEMU's command line. `agent` is the descriptor of the agent's socket.
  func arguments(_ parts: GuestParts, agent: Int32) -> [String] {
    // QEMU reads a comma in a value as two.
    func quoted(_ path: String) -> String {
      path.split(separator: ",", omittingEmptySubsequences: false).joined(separator: ",,")
    }
    let kernel = [
      "console=ttyS0", "panic=-1", "quiet", "loglevel=4", "mitigations=off", "nokaslr", "no_timer_check",
      "tsc=reliable",
      "audit=0", "apparmor=0", "random.trust_cpu=on", "net.ifnames=0", "8250.nr_uarts=1",
    ]
    func share(_ tag: String, _ path: String) -> [String] {
      [
        "-fsdev", "local,id=\(tag),path=\(quoted(path)),security_model=none,readonly=on,multidevs=remap",
        "-device", "virtio-9p-pci,fsdev=\(tag),mount_tag=\(tag)",
      ]
    }
    return [
      "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-machine", "q35",
      "-accel", parts.accelerated ? "kvm" : "tcg,thread=multi", "-cpu", parts.accelerated ? "host" : "max,la57=off",
      "-smp", "2", "-m", "1024",
      "-kernel", "\(parts.directory)/vmlinuz", "-initrd", "\(parts.directory)/initrd",
      "-append", kernel.joined(separator: " "),
      "-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console",
      "-device", "virtio-serial-pci,max_ports=2",
      "-chardev", "socket,id=agent,fd=\(agent)", "-device", "virtserialport,chardev=agent,name=agent,nr=1",
      "-device", "virtio-rng-pci",
    ] + share("host", "/") + share("modules", "\(parts.directory)/lib/modules") + cards
  }

  /// All cards hang on one hub inside QEMU that leads nowhere.
  private var cards: [String] {
    nics.enumerated().flatMap { index, nic -> [String] in
      let model = nic == "virtio" ? "virtio-net-pci" : nic
      let address = "52:54:00:00:00:" + (index + 16 < 256 ? String(index + 16, radix: 16) : "ff")
      return [
        "-netdev", "hubport,id=n\(index),hubid=1", "-device", "\(model),netdev=n\(index),mac=\(address)",
      ]
    }
  }
}
