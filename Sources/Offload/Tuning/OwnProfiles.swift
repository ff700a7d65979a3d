/// Profiles whose values are worked out from the machine.
extension TuningProfile {
  static let throughput = TuningProfile(
    name: "throughput", title: "as many bytes as the wire takes, whatever they cost in latency",
    rules: stateless + [
      TuningRule(
        "channels", .cores(limit: 64), "a queue for each core beside the device; more only move data between nodes"),
      TuningRule(
        "irq-affinity", .processorsBeside, "interrupts are served where the device's memory is near"),
      TuningRule("rx-ring", .maximum(limit: 8192), "a burst waits in the ring instead of being dropped"),
      TuningRule("tx-ring", .maximum(limit: 8192), "a burst waits in the ring instead of in the queue above it"),
      TuningRule("adaptive-rx", .fixed("on"), "few interrupts under load, quick ones without"),
      TuningRule("adaptive-tx", .fixed("on"), "few interrupts under load, quick ones without"),
      TuningRule(
        "tcp_rmem", .atLeast([.asItIs, .asItIs, .window(milliseconds: 20)]), machine: true,
        "room for what is on the way in a round trip of 20 ms at the interface's rate"),
      TuningRule(
        "tcp_wmem", .atLeast([.asItIs, .asItIs, .window(milliseconds: 20)]), machine: true,
        "room for what is on the way in a round trip of 20 ms at the interface's rate"),
      TuningRule(
        "rmem_max", .atLeast([.window(milliseconds: 20)]), machine: true, "programs that set their buffer get as much"),
      TuningRule(
        "wmem_max", .atLeast([.window(milliseconds: 20)]), machine: true, "programs that set their buffer get as much"),
      TuningRule(
        "netdev_max_backlog", .atLeast([.number(250_000)]), machine: true,
        "packets that RPS or a tunnel hands on wait here; the number is that of Mellanox' tuning script"),
    ] + robust + [mtu])

  static let latency = TuningProfile(
    name: "latency", title: "answers as soon as they come, whatever they cost in processor time",
    rules: [
      TuningRule("adaptive-rx", .fixed("off"), "an interrupt is not put off by what was on the wire before"),
      TuningRule("rx-usecs", .fixed("0"), "an interrupt for each packet that comes, at once"),
      TuningRule("lro", .fixed("off"), "the device does not wait for more packets to join"),
      TuningRule(
        "channels", .cores(limit: 64), "a queue for each core beside the device, so that none waits for another"),
      TuningRule("irq-affinity", .processorsBeside, "interrupts are served where the device's memory is near"),
      TuningRule("gro-flush-timeout", .fixed("0"), "joined packets are handed up when the queue is empty, not later"),
      TuningRule("napi-defer", .fixed("0"), "interrupts come back as soon as the queue is empty"),
      TuningRule(
        "busy_poll", .fixed("50"), machine: true,
        "poll and select poll the queue themselves for 50 µs, as the kernel's documentation recommends"),
      TuningRule("busy_read", .fixed("50"), machine: true, "a read looks at the queue itself for 50 µs"),
    ] + robust + [
      TuningRule(
        "processor sleep states", .reported, machine: true,
        "not set by rdmactl: waking a core takes longer than a packet; see cpupower idle-set and /dev/cpu_dma_latency")
    ])

  static let balanced = TuningProfile(
    name: "balanced", title: "the offloads that harm nobody, a queue for each near core, sound TCP values",
    rules: stateless + [
      TuningRule(
        "channels", .cores(limit: 16), "a queue for each core beside the device; from 16 on they cost memory only"),
      TuningRule("adaptive-rx", .fixed("on"), "few interrupts under load, quick ones without"),
      TuningRule("adaptive-tx", .fixed("on"), "few interrupts under load, quick ones without"),
      TuningRule(
        "tcp_rmem", .atLeast([.asItIs, .asItIs, .window(milliseconds: 5)]), machine: true,
        "room for what is on the way in a round trip of 5 ms at the interface's rate"),
      TuningRule(
        "tcp_wmem", .atLeast([.asItIs, .asItIs, .window(milliseconds: 5)]), machine: true,
        "room for what is on the way in a round trip of 5 ms at the interface's rate"),
    ] + robust)

  /// Work that the device, or the kernel late on the way, does for many packets at once. LRO is not among it: a router or
  /// a bridge must not have it, and GRO does nearly as much.
  private static let stateless = [
    TuningRule("sg", .fixed("on"), "segmentation needs it"),
    TuningRule("tx-csum", .fixed("on"), "segmentation needs it, and it saves a pass over the data"),
    TuningRule("rx-csum", .fixed("on"), "it saves a pass over the data"),
    TuningRule("tso", .fixed("on"), "the device cuts large sends"),
    TuningRule("gso", .fixed("on"), "what the device cannot cut is cut late"),
    TuningRule(
      "gro", .fixed("on"), "packets of a connection go up together, and can be cut again where they are routed"),
    TuningRule("rx-hash", .fixed("on"), "the kernel need not compute the hash again"),
  ]

  /// Where somebody followed old advice.
  private static let robust = [
    TuningRule("tcp_window_scaling", .fixed("1"), machine: true, "without it no window is over 64 KiB"),
    TuningRule("tcp_moderate_rcvbuf", .fixed("1"), machine: true, "the kernel chooses the receive window"),
    TuningRule("tcp_sack", .fixed("1"), machine: true, "without it one lost packet costs a whole window"),
  ]

  private static let mtu = TuningRule(
    "mtu", .reported,
    "left as it is: a larger one is faster where everything on the way takes it, and loses packets elsewhere")
}
