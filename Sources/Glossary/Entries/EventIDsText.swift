extension GlossaryText {
  /// WindowsDocuments.md#limits: the event ids of the published IPoIB and bus drivers.
  static let eventIDs = #"""
    name: IPoIB event 0x01
    also: ipoib event link down; event 0x01
    stood: the event log, source ipoib
    did: Link down.
    here: The interface has no carrier.
    run: rdmactl status  # why the port is down

    name: IPoIB events 0x02 to 0x32
    also: ipoib event link up; ipoib event 0x02; ipoib event 0x32
    stood: the event log, source ipoib
    did: Link up, with 2.5, 5, 10, 20, 30, 40, 60 or 120 Gb/s.
    here: The interface has a carrier.
    run: rdmactl status  # state and rate

    name: IPoIB event 0x40
    also: ipoib event started
    stood: the event log, source ipoib
    did: The driver started.
    here: The interface exists (module ib_ipoib).
    run: ip -d link show type ipoib  # the IPoIB interfaces

    name: IPoIB events 0x41 to 0x4D
    also: ipoib event create failure; ipoib event 0x41; ipoib event 0x4D
    stood: the event log, source ipoib
    did: Something could not be made: channel adapter, protection domain, completion queues, queue pair, memory
      region, pools.
    here: The kernel's log says what ib_ipoib could not make.
    run: journalctl -k | grep ib_ipoib  # its words

    name: IPoIB events 0x4E, 0x4F and 0x50
    also: ipoib event port info; ipoib event 0x4E; ipoib event 0x4F; ipoib event 0x50; SA port info timeout
    stood: the event log, source ipoib
    did: The query for the port's record was not answered in time, was rejected, or failed.
    here: The subnet administrator does not answer.
    run: rdmactl sm status  # whether the master is alive

    name: IPoIB events 0x55 and 0x56
    also: ipoib event broadcast group; ipoib event 0x55; ipoib event 0x56; broadcast group query; broadcast group join
    stood: the event log, source ipoib
    did: The broadcast group was not found, or could not be joined.
    here: Without the broadcast group the interface has no carrier. The partition needs the flag ipoib in
      partitions.conf.
    run: rdmactl fabric groups  # the groups of the subnet
    run: rdmactl sm lint  # mistakes in partitions.conf

    name: IPoIB event 0x57
    also: rate too slow
    stood: the event log, source ipoib
    did: The port is slower than the rate of the broadcast group.
    here: rate= of the partition in partitions.conf.
    run: rdmactl sm lint  # mistakes in partitions.conf

    name: IPoIB events 0x58, 0x59 and 0x5A
    also: ipoib event wrong parameter; ipoib event 0x58; ipoib event 0x59; ipoib event 0x5A
    stood: the event log, source ipoib
    did: A parameter of the registry was out of range (error, warning, information); 0x59 also reported an invalid
      GUIDMask.
    here: rdmactl refuses such values before it writes.
    run: rdmactl offload show IF  # the values and their bounds

    name: IPoIB event 0x5B
    also: ipoib event pkey not found; pkey not found
    stood: the event log, source ipoib
    did: The partition key of the interface is not in the port's table.
    here: The subnet manager must make the port a member of the partition.
    run: rdmactl sm lint  # mistakes in partitions.conf

    name: IPoIB events 0x5C and 0x5D
    also: ipoib event connected mode; ipoib event 0x5C; ipoib event 0x5D
    stood: the event log, source ipoib
    did: Connected mode failed, or is up.
    here: The mode of the interface.
    run: rdmactl offload show IF  # the mode

    name: IPoIB events 0x5E to 0x62
    also: ipoib event startup; ipoib event 0x5E; ipoib event 0x62
    stood: the event log, source ipoib
    did: Steps of the start, and their failures.
    here: The kernel's log.
    run: journalctl -k | grep ib_ipoib  # its words

    name: IPoIB event 0x63
    also: LSO off by connected mode
    stood: the event log, source ipoib
    did: Large send was switched off because connected mode is on.
    here: The kernel does the same, without a word.
    run: rdmactl offload show IF  # mode, tso and checksums

    name: mlx4_bus event 0x04
    also: non-operational; mlx4 bus events
    stood: the event log, source mlx4_bus
    did: The card does not work.
    here: The kernel's log, source mlx4_core.
    run: rdmactl status  # what is missing

    name: mlx4_bus event 0x06
    stood: the event log, source mlx4_bus
    did: The card's facts: vendor, device, subsystem, hardware and firmware version, GUID, ports and their types.
    here: What rdmactl status shows.
    run: rdmactl status -v  # all of it

    name: mlx4_bus events 0x07 to 0x0C
    also: MAP_FA; QUERY_FW; QUERY_DEV_CAP; QUERY_ADAPTER; mlx4_bus event 0x07; mlx4_bus event 0x08; mlx4_bus event
      0x09; mlx4_bus event 0x0b; mlx4_bus event 0x0c
    stood: the event log, source mlx4_bus
    did: A command to the firmware failed at the start: MAP_FA 0x07, RUN_FW 0x08, QUERY_FW 0x09, QUERY_DEV_CAP 0x0B,
      QUERY_ADAPTER 0x0C.
    here: mlx4_core names the same commands in the kernel's log.
    run: journalctl -k | grep mlx4_core  # which command
    run: rdmactl fw query -d DEVICE  # the firmware

    name: mlx4_bus event 0x0D
    also: too few QPs
    stood: the event log, source mlx4_bus
    did: Too few queue pairs.
    here: The profile of mlx4_core is computed by the driver.
    run: journalctl -k | grep mlx4_core  # its words

    name: mlx4_bus events 0x0E and 0x0F
    also: mlx4 restart; mlx4_bus event 0x0e; mlx4_bus event 0x0f
    stood: the event log, source mlx4_bus
    did: The driver restarted the card.
    here: mlx4_core does so after an internal error.
    knob: internal_err_reset
    run: devlink health show  # errors and recoveries

    name: mlx4_bus events 0x15 to 0x1E
    also: bad PortType; port type problem; port sensing; mlx4_bus event 0x15; mlx4_bus event 0x16; mlx4_bus event 0x1e
    stood: the event log, source mlx4_bus
    did: A bad PortType (0x15), or a problem with a port's type or its sensing.
    here: The files mlx4_port1 and mlx4_port2, and port_type_array.
    run: cat /sys/bus/pci/devices/ADDRESS/mlx4_port1  # ib, eth or auto

    name: mlx4_bus events 0x1F and 0x20
    also: mlx4 no memory; mlx4_bus event 0x1f; mlx4_bus event 0x20
    stood: the event log, source mlx4_bus
    did: No memory.
    here: The kernel's log.
    run: journalctl -k | grep mlx4_core  # its words

    name: mlx4_bus events 0x21 to 0x23
    also: mlx4 multi-function; mlx4_bus event 0x21; mlx4_bus event 0x23
    stood: the event log, source mlx4_bus
    did: Several functions of one card (virtual functions) and their failures.
    here: Virtual functions: num_vfs and probe_vf of mlx4_core, sriov_numvfs of the device.
    knob: num_vfs; probe_vf; sriov_numvfs
    run: ip link show IF  # the virtual functions
    """#
}
