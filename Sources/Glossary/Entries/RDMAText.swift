extension GlossaryText {
  /// Words of an InfiniBand, RoCE or PCI Express day on Linux.
  static let rdma = #"""
    name: LID
    also: local identifier; local LID; base LID; LID 65535; 65535; 0xffff
    did: The 16-bit address of a port inside its subnet. The subnet manager assigns it; 0 means that no subnet manager
      has configured the port, 65535 means that the port has no address of its own (a virtual function without one).
    range: 1 to 49151 for ports, 49152 to 65534 for multicast groups
    here: The LID column of rdmactl status.
    run: rdmactl status  # the LIDs of all ports
    run: rdmactl sm list  # the subnet managers that assign them

    name: port not active
    also: port 1 not active; port 2 not active; link not active; state not active; port inactive
    did: A port carries data only in the state active. Down means no link, init means a link without a subnet manager,
      armed means that a subnet manager is configuring it.
    here: rdmactl status prints the reason below its table.
    run: rdmactl status  # the reason for each port
    run: rdmactl status --wait active  # wait until all ports are active

    name: state 4
    also: 4: ACTIVE; 1: DOWN; 2: INIT; 3: ARMED; 5: ACTIVE_DEFER
    did: The port state with its number, as the kernel writes it in sysfs.
    here: The STATE column of rdmactl status, without the number.
    run: rdmactl status  # state and reason

    name: IPoIB broadcast group
    also: broadcast group; multicast join failed; broadcast join failed; ib0: multicast join failed; ipoib broadcast
    did: Every IPoIB interface joins one multicast group of its partition before it can send. The join fails when no
      subnet manager answers, when the group is missing, or when its rate or MTU is more than the port has.
    here: The flag ipoib of the partition in partitions.conf makes the group; its rate and mtu must fit the slowest
      port.
    run: rdmactl sm status  # whether a subnet manager is alive
    run: rdmactl sm lint  # faults in partitions.conf

    name: partition with IPoIB
    also: partition ipoib; ipoib partition; ipoib flag; ipoib pkey; pkey ipoib
    did: The flag ipoib in partitions.conf makes opensm create the broadcast group of that partition; without it an
      IPoIB
      interface on this P_Key stays without carrier.
    here: The line of the partition in partitions.conf of opensm.
    run: rdmactl sm lint  # check partitions.conf

    name: IPoIB client identifier
    also: client identifier; dhcp client identifier; client id
    did: The hardware address of IPoIB has 20 bytes and changes at each boot, so DHCP over InfiniBand identifies a
      client
      by its port GUID instead.
    here: A DHCP server needs the client identifier ff:00:00:00:00:00:02:00:00:02:c9:00 with the port GUID behind it.
    run: rdmactl status  # the port GUIDs

    name: IPoIB hardware address
    also: hardware address; infiniband hardware address; 20 byte address; link layer address
    did: Four bytes with the queue pair number and 16 bytes with the GID. The last eight bytes are the port GUID.
    here: The kernel prints it in ip link; rdmactl guid2mac takes it.
    run: rdmactl guid2mac --check  # the MAC addresses of the local ports
    run: ip link show  # the hardware addresses

    name: GID
    also: GID index; GID table; NCCL_IB_GID_INDEX; global identifier; sgid_index; UCX_IB_GID_INDEX
    did: The 128-bit address of a port. With RoCE a port has one for each IP address and RoCE version; programs choose
      by
      index, and a wrong index is a frequent reason for a connection that fails.
    here: RoCE v2 with an IPv4 address is the usual choice: look for type RoCE v2 and an ffff: address.
    run: rdmactl status --gids  # index, type and interface of each GID

    name: RoCE
    also: RoCE v2; RoCE v1; RDMA over Converged Ethernet
    did: RDMA over Ethernet: version 1 inside the layer 2 network, version 2 in UDP port 4791, which can be routed. It
      needs a network that loses few packets (PFC or ECN).
    here: An Ethernet port of an RDMA device; there is no subnet manager.
    run: rdmactl status --gids  # the RoCE version of each GID
    run: rdmactl counters  # congestion and loss

    name: cma_roce_mode
    also: default_roce_mode; rdma_cm RoCE version
    did: Sets the RoCE version that programs get which connect through rdma_cm.
    here: The file default_roce_mode of the port in configfs below rdma_cm.
    run: rdmactl status --gids  # the versions that the port has

    name: traffic class
    also: ToS; DSCP; default_roce_tos; cma_roce_tos; NCCL_IB_TC
    did: The byte of the IP header by which switches choose the queue of a RoCE packet. Its upper six bits are DSCP.
    here: The file default_roce_tos of the port in configfs below rdma_cm, or the option of the program.
    run: dcb app show dev IF  # the priority of each DSCP

    name: trust mode
    also: trust dscp; trust pcp; qos trust
    did: Says whether an Ethernet port takes a packet's priority from DSCP or from the VLAN tag.
    here: The DCB application table, or mlnx_qos of the vendor's tools.
    run: dcb app show dev IF  # the table in use

    name: PFC
    also: priority flow control; 802.1Qbb; pfc_en; per priority flow control
    did: Pauses one priority of an Ethernet link, so that RoCE loses no packets while other traffic goes on.
    here: Set on the port and on the switch for the same priority. It excludes global pause on the same port.
    run: dcb pfc show dev IF  # the priorities with flow control
    run: rdmactl offload show IF  # global pause: rx-pause and tx-pause

    name: CNP
    also: congestion notification packet; DCQCN; RoCE congestion control; np_cnp_sent; rp_cnp_handled; rp_cnp_ignored;
      np_ecn_marked_roce_packets; cnp_handled; cnp_sent; RoCE ECN
    did: A receiver that sees packets with an ECN mark sends a CNP, and the sender of the data slows down. np_cnp_sent
      counts those this port sent, rp_cnp_handled those it obeyed.
    here: Counters of the port. Both growing means congestion on the path, which ECN handles.
    run: rdmactl counters  # the counters

    name: mlnx_qos
    also: lldptool; dcbtool; data center bridging
    did: Sets priorities, PFC, trust mode and bandwidth shares of an Ethernet port.
    here: The dcb command of iproute2 does the same with the kernel's own interface.
    run: dcb pfc show dev IF  # flow control
    run: dcb ets show dev IF  # bandwidth shares

    name: out_of_sequence
    also: packet_seq_err; rnr_nak_retry_err; implied_nak_seq_err; duplicate_request
    did: Packets of a connection arrived in the wrong order, or the other end reported that: packets were lost on the
      way.
    here: A counter of the port. With RoCE check PFC or ECN; with InfiniBand check the cables of the path.
    run: rdmactl counters  # how often
    run: rdmactl fabric errors  # faulty links of an InfiniBand fabric

    name: out_of_buffer
    also: rx_out_of_buffer; rnr_nak; no receive buffer
    did: Packets arrived for a queue pair without posted receive buffers; the program is too slow or posts too few.
    here: A counter of the port.
    run: rdmactl counters  # how often

    name: local_ack_timeout_err
    also: retry exceeded; transport retry counter exceeded; IBV_WC_RETRY_EXC_ERR; wc status 12; status 12; vendor err
      129;
      vendor error 129; ack timeout; req_transport_retries_exceeded
    did: The other end did not acknowledge in time, after all retries. It is gone, its port is down, the path loses
      packets, or the GID index is wrong.
    here: A counter of the port, and the error of the program.
    run: rdmactl counters  # how often
    run: rdmactl status --gids  # whether the GID is of the expected type
    run: rdmactl fabric errors  # faulty links

    name: rx_discards_phy
    also: rx_discards; rx_missed_errors; rx_dropped; rx_out_of_range_len_phy
    did: The adapter dropped packets that arrived, because its buffers were full: the host or the PCI Express link is
      too
      slow, or pause is off.
    here: A counter of the network interface.
    run: ethtool -S IF  # all counters of the interface
    run: rdmactl counters  # the counters of the port
    run: rdmactl offload show IF  # ring sizes and pause

    name: rx_prioN_pause
    also: rx_prio0_pause; rx_prio1_pause; rx_prio2_pause; rx_prio3_pause; rx_prio4_pause; rx_prio5_pause;
      rx_prio6_pause;
      rx_prio7_pause; rx_pause_ctrl_phy; tx_pause_ctrl_phy; rx_prio3_pause_duration
    did: Counts pause frames of one priority: received means that this port had to wait, sent means that it could not
      keep
      up.
    here: A counter of the port and of its network interface. If it grows, find the slow receiver: PCI Express link,
      memory, processors.
    run: rdmactl counters  # how often
    run: ethtool -S IF  # all counters of the interface

    name: locked memory
    also: ulimit; ulimit -l; memlock; RLIMIT_MEMLOCK; Cannot allocate memory; ENOMEM; error 12; max locked memory;
      ibv_reg_mr failed
    did: RDMA pins memory, and a user may pin only as much as RLIMIT_MEMLOCK says. Registration fails with
      "Cannot allocate memory" above it.
    here: Raise memlock in /etc/security/limits.d, or LimitMEMLOCK= of the service; log in again.
    run: ulimit -l  # the limit of this shell in KiB

    name: network namespace
    also: netns; rdma system netns; rdma netns; shared netns; exclusive netns; container network
    did: RDMA devices are seen in every network name space (shared, the default) or in one only (exclusive).
    here: The rdma command of iproute2 shows and sets the mode.
    run: rdma system show  # netns shared or exclusive
    run: rdmactl status  # the devices of this name space

    name: /dev/infiniband
    also: uverbs0; uverbs; /dev/infiniband/uverbs0; device nodes; rdma_cm device
    did: The device files through which programs use RDMA. In a container they must be passed in.
    here: The finding host.no_device_nodes says when they are missing.
    run: ls -l /dev/infiniband  # the files
    run: rdmactl explain host.no_device_nodes  # the finding

    name: ib_umad
    also: umad; umad0; /dev/infiniband/umad0; user MAD; issm0
    did: The kernel module that lets programs send management packets: opensm, sminfo, rdmactl fabric and rdmactl sm
      need
      it.
    here: The finding host.no_umad says when it is missing.
    run: modprobe ib_umad  # load it
    run: rdmactl explain host.no_umad  # the finding

    name: RoCE LAG
    also: LAG; mlx5_bond_0; mlx5_bond; lag device; RDMA bonding
    did: Two Ethernet ports of one adapter in a bond become one RDMA device, mlx5_bond_0, which uses both.
    here: rdmactl status shows the bond as the interface of the port.
    run: rdmactl status  # the device and its interface
    run: cat /proc/net/bonding/IF  # the members of the bond

    name: rdma_rename
    also: device names; rdma device names; mlx5_0 renamed; ibp59s0; 60-rdma-persistent-naming.rules; persistent naming
    did: udev renames RDMA devices after their PCI address: mlx5_0 becomes ibp59s0 or rocep59s0.
    here: rdmactl takes both the name of the device and its PCI address.
    run: rdmactl status  # the names in use
    run: rdma dev show  # the names as the kernel has them

    name: ibdev2netdev
    also: ibdev2netdev -v; netdev of a device; interface of a device
    did: Printed the network interface of each RDMA port.
    here: The NETDEV column of rdmactl status.
    run: rdmactl status --columns port,netdev,state  # only that

    name: show_gids
    also: ibaddr; gid list
    did: Printed the GID table of each port with types and interfaces.
    here: rdmactl status --gids prints the same.
    run: rdmactl status --gids  # the table

    name: flash recovery mode
    also: livefish; recovery mode; recovery device; 0x0191; 0x01f6; 0x0209; flash recovery
    did: The adapter found no valid firmware on its flash and shows another PCI device number, so that tools can write
      firmware again.
    here: The finding adapter.flash_recovery.
    run: rdmactl fw list  # the adapters, also without a driver
    run: rdmactl explain adapter.flash_recovery  # what to do

    name: PCI Express link
    also: LnkSta; LnkCap; PCIe x8; PCIe x16; PCIe x4; PCIe width; PCIe speed; pcie degraded; 8 GT/s; 16 GT/s;
      downgraded;
      PCIe gen3; PCIe gen4; PCIe
    did: The adapter's link to the processor. A card in a slot with fewer lanes, or with a bad contact, has a slower
      link
      than it can use.
    here: rdmactl status -v shows the link and where it is limited; the finding adapter.pcie_degraded reports a fault.
    run: rdmactl status -v  # width, speed and the limiting slot
    run: lspci -vv -d 15b3:  # LnkCap and LnkSta

    name: requested on
    also: off [requested on]; on [requested off]; off [fixed]; on [fixed]; fixed; wanted and active
    did: ethtool prints "requested on" when a feature was set but another setting or the driver keeps it off, and
      "fixed"
      when the driver cannot change it.
    here: rdmactl offload show prints what is wanted, what is active, and why they differ.
    run: rdmactl offload show IF  # with reasons

    name: Cannot change
    also: Cannot change rx-checksumming; Cannot change tcp-segmentation-offload; Could not change any device features;
      Operation not supported
    did: ethtool could not set a feature: the driver has it fixed, or a feature that it needs is off.
    here: rdmactl offload show names the reason; rdmactl offload set refuses with the same words.
    run: rdmactl offload show IF --all  # fixed features too

    name: toeplitz
    also: hash function; rss hash; hkey; hfunc; toeplitz hash; hash key; xor hash
    did: The function that spreads received packets over the queues. The adapter hashes addresses and ports with a key.
    here: The keys rss-function, rss-key and rss-fields of rdmactl offload set.
    run: rdmactl offload show IF  # function and key

    name: link speed
    also: speed; auto negotiation; autoneg; duplex; advertise; link modes; ethtool -s
    did: Speed, duplex and negotiation of an Ethernet link.
    none: rdmactl does not change the speed of a link; use ethtool -s for Ethernet.
    run: ethtool IF  # speed and negotiation
    run: rdmactl status  # the rate of each port

    name: transceiver
    also: module; module EEPROM; SFP; QSFP; QSFP28; QSFP56; OSFP; DAC cable; optical module; ethtool -m; DOM; cable info
    did: The module or cable in the port; its memory names maker, type, length, temperature and light levels.
    here: ethtool -m prints the memory of an Ethernet port's module, mstlink that of an InfiniBand port.
    run: ethtool -m IF  # the module of an Ethernet port
    run: rdmactl fabric links  # width and speed that the cables reach

    name: wake on lan
    also: WoL; magic packet; ethtool wol
    did: Starts the machine by a packet.
    none: rdmactl does not set it; ethtool -s IF wol does.
    run: ethtool IF  # what the interface supports

    name: hardware time stamps
    also: timestamping; PTP; ethtool -T; rx-timestamp; linuxptp; ptp4l
    did: The adapter marks packets with the time of its own clock, for PTP and for measurements.
    here: ethtool -T shows what the interface can do; programs switch it on.
    run: ethtool -T IF  # the capabilities

    name: NetworkManager
    also: nmcli; systemd-networkd; netplan; ifcfg; who changes my settings; .link file
    did: Services that configure interfaces may set offloads, rings and MTU again after rdmactl did.
    here: Put lasting settings into the service's own files; rdmactl offload tune persist writes a .link file.
    run: rdmactl offload history  # what rdmactl set
    run: nmcli device show IF  # what NetworkManager manages

    name: tuned
    also: tuned-adm; sysctl.conf; sysctl.d; tuned profile; ktune; power profile
    did: The service tuned sets sysctls and other values by profile, and may overwrite those of rdmactl.
    here: Choose a profile of tuned, or switch it off for what rdmactl sets.
    run: tuned-adm active  # the profile in use
    run: rdmactl offload tune show  # the profiles of rdmactl

    name: virtual function
    also: VF; VFs; SR-IOV VF; sriov_numvfs; vf guid; node_guid of a vf
    did: A part of the adapter that looks like an adapter of its own and is given to a guest. With InfiniBand it needs
      GUIDs from the administrator before its port comes up.
    here: rdmactl status marks it with VF; the finding adapter.vf_guid_missing reports missing GUIDs.
    run: rdmactl status  # the functions and their ports
    run: ip link show IF  # the virtual functions of an interface
    run: rdmactl explain adapter.vf_guid_missing  # the finding

    name: set_irq_affinity.sh
    also: set_irq_affinity; set_irq_affinity_bynode.sh; mlnx_affinity; irqbalance; smp_affinity
    did: Scripts that bind the interrupts of an interface to processors.
    here: The key irq-affinity of rdmactl offload set; stop irqbalance or exclude these interrupts first.
    run: rdmactl offload show IF --all  # the processors of each interrupt
    run: rdmactl explain MaxNumRssCpus  # the processors of RSS

    name: mlxconfig
    also: mstconfig; mlxfwreset; mstfwreset; LINK_TYPE_P1; SRIOV_EN; NUM_OF_VFS; nv configuration
    did: Sets values that the card keeps itself, such as port type or the number of virtual functions.
    here: mstconfig of the package mstflint does it on Linux.
    run: mstconfig -d ADDRESS query  # the values of the card

    name: mlxup
    also: mlxfwmanager; mstfwmanager; fwupdmgr
    did: Update the firmware of adapters.
    here: rdmactl fw burn writes an image or a package; rdmactl fw query reads what is there.
    run: rdmactl fw list  # the adapters and their firmware
    run: rdmactl fw burn -d DEVICE -i FILE --dry-run  # the plan of a burn
    """#
}
