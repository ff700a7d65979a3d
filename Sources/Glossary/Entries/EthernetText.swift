extension GlossaryText {
  /// WindowsDocuments.md#ethernet: section 6.1 of the WinOF VPI readme, and the registry values of the drivers.
  static let ethernet = #"""
    name: Receive queues
    also: up to 16 Rx queues; number of RX queues; Rx queues per port; Maximum number of RSS queues; one or two ports
    stood: a capability of the Ethernet driver, readme section 6.1
    did: One or two ports, each with up to 16 receive queues.
    here: The channels of the interface. A channel is an interrupt with a receive queue, a send queue, or both
      (combined).
    knob: channels; channels-rx; channels-tx; channels-other
    run: rdmactl offload show IF  # how many there are, and how many there could be
    run: rdmactl offload set IF channels=N  # combined ones

    name: No Dynamic Rebalancing
    also: RSS mode No Dynamic Rebalancing; dynamic rebalancing
    stood: a value of RSS mode in the adapter's properties; readme section 6.5
    did: Switched the adapter's RSS off, so that the driver started although Windows had RSS off; slow, and not
      advised.
    none: a Linux driver starts with any setting of RSS.
    knob: rss
    run: rdmactl offload show IF  # queues and table

    name: TX Checksum Offload
    also: Hardware Tx/Rx checksum calculation; TCP Checksum Offload; transmit checksum; tx checksumming; checksum
      offload; tx-csum; *TCPChecksumOffloadIPv4; task offload
    stood: a capability of the Ethernet driver, readme section 6.1
    did: The adapter computed the checksums of sent packets.
    rules: On Linux segmentation needs it: with tx-csum off the kernel switches TSO off too.
    here: The feature tx-csum: one bit or several, by protocol.
    knob: tx-csum; tx-checksum-ipv4; tx-checksum-ipv6; tx-checksum-ip-generic; tx-checksum-sctp; tx-checksum-fcoe-crc;
      tx
    run: rdmactl offload show IF  # each of them
    run: rdmactl offload set IF tx-csum=on tso=on  # both, in the right order

    name: RX Checksum Offload
    also: receive checksumming; rx-checksumming; rx-csum; *UDPChecksumOffloadIPv4
    stood: a capability of the Ethernet driver, readme section 6.1
    did: The adapter checked the checksums of received packets.
    rules: On some drivers LRO falls with it; some refuse to switch it off.
    here: The feature rx-csum.
    knob: rx-csum; rx-checksum; rx
    run: rdmactl offload show IF  # on, off, or fixed
    run: rdmactl offload set IF rx-csum=on  # check in the adapter

    name: Large Send Offload
    also: LSO; TSO; TCP segmentation offload; *LsoV1IPv4; *LsoV2IPv4; *LsoV2IPv6; LsoV1; LsoV2
    stood: a capability of the Ethernet driver, readme section 6.1; *LsoV1IPv4, *LsoV2IPv4 and *LsoV2IPv6 in the
      adapter key
    did: The adapter cut a large TCP send into packets.
    range: 0 or 1 (1)
    rules: Needs tx-csum and sg. The kernel remembers what was wanted: TSO returns when tx-csum does.
    here: The feature tso; gso does the same in software, late on the way down.
    knob: tso; tx-tcp-segmentation; tx-tcp6-segmentation; tx-tcp-ecn-segmentation; tx-tcp-mangleid-segmentation
    run: rdmactl offload show IF  # wanted and active
    run: rdmactl offload set IF tso=on  # cut in the adapter
    run: rdmactl offload set IF gso=on  # at least in software

    name: Multicast filter
    also: hardware multicast filtering; multicast filtering
    stood: a capability of the Ethernet driver, readme section 6.1
    did: The adapter dropped frames to groups that nobody had joined.
    here: Always on, except where an interface takes all of them (flags ALLMULTI and PROMISC).
    knob: allmulti; promisc
    run: ip -d link show IF  # the flags, and who asked for them
    run: ip maddress show dev IF  # the groups

    name: *InterruptModeration
    also: adaptive interrupt moderation; interrupt coalescing; coalescing; Rx Interrupt Moderation Type; Rx packet
      count; Rx packet time
    stood: adapter key, and the adapter's properties
    did: One interrupt for several packets; the adaptive form follows the load.
    range: 0 or 1 (1); 5 packets or 10 microseconds
    here: Coalescing: adaptive-rx and adaptive-tx, or fixed with rx-usecs, rx-frames, tx-usecs and tx-frames. RDMA's
      own completion queues have a switch of their own.
    knob: adaptive-rx; adaptive-tx; rx-usecs; rx-frames; rx-usecs-irq; rx-frames-irq; tx-usecs; tx-frames;
      tx-usecs-irq; tx-frames-irq; cqe-mode; adaptive-moderation
    run: rdmactl offload show IF  # what the driver takes, and its values
    run: rdmactl offload set IF adaptive-rx=on  # follow the load
    run: rdmactl offload set IF adaptive-rx=off rx-usecs=8  # fixed
    run: rdma dev set DEVICE adaptive-moderation on  # of RDMA completion queues

    name: Send Completion Method
    also: send completion; Send Completion Method polling; polling on send completion queue; polling on receive
      completion queue; Performance Options
    stood: the adapter's properties, Advanced, Performance Options; readme sections 6.1 and 6.2
    did: How the driver learned that packets were sent: by interrupt, or by polling, which saves interrupts.
    range: interrupt or polling (interrupt)
    here: NAPI takes completions in rounds; sockets may poll (busy_poll, busy_read), and interrupts can be put off
      (napi-defer with gro-flush-timeout). Programs on verbs poll by themselves.
    knob: busy_poll; busy_read; net.core.busy_poll; net.core.busy_read; SO_BUSY_POLL; napi-threaded; napi-defer;
      gro-flush-timeout
    run: rdmactl offload show IF  # polling and moderation
    run: rdmactl offload set busy_poll=50 busy_read=50  # sockets poll for 50 microseconds
    run: rdmactl offload tune show latency IF  # what else shortens the way

    name: MSI-X
    also: MSI-X support; SingleMsixNum; MultiMsixNum; MSI-X vectors
    stood: a capability of the Ethernet driver from Windows Server 2008 on; SingleMsixNum and MultiMsixNum of the bus
      driver
    did: An interrupt of its own for each queue.
    here: The kernel distributes the vectors; the parameter msi_x of mlx4_core switches them off, and
      sriov_vf_msix_count gives them to a virtual function.
    knob: msi_x; msi_irqs; sriov_vf_msix_count
    run: rdmactl offload show IF  # the interrupts of each queue
    run: ls /sys/class/net/IF/device/msi_irqs  # their numbers

    name: VLAN acceleration
    also: VLAN Tx/Rx acceleration; HW VLAN stripping/insertion; VLAN stripping; VLAN insertion; rx-vlan-offload;
      tx-vlan-offload; rxvlan; txvlan; *PriorityVLANTag; VLAN tagging
    stood: a capability of the Ethernet driver, readme section 6.1
    did: The adapter took VLAN tags off received frames and put them into sent ones.
    rules: On some drivers the two hang together: rx drags tx along, and tx alone is refused.
    here: The features vlan-rx and vlan-tx.
    knob: vlan-rx; vlan-tx; rx-vlan-hw-parse; tx-vlan-hw-insert; rx-vlan-stag-hw-parse; tx-vlan-stag-hw-insert
    run: rdmactl offload show IF  # both
    run: rdmactl offload set IF vlan-rx=on vlan-tx=on  # both at once

    name: HW VLAN filtering
    also: VLAN filter; LogNumVlan
    stood: a capability of the Ethernet driver, readme section 6.1; LogNumVlan of the bus driver
    did: The adapter dropped frames of VLANs that nobody uses.
    here: The feature vlan-filter.
    knob: vlan-filter; rx-vlan-filter; rx-vlan-stag-filter; log_num_vlan
    run: rdmactl offload show IF  # on, off, or fixed
    run: rdmactl offload set IF vlan-filter=on  # drop them in the adapter

    name: LBFO
    also: bundle; high availability; load balancing; fault tolerance bundle; teaming; NIC teaming; bond; bonding
    stood: the LBFO page of the adapter, readme sections 6.1 and 6.4
    did: Made one interface of several ports, for safety or for load.
    here: A bond (or a team). Offloads of the bond and of its members are set apart: TSO set on a bond does not reach
      them.
    knob: bonding; team; master
    run: rdmactl offload show IF  # names the master and the VLANs
    run: ip link add NAME type bond mode active-backup  # a bond
    run: ip link set IF master NAME  # a member, while it is down

    name: QoS
    also: Quality of Service; EnableQoS; UsePrio; Tx arbitration mode; VLAN user-priority; TX arbitration by VLAN
      priority; DCB
    stood: capabilities of the Ethernet driver, off by default; EnableQoS and UsePrio of the bus driver
    did: Sent frames by priority; Tx arbitration mode took the priority of the VLAN tag.
    range: off or on (off)
    here: DCB (the command dcb), mqprio queues, and the egress map of a VLAN. The parameter use_prio of mlx4_core is
      deprecated.
    knob: dcb; mqprio; mlx4_core.use_prio; mlx4_core.enable_qos; pfctx; pfcrx
    run: rdmactl roce check DEVICE  # priority, PFC, traffic classes: is RoCE lossless, and why not
    run: tc qdisc show dev IF  # queues
    run: ip link set IF.VLAN type vlan egress 0:0 1:1  # priorities in the tag

    name: Flow Control
    also: pause frames; pause; Rx Pause; Tx Pause
    stood: the adapter's properties
    did: Let a receiver that is full stop the sender for a while.
    here: Pause frames. A few drivers accept a change and do not apply it: rdmactl reads back and says so.
    knob: pause-rx; pause-tx; pause-autoneg
    run: rdmactl offload show IF  # set and agreed
    run: rdmactl offload set IF pause-rx=on pause-tx=on  # both ways

    name: *JumboPacket
    also: jumbo frames; MTU; 9K frames; jumbo frame; Packet size
    stood: adapter key, and the adapter's properties
    did: Size of the largest frame.
    range: 600 to 9600 (1514); in the manual of WinOF 4.70 614 to 9614. The header counts here, unlike in Linux's MTU.
    here: The MTU of the interface; the kernel shows the driver's limits. Every hop of the path must support it.
    knob: mtu
    run: rdmactl offload show IF  # the MTU and its bounds
    run: rdmactl offload set IF mtu=9000  # jumbo frames
    run: ping -M do -s 8972 HOST  # whether the way takes them

    name: *ReceiveBuffers
    also: Receive Ring Size; number of receive buffers; receive ring
    stood: adapter key, and the adapter's properties; readme section 6.2.2
    did: Entries of the receive ring. The readme says that fewer may be faster on some machines.
    range: 4096 for Ethernet (WinOF 5.50), 1024 in the manual of WinOF 4.70
    here: The receive ring. Some drivers round the number or raise it: rdmactl reads back and says what was got.
    knob: rx-ring; rx-mini-ring; rx-jumbo-ring
    run: rdmactl offload show IF  # now and at most
    run: rdmactl offload set IF rx-ring=N  # entries for each queue

    name: *TransmitBuffers
    also: Send Buffers of the adapter; send ring; transmit ring
    stood: adapter key, and the adapter's properties
    did: Entries of the send ring.
    range: 2048 (WinOF 5.50)
    here: The send ring.
    knob: tx-ring
    run: rdmactl offload show IF  # now and at most
    run: rdmactl offload set IF tx-ring=N  # entries for each queue

    name: *RscIPv4
    also: LRO; RSC; receive segment coalescing; large receive offload; *RscIPv6
    stood: adapter key of later drivers
    did: Joined received packets of a TCP connection before the system saw them.
    rules: LRO falls with rx-csum on some drivers, with forwarding, and when the interface joins a bridge; it does not
      return then.
    here: lro in the adapter, rx-gro-hw in adapters that keep packet borders, gro in software. A router or a bridge
      must not use LRO.
    knob: lro; rx-lro; gro; rx-gro; rx-gro-hw; generic-receive-offload
    run: rdmactl offload show IF  # all three
    run: rdmactl offload set IF gro=on  # safe everywhere
    run: rdmactl offload set IF lro=on  # on hosts that forward no packets

    name: mlx4 bus parameters
    also: mlx4_bus.inx; LogNumQp; LogNumRdmaRc; LogNumSrq; LogNumCq; LogNumMcg; LogNumMpt; LogNumMtt; LogMttsPerSeg;
      LogNumMac; BlockMcastLoopBack; InterruptFromFirstPacket; MaximumWorkingThreads; SlaveNum; SrIov; ProbeVf;
      Set4kMtu; EnableRoce; mlx4_bus
    stood: values of the bus driver mlx4_bus, for all cards
    did: Sizes of the card's tables (powers of two), and switches: LogNumQp 17, LogNumRdmaRc 4, LogNumSrq 16, LogNumCq
      16, LogNumMcg 13, LogNumMpt 17, LogNumMtt 20, LogMttsPerSeg 3, LogNumMac 7, LogNumVlan 7, EnableRoce "0,0",
      SlaveNum 7, SrIov 0, ProbeVf 0, Set4kMtu 1, BlockMcastLoopBack 0, InterruptFromFirstPacket 1,
      MaximumWorkingThreads 4.
    rules: Reload the driver.
    here: Parameters of the module mlx4_core, where they exist: log_mtts_per_seg (0 to 7), log_num_mac, log_num_vlan,
      log_num_mgm_entry_size, num_vfs, probe_vf, port_type_array, enable_qos, use_prio, msi_x, internal_err_reset. There
      are neither set_4k_mtu nor log_num_qp in Linux 6.1. They are set in modprobe.d and need a reload of the module.
    knob: mlx4_core; log_mtts_per_seg; log_num_mac; log_num_mgm_entry_size; num_vfs; probe_vf; internal_err_reset;
      enable_4k_uar; enable_64b_cqe_eqe
    run: modinfo -p mlx4_core  # those that this kernel has
    run: grep -r . /sys/module/mlx4_core/parameters  # their values

    name: TunePci
    also: mthca parameters
    stood: a value of the InfiniHost driver
    did: Raised the PCI burst above what the BIOS had set.
    here: The parameter tune_pci of ib_mthca; it also has num_qp, num_cq, num_mpt, num_mtt, num_mcg and msi_x.
    knob: ib_mthca; num_qp; num_cq; num_mpt; num_mtt; num_mcg
    run: modinfo -p ib_mthca  # those that this kernel has
    """#
}
