extension GlossaryText {
  /// Settings of `rdmactl offload` that no page of the Windows drivers had.
  static let linuxKnobs = #"""
    name: sg
    also: scatter-gather; tx-scatter-gather
    did: The adapter collects a packet from several pieces of memory.
    rules: Without it the kernel switches gso and tso off. When tso is asked for while it is off, the wish stays, and
      comes true with sg.
    here: The feature sg.
    knob: tx-scatter-gather-fraglist
    run: rdmactl offload set IF sg=on  # and what hangs on it

    name: gso
    also: generic segmentation offload; tx-generic-segmentation; gso_max_size; gso_max_segs
    did: Cuts a large send in software, as late as can be.
    here: The feature gso; gso-max-size and gso-max-segs bound what is cut at once.
    knob: tx-gso-partial; tx-gso-robust; tx-gso-list; tx-gre-segmentation; tx-udp_tnl-segmentation;
      tx-udp-segmentation
    run: rdmactl offload set IF gso=on  # in software
    run: rdmactl offload set IF gso-max-size=65536  # the largest piece

    name: gro
    also: generic receive offload; rx-gro; gro_max_size; rx-gro-list; rx-udp-gro-forwarding; rx-udp-gro-fwd
    did: Joins received packets of a connection in software, so that they can be cut again unchanged.
    here: The feature gro; safe in routers and bridges. rx-gro-hw is the same done by the adapter.
    knob: rx-gro-hw
    run: rdmactl offload set IF gro=on  # join them

    name: rx-fcs
    also: rx-all; receive FCS; receive all frames
    did: Shows the check sum of frames (rx-fcs), or takes damaged frames too (rx-all): for those who look for faults.
    here: The features rx-fcs and rx-all, where the driver has them.
    run: rdmactl offload set IF rx-fcs=on  # with the frame's check sum
    run: rdmactl offload set IF rx-all=on  # damaged frames too

    name: highdma
    did: The adapter reaches all memory; without it the kernel copies.
    here: The feature highdma.
    run: rdmactl offload show IF  # on, off, or fixed

    name: hw-tc
    also: hw-tc-offload; tc offload; switchdev
    did: The adapter executes tc rules in hardware.
    here: The feature hw-tc; the adapter's switch often has to be in switchdev mode.
    run: rdmactl offload set IF hw-tc=on  # let rules go to the adapter
    run: devlink dev eswitch show DEVICE  # legacy or switchdev

    name: xps
    also: transmit packet steering; xps_cpus; xps_rxqs
    did: Which processors use which send queue.
    here: A set of processors for each send queue.
    run: rdmactl offload show IF  # the sets
    run: rdmactl offload set IF xps=0-3  # these processors

    name: rps
    also: receive packet steering; RFS; receive flow steering; rps_cpus; rps_flow_cnt
    did: Spreads received packets over processors in software: RSS for adapters with one queue.
    here: A set of processors for the receive queues; RFS sends a flow to where its program runs.
    knob: net.core.rps_sock_flow_entries
    run: rdmactl offload show IF  # the sets
    run: rdmactl offload set IF rps=0-3  # these processors

    name: txqueuelen
    also: tx queue length; qlen
    did: How many packets wait above the driver.
    here: A number of packets, for queueing disciplines that ask for it.
    run: rdmactl offload set IF txqueuelen=10000  # longer

    name: busy polling
    also: busy_poll; busy_read; net.core.busy_poll; net.core.busy_read; SO_BUSY_POLL; low latency sockets
    did: A program that waits for a packet looks at the queue itself instead of waiting for an interrupt.
    here: Microseconds: busy_poll for poll and select, busy_read for reads of a socket. Costs processor time.
    knob: napi-defer; gro-flush-timeout
    run: rdmactl offload set busy_poll=50 busy_read=50  # 50 microseconds
    run: rdmactl offload tune show latency IF  # with what belongs to it

    name: netdev_max_backlog
    also: net.core.netdev_max_backlog; backlog; netdev_budget; net.core.netdev_budget
    did: How many received packets may wait for a processor that RPS gave them to; netdev_budget: how many a poll
      takes.
    here: Two sysctls; raise them when /proc/net/softnet_stat counts drops or squeezes.
    run: cat /proc/net/softnet_stat  # second column: dropped, third: squeezed
    run: rdmactl offload set netdev_max_backlog=250000  # as Mellanox' script has it

    name: tcp_low_latency
    also: net.ipv4.tcp_low_latency
    did: Once chose latency before throughput; Mellanox' tuning script sets it to 1.
    none: today's kernels accept it for old scripts; see the profile latency instead.
    run: rdmactl offload tune show latency IF  # what helps today

    name: tcp_congestion_control
    also: net.ipv4.tcp_congestion_control; congestion control; congestion provider; bbr; cubic; dctcp
    did: How TCP reacts to congestion.
    here: The name of an algorithm; one that is a module is loaded when it is chosen.
    knob: net.ipv4.tcp_available_congestion_control
    run: rdmactl offload show  # the TCP settings
    run: rdmactl offload set tcp_congestion_control=NAME  # choose one
    """#
}
