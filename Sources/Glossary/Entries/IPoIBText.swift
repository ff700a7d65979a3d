extension GlossaryText {
  /// WindowsDocuments.md#ipoib: section 4 of the WinOF VPI readme, and the driver's INF.
  static let ipoib = #"""
    name: PayloadMtu
    also: IPoIB MTU; 4K MTU; 2044; 4092
    stood: adapter key of the IPoIB driver, and its properties
    did: Largest packet of IPoIB in datagram mode: the InfiniBand MTU less 4 bytes.
    range: 600 to 4092 (2044); later *JumboPacket 1500 to 4092
    rules: Disable and enable the adapter. 4K and large send offload not together (beta, readme 2.1.1). The MTU of the
      broadcast group is the limit.
    here: The MTU of the interface. For 4K the partition needs mtu=5 in opensm's partitions.conf.
    knob: mtu
    run: rdmactl offload show IF  # the MTU and its bounds
    run: rdmactl offload set IF mtu=4092  # where the partition allows it
    run: rdmactl sm lint  # mistakes in partitions.conf

    name: SendChksum
    also: Send Checksum Offload; send checksum; IPoIB send checksum
    stood: adapter key of the IPoIB driver, and its properties
    did: Computed the checksums of sent packets in the adapter.
    range: 0 off, 1 if the adapter can (1), 2 bypass: always claim success
    rules: Disable and enable the adapter. Off in connected mode.
    here: The feature tx-csum. Connected mode switches it off here too. There is no bypass: the kernel does not claim
      what nobody checked.
    knob: tx-csum; tx-checksum-ip-generic; tx-checksum-ipv4
    run: rdmactl offload show IF  # on, off, or fixed
    run: rdmactl offload set IF tx-csum=on  # compute in the adapter

    name: RecvChksum
    also: Receive Checksum Offload; receive checksum; IPoIB receive checksum
    stood: adapter key of the IPoIB driver, and its properties
    did: Checked the checksums of received packets in the adapter.
    range: 0 off, 1 if the adapter can (1), 2 bypass: always claim success
    rules: Disable and enable the adapter. Off in connected mode.
    here: The feature rx-csum; no bypass. On some drivers LRO falls with it.
    knob: rx-csum; rx-checksum
    run: rdmactl offload show IF  # on, off, or fixed
    run: rdmactl offload set IF rx-csum=on  # check in the adapter

    name: Checksum bypass
    also: bypass; checksum bypass mode
    stood: the third value of SendChksum and RecvChksum
    did: Always reported a correct checksum to Windows.
    none: the kernel refuses to call a checksum right that nobody computed. InfiniBand's own CRC protects the link
      anyway.
    run: rdmactl offload show IF  # checksum features

    name: lso
    also: LargeSendOffload of IPoIB; IPoIB LSO; LSOSize; LSOMinSegment; LSOTcpOptions; LSOIpOptions
    stood: adapter key of the IPoIB driver, and its properties
    did: Large send: the adapter cut a large TCP send into packets.
    range: 0 or 1; 1 in the INF, 0 in the driver's own table; LSOMinSegment 2 to 32
    rules: Disable and enable the adapter. All of *LsoV1IPv4, *LsoV2IPv4 and *LsoV2IPv6 off is lso off, and the
      reverse. Off in connected mode (event 0x63). Not together with a 4K MTU (beta, readme 2.1.1).
    here: The feature tso, by protocol tx-tcp-segmentation and tx-tcp6-segmentation. It needs tx-csum and sg.
      Connected mode switches it off here too.
    knob: tso; gso; gso-max-size; gso-max-segs; tx-tcp-segmentation; tx-tcp6-segmentation
    run: rdmactl offload show IF  # on, off, and why not
    run: rdmactl offload set IF tso=on  # cut in the adapter

    name: CmEnabled
    also: connected mode; IPoIB connected mode; CM mode; datagram mode; IPoIB mode
    stood: adapter key of the IPoIB driver
    did: Connected mode: a reliable connection to each neighbour instead of datagrams.
    range: 0 or 1 (0)
    rules: Disable and enable the adapter. Switches large send and checksums off, and doubles the low watermark.
    here: The mode of the interface, datagram or connected; connected drops checksums and TSO here too. Interfaces of
      the enhanced IPoIB of mlx5 have datagram only.
    knob: ipoib-mode; /sys/class/net/IF/mode
    run: rdmactl offload show IF  # the mode
    run: rdmactl offload set IF ipoib-mode=connected  # then the MTU may grow to 65520

    name: CmPayloadMtu
    also: connected mode MTU; 65520
    stood: adapter key of the IPoIB driver
    did: The MTU in connected mode.
    range: 512 to 65520 (65520)
    rules: Disable and enable the adapter.
    here: The MTU of the interface once its mode is connected, at most 65520.
    knob: mtu
    run: rdmactl offload set IF ipoib-mode=connected mtu=65520  # both at once

    name: RqDepth
    also: IPoIB receive queue depth; recv_queue_size
    stood: adapter key of the IPoIB driver
    did: Entries of the receive queue.
    range: 128 to 1024 in steps of 128 (512)
    rules: Disable and enable the adapter.
    here: The parameter recv_queue_size of ib_ipoib (256), which only a reload of the module changes; with mlx5's
      enhanced IPoIB the receive ring of the interface.
    knob: ib_ipoib.recv_queue_size; rx-ring
    run: cat /sys/module/ib_ipoib/parameters/recv_queue_size  # what it is now
    run: rdmactl offload set IF rx-ring=N  # where the driver has rings

    name: SqDepth
    also: IPoIB send queue depth; send_queue_size
    stood: adapter key of the IPoIB driver
    did: Entries of the send queue.
    range: 128 to 1024 in steps of 128 (512); the driver rounded
    rules: Disable and enable the adapter.
    here: The parameter send_queue_size of ib_ipoib (128), which only a reload of the module changes; with mlx5's
      enhanced IPoIB the send ring of the interface.
    knob: ib_ipoib.send_queue_size; tx-ring
    run: cat /sys/module/ib_ipoib/parameters/send_queue_size  # what it is now
    run: rdmactl offload set IF tx-ring=N  # where the driver has rings

    name: RqLowWatermark
    also: receive queue low watermark
    stood: adapter key of the IPoIB driver
    did: With fewer free receive entries than depth divided by this, the driver copied packets instead of lending
      them.
    range: 2 to 8 (4)
    rules: Disable and enable the adapter.
    none: the kernel's driver does not lend its buffers that way.

    name: RecvRatio
    also: receive pool ratio
    stood: adapter key of the IPoIB driver
    did: Size of the pool of receive buffers, as a multiple of the queue.
    range: 1 to 10 (1)
    none: the kernel makes receive buffers when it needs them.

    name: SaTimeout
    also: SA query timeout; event 0x4E
    stood: adapter key of the IPoIB driver
    did: Milliseconds to wait for an answer of the subnet administrator. Event 0x4E asked to raise it.
    range: from 500 in steps of 250 in the INF, the driver takes 250 (1000); later 250 to 60000
    none: the kernel's timeouts for such queries are fixed. When they fail, check the
      subnet manager.
    run: rdmactl sm status  # whether the master is alive

    name: SaRetries
    also: SA query retry count
    stood: adapter key of the IPoIB driver
    did: How often a query to the subnet administrator was repeated.
    range: from 1 (10); later 1 to 64
    none: the kernel's retries for such queries are fixed.
    run: rdmactl sm status  # whether the master is alive

    name: MCLeaveRescan
    also: multicast leave rescan
    stood: adapter key of the IPoIB driver
    did: Seconds between two looks for multicast groups to leave.
    range: 1 to 3600 (260)
    none: the kernel leaves a group when the last socket does, and joins again after longer and longer pauses.
    run: ip maddress show dev IF  # the groups of an interface

    name: BCJoinRetry
    also: broadcast join retry
    stood: adapter key of the IPoIB driver
    did: How often the driver tried to join the broadcast group.
    range: 0 to 1000 (50)
    none: the kernel goes on trying. Without the broadcast group an interface has no carrier: check the subnet
      manager.
    run: rdmactl sm list  # which subnet managers there are
    run: rdmactl fabric groups  # the multicast groups of the subnet

    name: bypass_check_bcast_rate
    also: broadcast rate; event 0x57
    stood: adapter key of the IPoIB driver
    did: Let a port join a broadcast group that is faster than itself. Without it event 0x57 reported that the rate is
      too
      slow.
    range: 0 or 1 (0)
    none: the group's rate is the subnet manager's to choose: rate= of the partition in partitions.conf.
    knob: partitions.conf
    run: rdmactl sm lint  # mistakes in partitions.conf
    run: rdmactl status  # the rates of the ports

    name: GUIDMask
    also: guid2mac_checker; guid2mac_checker.exe; MAC generation
    stood: REG_DWORD in the adapter key of the IPoIB driver, and its properties
    did: Which six of the eight bytes of the port GUID made the MAC address that Windows saw. guid2mac_checker showed
      whether the driver knew a GUID, and wrote a mask where it did not.
    range: 0 to 252, exactly six bits (0: by the maker's rule, else a counter)
    here: IPoIB on Linux has the GUID itself in its address; inventories, DHCP and eth-like names use the MAC form.
    run: rdmactl guid2mac --check  # the local ports
    run: rdmactl guid2mac GUID --mask 0xe7  # by a mask

    name: NetworkAddress
    also: Locally Administered Address; MAC override
    stood: adapter key, and the adapter's properties
    did: A MAC address instead of the computed one; only one that is locally administered and no group address.
    range: six bytes
    here: Of an IPoIB interface only the last eight bytes can change, and only while the link is down. A virtual
      function gets its GUIDs from its parent.
    run: ip link set IF vf N port_guid GUID  # the port GUID of a virtual function
    run: ip link set IF address ADDRESS  # an Ethernet interface

    name: *NetworkDirect
    also: RDMACapable; ND; NDK
    stood: a value of the adapter
    did: Gave programs RDMA through the NetworkDirect provider.
    range: 0 or 1 (1)
    here: Programs use /dev/infiniband (modules ib_uverbs and rdma_ucm). mlx5 can switch it by devlink parameters,
      which a reload of the device puts in force.
    knob: ib_uverbs; rdma_ucm; enable_rdma; enable_roce
    run: rdmactl status  # RDMA devices and their ports
    run: devlink dev param show  # enable_rdma and enable_roce, where the driver has them

    name: MediumType802_3
    also: 802.3 medium
    stood: adapter key of a later IPoIB driver (WinOF manual 4.70)
    did: Showed the IPoIB adapter to Windows as an Ethernet adapter.
    range: 0 or 1 (0)
    none: eth_ipoib, which did that on Linux, never came into the kernel.

    name: RecvCompletionMethod
    also: Receive Completion Method; receive completion
    stood: adapter key of later drivers, and the adapter's properties
    did: How the driver learned of received packets: by polling or by interrupts that adapt.
    range: 0 polling, 1 adaptive (1)
    here: Interrupts that adapt are adaptive-rx; polling is busy_poll and busy_read for sockets, and threaded NAPI.
    knob: adaptive-rx; busy_poll; busy_read; napi-threaded; net.core.busy_poll; net.core.busy_read
    run: rdmactl offload show IF  # moderation and polling
    run: rdmactl offload set IF adaptive-rx=on  # interrupts that adapt
    run: rdmactl offload set busy_poll=50 busy_read=50  # sockets poll for 50 microseconds

    name: part_man
    also: part_man add; part_man rem; part_man show; PartitionKey; partition; P_Key
    stood: a command of the driver package, and a value of each adapter
    did: Made and removed IPoIB interfaces on partitions; 0xFFFF is neither shown nor made.
    here: A child interface of the IPoIB interface for each partition key. The port must be a member of the partition.
    knob: create_child; delete_child; /sys/class/net/IF/create_child
    run: rdmactl offload show IF  # the mode, and the children
    run: ip link add link IF name IF.PKEY type ipoib pkey PKEY  # make one
    run: ip link delete IF.PKEY  # remove it

    name: IPoIB address setup
    also: IPoIB Setup; static IP of IPoIB; Local Area Connection of IPoIB
    stood: readme section 4.1
    did: Gave each InfiniBand port an address of a subnet of its own, different from those of Ethernet. A subnet
      manager must run.
    here: The same rule.
    run: ip address add ADDRESS/24 dev IF  # an address
    run: rdmactl status  # whether the port is active
    run: rdmactl sm list  # whether a subnet manager runs

    name: IPoIB Performance Tuning
    also: Advanced tab; IPoIB_registry_values.pdf; IPoIB properties
    stood: readme section 4.2.2: the Advanced tab of the adapter's properties
    did: Where the parameters of the IPoIB adapter were changed.
    here: One command shows them, one sets them, one takes them back.
    run: rdmactl offload show IF  # all of them
    run: rdmactl offload tune show throughput IF  # what a profile would change

    name: IGMP
    also: IGMP v2; igmpprototype; igmprtrv2; netsh routing ip igmp; netsh routing ip igmp install; KB 815752;
      servermanagercmd -install NPAS-RRAS-Services; IGMP configuration; NPAS-RRAS-Services
    stood: readme section 4.2.4: netsh routing ip igmp install, then add interface NAME igmpprototype=igmprtrv2; in
      2008 servermanagercmd -install NPAS-RRAS-Services first
    did: Multicast over IPoIB worked with IGMP version 2 only; the default is 3.
    here: IPoIB on Linux works with version 3. Where a switch or router needs 2, the interface can be set to it, at
      once.
    knob: force_igmp_version; net.ipv4.conf.IF.force_igmp_version; net.ipv6.conf.IF.force_mld_version;
      igmp_max_memberships; igmp_qrv
    run: rdmactl igmp show IF  # version, why, groups, and whether the subnet manager has them
    run: rdmactl igmp set IF 2  # version 2; 0 is the kernel's choice
    run: rdmactl undo  # take it back
    """#
}
