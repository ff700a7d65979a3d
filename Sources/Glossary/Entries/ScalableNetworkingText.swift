extension GlossaryText {
  /// WindowsDocuments.md#scalable-networking-pack: KB 912222, the Cable Guy of June 2006, the networking guide of 2008
  /// R2.
  static let scalableNetworking = #"""
    name: Scalable Networking Pack
    also: SNP; Windows Server 2003 Scalable Networking Pack; KB 912222; SNP release
    stood: an update of Windows Server 2003, part of its Service Pack 2 and of Windows Server 2008
    did: Brought TCP Chimney, RSS and NetDMA, and with them NDIS 5.2. All were on after the installation.
    rules: Restart the computer. Removed by Add or Remove Programs. With some adapters TCP/IP statistics were counted
      twice.
    none: its parts are in the kernel, or were given up; look up EnableTCPChimney, EnableRSS and EnableTCPA.
    run: rdmactl offload show  # what this machine's interfaces do instead

    name: EnableTCPChimney
    also: chimney; TCP Chimney; TCP Chimney Offload; TOE; TCP offload engine; netsh int tcp set global chimney; netsh
      int ip set chimney
    stood: REG_DWORD in HKLM\...\Services\Tcpip\Parameters; 2003: netsh int ip set chimney enabled|disabled; 2008:
      netsh int tcp set global chimney=enabled|disabled, from R2 also automatic
    did: Gave whole TCP connections to the adapter (a TCP offload engine), for long connections with large payloads.
    range: 0 or 1; on with the Scalable Networking Pack of 2003, off in 2008, automatic in 2008 R2
    rules: A registry change needs a restart, netsh does not. Not together with NetDMA, which wins, nor with IPsec
      policies, NAT, network load balancing or Hyper-V. Firewalls, teaming and sniffers of other makers could stop it;
      KB 912222 says the Windows Firewall did too, Microsoft's later article that it does not.
    none: Linux keeps TCP in the kernel by design and has no TCP offload engine. What people want from it is
      segmentation (TSO, GSO), coalescing (GRO, LRO), TLS offload, or sockets over RDMA (SMC-R, rsockets).
    knob: tls-hw-tx-offload; tls-hw-rx-offload
    run: rdmactl offload show IF  # the state of tso, gso, gro and lro
    run: rdmactl offload set IF tso=on gso=on gro=on  # the stateless heirs
    run: rdmactl explain rsocket  # TCP-like sockets over RDMA

    name: EnableTCPA
    also: NetDMA; I/OAT; Intel I/O Acceleration Technology
    stood: REG_DWORD in HKLM\...\Services\Tcpip\Parameters; 2008 has no netsh word for it
    did: NetDMA: a DMA engine of the chipset (Intel I/OAT) copied received data to the programs' buffers.
    range: 0 or 1; on when absent
    rules: Restart the computer. Not together with TCP Chimney (NetDMA wins), NAT or IPsec. The 2010 readme wants the
      newest I/OAT driver and warns: from 256 bytes on latency rises, while throughput rises too.
    none: the kernel's NET_DMA was removed, and net.ipv4.tcp_dma_copybreak with it. The module ioatdma still serves
      other users of the engine.
    knob: tcp_dma_copybreak; ioatdma
    run: lsmod | grep ioatdma  # whether the engine's driver is loaded

    name: MinPacketSizeToDma
    stood: a value in HKLM\...\Services\Tcpip\Parameters
    did: Smallest packet that NetDMA copied. Microsoft advised to leave it alone.
    rules: Only with NetDMA. Restart the computer.
    none: it went with NetDMA. Linux had net.ipv4.tcp_dma_copybreak (4096) until NET_DMA was removed.

    name: DmaSyncCompletionHighThreshold
    stood: a value in HKLM\...\Services\Tcpip\Parameters
    did: With less room than this left in a posted receive buffer, TCP waited for the DMA to end; 0 never waited.
    rules: Only with NetDMA. Restart the computer.
    none: it went with NetDMA.

    name: Chimney port lists
    also: TCP Chimney port policy; offload port list; REG_MULTI_SZ port lists
    stood: four REG_MULTI_SZ values in HKLM\...\Services\Tcpip\Parameters
    did: Named the source and destination ports whose connections might, or might not, be offloaded.
    range: ports 1 to 65535, at most 12 in a list, divided by blanks or commas; wrong numbers were ignored
    rules: Only with TCP Chimney.
    here: There is no engine to choose for. Nearest are steering rules of the adapter (n-tuple filters), which send a
      flow to a queue, and the choice by program of rsockets or SMC.
    knob: ntuple; ntuple-filters; rx-ntuple-filter
    run: rdmactl offload set IF ntuple=on  # let the adapter take rules
    run: ethtool -n IF  # the rules that are there
    run: ethtool -N IF flow-type tcp4 dst-port PORT action QUEUE  # one more rule

    name: EnableRSS
    also: RSS; receive side scaling; netsh int tcp set global rss; RSS mode
    stood: REG_DWORD in HKLM\...\Services\Tcpip\Parameters; 2008: netsh int tcp set global rss=enabled|disabled; RSS
      mode in the adapter's properties
    did: Spread received packets over processors by a hash of their addresses and ports.
    range: 0 or 1 (1)
    rules: No restart in 2008. Works with Chimney and with NetDMA. It had to fit the adapter's RSS mode, or the
      Mellanox driver did not start. On some adapters VMQ goes before it.
    here: The number of receive queues, the indirection table, the hash key and the hash fields. One channel, or a
      table that names queue 0 only, is RSS off. Where the adapter has one queue, RPS does the same in software.
    knob: rss; rss-table; rss-key; rss-function; rss-fields; rss-weight; rx-hash; rxhash; receive-hashing; rps;
      rps_cpus;
      rps_flow_cnt; rps_sock_flow_entries
    run: rdmactl offload show IF  # queues, table, key and hash fields
    run: rdmactl offload set IF rss=N  # spread over N queues

    name: MaxNumRssCpus
    also: maximum number of RSS CPUs; maximum number of RSS processors; *MaxRSSProcessors
    stood: REG_DWORD; 2003: HKLM\...\Services\Tcpip\Parameters; 2008: HKLM\...\Services\Ndis\Parameters; from 2008 R2
      also *MaxRSSProcessors of the adapter
    did: How many processors RSS used.
    range: up to 16 (4); General Tuning sets 2
    rules: Restart the adapter. Also limited by the processors that are left after the base.
    here: The number of channels that receive, and the processors that their interrupts go to. Today's measure is the
      cores of the adapter's NUMA node.
    knob: rss; channels; channels-rx; irq-affinity; smp_affinity_list
    run: rdmactl offload show IF  # channels, and where their interrupts go
    run: rdmactl offload set IF rss=N  # so many receive queues are used
    run: rdmactl offload set IF channels=N  # so many queue pairs are made

    name: RssBaseCpu
    also: base CPU; *RssBaseProcNumber; *RssBaseProcGroup
    stood: REG_DWORD; 2003: HKLM\...\Services\Tcpip\Parameters; 2008: HKLM\...\Services\Ndis\Parameters; from 2008 R2
      also *RssBaseProcNumber and *RssBaseProcGroup of the adapter
    did: First processor of RSS. General Tuning sets 1, which keeps processor 0 free.
    range: from 0 (0)
    rules: Restart the adapter.
    here: The interrupts of the queues go to processors from this one on, or the indirection table begins at a later
      queue. irqbalance moves interrupts again where it runs.
    knob: rss-base; irq-affinity; smp_affinity_list; rps; rps_cpus
    run: rdmactl offload show IF  # the table and the interrupts
    run: rdmactl offload set IF rss-base=1  # the first queue that RSS uses
    run: rdmactl offload set IF irq-affinity=1-3  # the processors of its interrupts

    name: *NumaNodeID
    also: preferred NUMA node
    stood: a value of the adapter, from Windows Server 2008 R2 on
    did: The NUMA node whose processors and memory the adapter was to use.
    rules: Restart the adapter.
    here: The node is a fact of the slot: /sys/class/net/IF/device/numa_node and local_cpulist. What can be chosen is
      where the interrupts go.
    knob: numa_node; local_cpulist; irq-affinity
    run: rdmactl offload show IF  # the node and its processors
    run: rdmactl offload set IF irq-affinity=LIST  # interrupts to these processors

    name: *VMQ
    also: VMDq; virtual machine queue; virtual machine queues
    stood: a value of the adapter, in Windows Server 2008 R2 with Hyper-V
    did: Gave each virtual machine a receive queue of the adapter; the adapter sorted frames by MAC address and VLAN.
    range: 0 or 1 (1)
    rules: Restart the adapter. On some adapters VMQ goes before RSS.
    here: The feature l2-fwd-offload (macvlan with queues of its own), SR-IOV virtual functions, the switchdev mode of
      the adapter's switch, or virtio with several queues.
    knob: l2-fwd; l2-fwd-offload; sriov_numvfs
    run: rdmactl offload show IF  # l2-fwd, the virtual functions, the mode of the switch
    run: rdmactl offload set IF l2-fwd=on  # queues for macvlan
    run: ip link show IF  # the virtual functions and their addresses
    run: devlink dev eswitch show DEVICE  # legacy or switchdev

    name: *VMQLookaheadSplit
    stood: a value of the adapter, in Windows Server 2008 R2
    did: Let the adapter write the start of a frame and its rest into different memory.
    range: 0 or 1 (1)
    rules: Obsolete from Windows Server 2012 on.
    none: Linux virtual functions and virtio do not ask the adapter for that.

    name: *VMQVlanFiltering
    stood: a value of the adapter, in Windows Server 2008 R2
    did: Sorted frames to machines by VLAN as well as by MAC address.
    range: 0 or 1 (1)
    here: The VLAN filter of the interface, and the VLAN of a virtual function.
    knob: vlan-filter; rx-vlan-filter
    run: rdmactl offload set IF vlan-filter=on  # drop frames of other VLANs in the adapter
    run: ip link set IF vf N vlan ID  # the VLAN of a virtual function

    name: *RssOrVmqPreference
    stood: a value of the adapter, in Windows Server 2008 R2
    did: Chose between RSS and VMQ where an adapter could do only one.
    here: They can be combined. Queues for RSS are channels; virtual functions have queues of their own.
    run: rdmactl offload show IF  # channels and virtual functions

    name: NDIS 5.2
    also: NDIS; NDIS 5.1; deferred procedure call; DPC
    stood: the Scalable Networking Pack brought it to Windows Server 2003
    did: NDIS 5.1 had one deferred procedure call for an adapter at a time; 5.2 allows one on each processor.
    here: NAPI polls each queue. It can run in threads, and can wait before interrupts are enabled again.
    knob: napi-threaded; threaded; gro-flush-timeout; gro_flush_timeout; napi-defer; napi_defer_hard_irqs
    run: rdmactl offload show IF  # how its queues are polled
    run: rdmactl offload set IF napi-threaded=on  # poll in kernel threads that can be scheduled
    run: rdmactl offload set IF napi-defer=2 gro-flush-timeout=20000  # poll on before interrupts are switched on again

    name: netsh int tcp show global
    also: netstat -t; netsh int tcp show; netsh interface tcp show global
    stood: a command of Windows Server 2008 and later
    did: Showed the state of Chimney, RSS and the other global TCP settings; netstat -t showed which connections were
      offloaded (InHost or Offload).
    here: One command shows the interfaces and the TCP settings; sockets show theirs with ss.
    run: rdmactl offload show  # every interface, and TCP
    run: ss -ti  # what each TCP connection does
    run: rdma resource show qp  # connections over RDMA

    name: DCA
    also: direct cache access; netsh int tcp set global dca
    stood: netsh int tcp set global dca=enabled|disabled, Windows Server 2008 R2
    did: Received data went to the processor's cache rather than to memory.
    rules: With 9K frames, I/OAT systems restarted by themselves on Windows Server 2008 (2010 readme).
    none: on current Intel machines the platform does it (DDIO), and firmware decides. The module ioatdma has a
      parameter ioat_dca_enabled for the old way.
    knob: ioat_dca_enabled
    run: cat /sys/module/ioatdma/parameters/ioat_dca_enabled  # the old way, where that module is loaded

    name: netsh int tcp set global autotuninglevel
    also: autotuning; autotuninglevel; receive window auto-tuning
    stood: netsh int tcp of Windows Server 2008 and later
    did: Let TCP choose its receive window.
    here: The kernel does so by default. The bounds are the three numbers of tcp_rmem: least, first and
      most.
    knob: net.ipv4.tcp_moderate_rcvbuf; net.ipv4.tcp_rmem
    run: rdmactl offload show  # the TCP settings
    run: rdmactl offload set tcp_moderate_rcvbuf=1  # let the kernel choose

    name: netsh int tcp set global ecncapability
    also: ecn; ecncapability; explicit congestion notification
    stood: netsh int tcp of Windows Server 2008 and later
    did: Let routers mark packets instead of dropping them.
    here: tcp_ecn: 0 never, 1 ask and answer, 2 answer when the other side asks (the default).
    knob: net.ipv4.tcp_ecn
    run: rdmactl offload show  # the TCP settings
    run: rdmactl offload set tcp_ecn=1  # ask for it

    name: IPsec Policy Agent
    also: IPNAT; NAT switches off offloads; IPsec policy
    stood: KB 912222
    did: With an IPsec policy or with NAT Windows switched Chimney and NetDMA off, and did not switch them on again.
    here: LRO goes off when forwarding is switched on, or when the interface joins a bridge, and stays off. IPsec can be
      done by the card (esp-hw-offload).
    knob: lro; esp-hw-offload
    run: rdmactl offload show IF  # lro and esp-hw-offload
    run: rdmactl explain LRO  # the rules

    name: Statistics are counted twice
    also: statistics counted twice; double counting of statistics; network statistics twice
    stood: KB 912222, open issues of the Scalable Networking Pack
    did: With offload, some statistics of the interface were counted twice.
    none: the kernel counts a packet once; with GRO and TSO it counts the large one that it handles.

    name: Performance monitor counters of offload
    also: TCPv4 Chimney counters; Per Processor Network Interface Card Activity; performance monitor counters; RSS
      counters
    stood: Windows Server 2008 R2 guide
    did: Counters of offloaded connections, and of packets by processor.
    here: Counters of the port, and of each queue where the driver has them.
    run: rdmactl status --counters  # the port
    run: rdmactl counters  # all that the driver counts
    run: ethtool -S IF  # by queue

    name: Best throughput against latency
    also: best throughput; buffers against latency; back up the registry
    stood: KB 924286
    did: More Winsock Direct buffers gave throughput and cost latency; only vendors were to change them, after a backup
      of
      the registry.
    here: Measure both ways; every change that rdmactl makes has its way back in the journal.
    run: rdmactl perf bw HOST  # throughput
    run: rdmactl perf lat HOST  # latency
    run: rdmactl history  # every change, and the way back
    """#
}
