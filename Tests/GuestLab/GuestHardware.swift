/// What a guest machine has: the part of a session that a boot decides.
struct GuestHardware: Hashable, Sendable {
  let nics: [String]

  /// The words of QEMU's command line. `agent` is the descriptor of the agent's socket.
  func arguments(_ parts: GuestParts, agent: Int32) throws -> [String] {
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
    return try [
      "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-machine", "q35,memory-backend=memory",
      // Shared, as vhost-user asks for.
      "-object", "memory-backend-memfd,id=memory,size=1G,share=on",
      "-accel", parts.accelerated ? "kvm" : "tcg,thread=multi", "-cpu", parts.accelerated ? "host" : "max,la57=off",
      "-smp", "2", "-m", "1G",
      "-kernel", "\(parts.directory)/vmlinuz", "-initrd", "\(parts.directory)/initrd",
      "-append", kernel.joined(separator: " "),
      "-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console",
      "-device", "virtio-serial-pci,max_ports=2",
      "-chardev", "socket,id=agent,fd=\(agent)", "-device", "virtserialport,chardev=agent,name=agent,nr=1",
      "-device", "virtio-rng-pci",
    ] + share("host", "/") + share("modules", "\(parts.directory)/lib/modules") + cards()
  }

  private func queues(of nic: String) -> Int? { nic.hasPrefix("virtio:") ? Int(nic.dropFirst(7)) : nil }

  /// All cards of one queue hang on one hub inside QEMU that leads nowhere.
  private func cards() throws -> [String] {
    var words: [String] = []
    for (index, nic) in nics.enumerated() {
      let place = "netdev=n\(index),romfile=,mac=52:54:00:00:00:\(String(index + 16, radix: 16))"
      if let queues = queues(of: nic) {
        // QEMU 7.2 dies of MSI-X vectors of a vhost-user card without KVM.
        words += try [
          "-chardev", "socket,id=q\(index),abstract=on,path=\(SilentQueues.listen())",
          "-netdev", "vhost-user,id=n\(index),chardev=q\(index),queues=\(queues)",
          "-device", "virtio-net-pci,\(place),mq=on,vectors=0",
        ]
      } else {
        let model = nic.split(separator: ",")[0] == "virtio" ? "virtio-net-pci" + nic.dropFirst(6) : nic
        words += ["-netdev", "hubport,id=n\(index),hubid=1", "-device", "\(model),\(place)"]
      }
    }
    return words
  }
}
